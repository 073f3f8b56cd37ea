import { randomUUID } from 'node:crypto'
import type { TestSubgraph } from '@mothership/platform/testing'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { AGENT, apply, belief, CURATOR, refusalOf, SERVICE, startEmpty, VIEWER } from './support.ts'

let t: TestSubgraph
const one = belief({ name: 'Known to all' })
beforeAll(async () => {
  t = await startEmpty()
  await apply(t, [{ createBelief: one }])
})
afterAll(() => t.dispose())

const EDITS: [string, string][] = [
  ['applyChanges', 'applyChanges(changes: [{ deleteBelief: $id }]) { number }'],
  ['createValue', 'createValue(input: { name: "V", description: "V" }) { id }'],
  ['updateValue', 'updateValue(input: { id: $id }) { id }'],
  ['deleteValue', 'deleteValue(id: $id) { id }'],
  ['createBelief', 'createBelief(input: { name: "B", description: "B" }) { id }'],
  ['updateBelief', 'updateBelief(input: { id: $id }) { id }'],
  ['deleteBelief', 'deleteBelief(id: $id) { id }'],
  ['relateBeliefs', 'relateBeliefs(input: { type: SUPPORTS, from: $id, to: $id }) { id }'],
  ['unrelateBeliefs', 'unrelateBeliefs(relationId: $id) { id }'],
  ['linkValue', 'linkValue(input: { belief: $id, value: $id, effect: PROMOTES }) { id }'],
  ['unlinkValue', 'unlinkValue(linkId: $id) { id }'],
  ['revertRevision', 'revertRevision(number: 1) { number }'],
  ['importOntology', 'importOntology(format: JSON, content: "{}") { created }'],
  ['reembed', 'reembed { done }'],
  ['createProposal', 'createProposal(input: { title: "T", changes: [{ deleteBelief: $id }] }) { id }'],
  ['updateProposal', 'updateProposal(input: { id: $id, version: 1 }) { id }'],
  ['reviewProposal', 'reviewProposal(input: { proposalId: $id, version: 1, decision: APPROVE }) { id }'],
  ['mergeProposal', 'mergeProposal(id: $id) { id }'],
  ['closeProposal', 'closeProposal(id: $id) { id }'],
  ['announcePresence', 'announcePresence(input: { session: "s" }) { session }'],
  ['endPresence', 'endPresence(session: "s")'],
  ['resolveContradiction', 'resolveContradiction(input: { id: $id, decision: KEEP_BOTH, reason: "R" }) { id }'],
  ['reopenContradiction', 'reopenContradiction(id: $id) { id }'],
  ['dismissDuplicate', 'dismissDuplicate(id: $id)'],
  ['dismissSuggestion', 'dismissSuggestion(id: $id)'],
  ['mergeBeliefs', 'mergeBeliefs(keep: $id, merge: $id) { id }'],
]
/** For viewers, and for administrators alone: each has a test of its own. */
const OTHERS = ['commentOnProposal', 'updateOntologySettings']

describe('who may do what', () => {
  it('is told here of every mutation', () => {
    const fields = Object.keys(t.subgraph.schema.getMutationType()?.getFields() ?? {})
    expect([...EDITS.map(([name]) => name), ...OTHERS].sort()).toEqual(fields.sort())
  })

  it.each(EDITS)('%s is for curators: a viewer, an agent and an operator are refused', async (name, field) => {
    const mutation = `mutation ($id: ID! = "${randomUUID()}") { edit: ${field} unused: __typename @skip(if: true) }`
    const source = field.includes('$id') ? mutation : `mutation { edit: ${field} }`
    for (const identity of [VIEWER, AGENT, { role: 'OPERATOR' } as const, SERVICE]) {
      expect(refusalOf(await t.query(source, {}, identity))).toMatchObject({ code: 'FORBIDDEN' })
    }
    const { errors } = await t.query(source, {}, CURATOR)
    expect(errors?.[0]?.extensions['code'] ?? 'allowed', name).not.toBe('FORBIDDEN')
  })

  it('lets a viewer read everything', async () => {
    const { errors } = await t.query(
      `{ beliefs { nodes { name explanation { strength } relations { totalCount } similar { score } } }
         values { totalCount } overview { beliefs { id } } revisions { nodes { author changes { nodes { kind } } } }
         proposals { nodes { title comments { totalCount } } } ontologySettings { directEdits } curatorPresence { session }
         searchOntology(query: "known") { score } neighborhood(ids: []) { truncated } }`,
      {},
      VIEWER,
    )
    expect(errors).toBeUndefined()
  })

  it('lets an agent read what a directive rests on, and nothing more', async () => {
    const variables = { id: one.id }
    const basics = await t.query(
      'query ($id: ID!) { belief(id: $id) { name description strength standing level rule taskTypes relatedValues { weight value { name weight } } } }',
      variables,
      AGENT,
    )
    expect(basics.errors).toBeUndefined()
    for (const source of [
      '{ beliefs { totalCount } }',
      '{ overview { truncated } }',
      '{ searchOntology(query: "known") { score } }',
      '{ revisions { totalCount } }',
      '{ proposals { totalCount } }',
      '{ ontologySettings { directEdits } }',
      '{ curatorPresence { session } }',
      `{ belief(id: "${one.id}") { explanation { strength } } }`,
    ]) {
      expect(refusalOf(await t.query(source, {}, AGENT))).toMatchObject({ code: 'FORBIDDEN' })
    }
  })

  it('keeps what peers ask for from people', async () => {
    const source = '{ governingBeliefs(tasks: [{ taskType: "math.solve", text: "x" }]) { revision } }'
    expect(refusalOf(await t.query(source, {}, { role: 'ADMIN' }))).toMatchObject({ code: 'FORBIDDEN' })
    expect((await t.query(source, {}, SERVICE)).errors).toBeUndefined()
  })

  it('refuses a subscription to an agent', async () => {
    for (const field of ['ontologyChanged { number }', 'proposalChanged { id }', 'curatorPresence { session }']) {
      await expect(t.subscribe(`subscription { ${field} }`, {}, AGENT)).rejects.toThrow(/is for VIEWER/)
    }
  })

  it('lets a viewer comment on a proposal, and an administrator alone decide how the ontology is edited', async () => {
    const comment = `mutation { commentOnProposal(input: { proposalId: "${randomUUID()}", text: "T" }) { id } }`
    expect(refusalOf(await t.query(comment, {}, VIEWER))).toMatchObject({ code: 'NOT_FOUND' })
    expect(refusalOf(await t.query(comment, {}, AGENT))).toMatchObject({ code: 'FORBIDDEN' })
    const settings = 'mutation { updateOntologySettings(input: {}) { directEdits } }'
    expect(refusalOf(await t.query(settings, {}, CURATOR))).toMatchObject({ code: 'FORBIDDEN' })
    expect((await t.query(settings, {}, { role: 'ADMIN' })).errors).toBeUndefined()
  })

  it('puts an edit down to the person behind a service', async () => {
    const behind = { role: 'CURATOR', subject: 'directive', onBehalfOf: { role: 'CURATOR', subject: 'paula' } } as const
    const { createBelief } = await t.data<{ createBelief: { revision: number } }>(
      'mutation { createBelief(input: { name: "By Paula", description: "Hers." }) { revision } }',
      {},
      behind,
    )
    const number = createBelief.revision
    const { revision } = await t.data<{ revision: { author: string } }>(`{ revision(number: ${number}) { author } }`)
    expect(revision.author).toBe('paula')
  })
})
