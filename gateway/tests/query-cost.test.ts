import { readdirSync, readFileSync } from 'node:fs'
import { Supergraph } from '@apollo/federation-internals'
import { BadUserInputError } from '@mothership/platform/errors'
import { getIntrospectionQuery, isObjectType, Kind, parse, print } from 'graphql'
import { describe, expect, it } from 'vitest'
import { costlyFields } from '../src/field-costs.ts'
import { assertAffordable, costOf } from '../src/query-cost.ts'

const supergraph = readFileSync(new URL('../supergraph.graphql', import.meta.url), 'utf8')
const schema = Supergraph.build(supergraph, { supportedFeatures: null }).apiSchema().toGraphQLJSSchema()
const check =
  (query: string, variables: Record<string, unknown> = {}) =>
  () =>
    assertAffordable({ schema, document: parse(query), variables, operationName: undefined })

/** The documents of those that ask over the gateway. A fragment may stand in another one's. */
const EXPLORER = 'explorer/src/features/'
const root = new URL('../../', import.meta.url)
const read = (file: string): string => readFileSync(new URL(file, root), 'utf8')
const explorer = readdirSync(new URL(EXPLORER, root), { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.graphql'))
  .map((file) => `${EXPLORER}${file}`)
const documents = [...explorer, 'agents/sdk/src/operations.graphql']

const documentsWithFragments = (file: string): string => {
  const fragments = explorer
    .filter((other) => other !== file && file.startsWith(EXPLORER))
    .flatMap((other) => parse(read(other)).definitions)
    .filter(({ kind }) => kind === Kind.FRAGMENT_DEFINITION)
  return [read(file), ...fragments.map(print)].join('\n')
}

/** As large as they ever give them: variables that an operation does not have are no matter. */
const GIVEN = {
  ...{ id: 'i', ids: ['i'], agentId: 'a', query: 'q', token: 't', code: 'C', message: 'm', retryable: true },
  ...{ limit: 300, first: 50, max: 50, load: 0, result: {}, decision: 'APPROVE' },
}
const inputOf = (operation: string | undefined): object =>
  operation === 'RegisterAgent' ? { name: 'a', version: '1', instance: 'i', skills: [] } : { type: 'a', input: {} }

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
    ['previewDirective', 'previewDirective(taskType: "a.b", input: "x") { id }', 48],
    ['neighborhood', 'neighborhood(ids: ["b"]) { truncated }', 190],
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
  it.each([
    ['submitTask', 'submitTask(input: {type: "a.b", input: "x"}) { id }', 24],
    ['createProposal', 'createProposal(input: {title: "a", changes: []}) { id }', 24],
    ['registerAgent', 'registerAgent(input: {name: "a", version: "1", instance: "i", skills: []}) { id }', 9],
    ['generateDirective', 'generateDirective(taskType: "a.b", input: "x") { id }', 24],
    ['checkCompliance', 'checkCompliance(directiveId: "d") { id }', 24],
    ['createValue', 'createValue(input: {name: "a", description: "b"}) { id }', 49],
  ])('lets a document write by some tens of %s at the most', (_, field, affordable) => {
    const many = (count: number) =>
      `mutation { ${Array.from({ length: count }, (_, n) => `a${n}: ${field}`).join(' ')} }`
    expect(check(many(affordable))).not.toThrow()
    expect(check(many(affordable + 1))).toThrow(/fewer mutations at a time/)
  })
  it.each([
    ['contents of tasks', (n: number) => `{ tasks(first: ${n}) { nodes { input result trace } } }`, 150],
    [
      'schemas of agents',
      (n: number) => `{ agents(first: ${n}) { nodes { skills { inputSchema outputSchema } } } }`,
      200,
    ],
    ['changes of proposals', (n: number) => `{ proposals(first: ${n}) { nodes { changes } } }`, 400],
    [
      'changes of revisions',
      (n: number) => `{ revisions(first: 50) { nodes { changes(first: ${n}) { nodes { before after } } } } }`,
      80,
    ],
    ['similar beliefs', (n: number) => `{ beliefs(first: ${n}) { nodes { similar { score } } } }`, 200],
  ])('counts the %s by how large they may be', (_, page, affordable) => {
    expect(check(page(affordable))).not.toThrow()
    expect(check(page(500))).toThrow(/could cost/)
  })
  it('names no field that is not there', () => {
    const fieldOf = (name: string) => {
      const [type = '', field = ''] = name.split('.')
      const found = schema.getType(type)
      return isObjectType(found) ? found.getFields()[field] : undefined
    }
    expect(costlyFields.filter((name) => !fieldOf(name))).toEqual([])
  })
  it.each(documents)('lets all of %s through at a fraction of what may be asked', (file) => {
    const document = parse(documentsWithFragments(file))
    const operations = document.definitions.filter((definition) => definition.kind === Kind.OPERATION_DEFINITION)
    expect(operations.length).toBeGreaterThan(0)
    for (const { name } of operations) {
      const operationName = name?.value
      const variables = { ...GIVEN, input: inputOf(operationName) }
      const cost = costOf({ schema, document, variables, operationName })
      expect(cost, operationName).toBeLessThan(250_000 / 4)
    }
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
