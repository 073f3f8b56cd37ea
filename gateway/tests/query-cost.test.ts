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
  it.each([
    ['exportOntology', 'exportOntology(format: TURTLE)', 4],
    ['smallestFlip', 'smallestFlip(beliefId: "b") { after }', 9],
    ['overview', 'overview { truncated }', 45],
    ['overview of the past', 'overview(at: 1) { truncated }', 9],
    ['diffRevisions', 'diffRevisions(from: 0, to: 1) { added }', 24],
    ['coverage', 'coverage { __typename }', 24],
    ['previewChanges', 'previewChanges(changes: []) { problems { path } }', 24],
    ['searchOntology', 'searchOntology(query: "x") { matchedBy }', 200],
    ['path', 'path(from: "a", to: "b") { __typename }', 120],
    ['impact', 'impact(beliefId: "b") { __typename }', 100],
    ['duplicates', 'duplicates { totalCount }', 115],
    ['contradictions', 'contradictions { totalCount }', 115],
    ['unmetDependencies', 'unmetDependencies { totalCount }', 115],
  ])('counts the work of %s, whose answer may be short', (_, field, affordable) => {
    const many = (count: number) => `{ ${Array.from({ length: count }, (_, n) => `a${n}: ${field}`).join(' ')} }`
    expect(check(many(affordable))).not.toThrow()
    expect(check(many(affordable + 130))).toThrow(/could cost/)
  })
  it('counts the work of an import, and of what is computed of a proposal', () => {
    const imports = Array.from(
      { length: 5 },
      (_, n) => `a${n}: importOntology(format: TURTLE, content: "") { created }`,
    )
    expect(check(`mutation { ${imports[0]} }`)).not.toThrow()
    expect(check(`mutation { ${imports.join(' ')} }`)).toThrow(/could cost/)
    const proposals = '{ proposals(first: 500) { nodes { id conflicts { path } } } }'
    expect(check('{ proposals(first: 500) { nodes { id title status } } }')).not.toThrow()
    expect(check(proposals)).toThrow(/could cost/)
  })
  it('lets through what a curator asks of a proposal, and of an edit before it is saved', () => {
    const proposal = `mutation ($input: CreateProposalInput!) { createProposal(input: $input) {
      id changes conflicts { path message by revision }
      diff { added removed changed entries { nodes { thing action label fields { field before after } } } }
      preview { effects { belief { name } before after standingBefore standingAfter } problems { path severity message } }
      reviews { reviewer decision isStale } mergedAs { number author message } } }`
    expect(check(proposal, { input: { title: 'A title', changes: [] } })).not.toThrow()
    const preview = `query ($changes: [OntologyChangeInput!]!) { previewChanges(changes: $changes) {
      problems { path message severity }
      effects { before after belief { id directives { nodes { id status tasks { nodes { id state } } } } } } } }`
    expect(check(preview, { changes: [] })).not.toThrow()
  })
})
