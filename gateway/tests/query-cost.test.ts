import { readFileSync } from 'node:fs'
import { Supergraph } from '@apollo/federation-internals'
import { BadUserInputError } from '@mothership/platform/errors'
import { getIntrospectionQuery, parse } from 'graphql'
import { describe, expect, it } from 'vitest'
import { assertAffordable } from '../src/query-cost.ts'

const supergraph = readFileSync(new URL('../supergraph.graphql', import.meta.url), 'utf8')
const schema = Supergraph.build(supergraph, { supportedFeatures: null }).apiSchema().toGraphQLJSSchema()
const check =
  (query: string, variables: Record<string, unknown> = {}) =>
  () =>
    assertAffordable({ schema, document: parse(query), variables, operationName: undefined })

describe('the cost of a query', () => {
  it('lets the queries of the explorer through', () => {
    const graph = `{ overview(limit: 300) { values { id name weight } truncated relations { id from { id } to { id } }
      beliefs { id name strength relatedValues { value { id } weight } } } }`
    expect(check(graph)).not.toThrow()
  })
  it('lets the introspection of tools through, and not ten times as much', () => {
    expect(check(getIntrospectionQuery())).not.toThrow()
    const many = Array.from({ length: 200 }, (_, index) => `a${index}: name`).join(' ')
    expect(check(`{ __schema { types { fields { type { ofType { fields { ${many} } } } } } } }`)).toThrow(/could cost/)
  })
  it('answers BAD_USER_INPUT for variables that do not fit', () => {
    expect(check('query($n: Int) { tasks(first: $n) { totalCount } }', { n: 'x' })).toThrow(BadUserInputError)
  })
  it('multiplies nested pages', () => {
    const nested = `query($n: Int!) { tasks(first: $n) { nodes { events(first: $n) { nodes { type } } } } }`
    expect(check(nested, { n: 50 })).not.toThrow()
    expect(check(nested, { n: 500 })).toThrow(/could cost/)
  })
  it('counts what the same field costs under many aliases', () => {
    const aliases = Array.from({ length: 300 }, (_, index) => `a${index}: tasks(first: 500) { nodes { id type } }`)
    expect(check(`{ ${aliases.join(' ')} }`)).toThrow(/could cost/)
  })
})
