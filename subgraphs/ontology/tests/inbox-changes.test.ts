import type { TestSubgraph } from '@mothership/platform/testing'
import { startTestSubgraph } from '@mothership/platform/testing'
import type { ExecutionResult } from 'graphql'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { directiveSubgraph } from '../../directive/src/subgraph.ts'
import { createOntologySubgraph } from '../src/subgraph.ts'
import { inbox, pairIn } from './inbox-support.ts'
import { apply, belief, CURATOR, embedded, OTHER_CURATOR, relation, VIEWER } from './support.ts'

let t: TestSubgraph
const brief = belief({ name: 'Be brief', credence: 0.9 })
const thorough = belief({ name: 'Be thorough', credence: 0.9 })
const polite = belief({ name: 'Greet everybody', credence: 0.9 })
const quiet = belief({ name: 'Disturb nobody', credence: 0.9 })
const logs = belief({ name: 'Keep the logs for a year', description: 'They are needed to look into incidents.' })
const again = belief({ name: 'Keep logs for a year', description: 'They are needed to look into an incident.' })

beforeAll(async () => {
  t = await startTestSubgraph(createOntologySubgraph({ starter: null }), { peers: [directiveSubgraph as never] })
  await apply(t, [
    ...[brief, thorough, polite, quiet, logs, again].map((createBelief) => ({ createBelief })),
    { relateBeliefs: relation('CONTRADICTS', brief, thorough, { weight: 0.1 }) },
    { relateBeliefs: relation('CONTRADICTS', polite, quiet, { weight: 0.1 }) },
  ])
  await embedded(t)
}, 90_000)
afterAll(() => t.dispose())

interface InboxEvent {
  version: number
  payload: { action: string; itemId: string; by: string }
}
/** The events of the inbox, in their order. */
const events = async (): Promise<InboxEvent[]> => {
  await t.runtime.events.head()
  return t.runtime.events.read({ stream: 'ontology', entityId: 'inbox', after: 0, limit: 100 }) as never
}
const head = async (): Promise<number> =>
  (await t.data<{ revision: { number: number } }>('{ revision { number } }')).revision.number

const RESOLVE = 'mutation ($input: ResolveContradictionInput!) { resolveContradiction(input: $input) { id } }'
const resolve = (input: object, by: Partial<typeof CURATOR | typeof OTHER_CURATOR> = CURATOR) =>
  t.data(RESOLVE, { input: { reason: 'So it is.', ...input } }, by)
const idOf = async (one: { name: string }, other: { name: string }): Promise<string> =>
  pairIn(await inbox(t), one, other)?.id ?? 'not listed'
const REOPEN = 'mutation ($id: ID!) { reopenContradiction(id: $id) { id } }'
const DISMISS = 'mutation ($id: ID!) { dismissDuplicate(id: $id) }'
const PUT_AWAY = 'mutation ($id: ID!) { dismissSuggestion(id: $id) }'

/** How much more was told of the inbox after some work: all the changes, in their order. */
const toldBy = async (work: () => Promise<unknown>): Promise<InboxEvent['payload'][]> => {
  const before = (await events()).length
  await work()
  return (await events()).slice(before).map(({ payload }) => payload)
}

describe('a decision in the inbox', () => {
  it('is told where it edits nothing, and makes no revision', async () => {
    const id = await idOf(brief, thorough)
    const number = await head()
    expect(await toldBy(() => resolve({ id, decision: 'KEEP_BOTH' }, OTHER_CURATOR))).toEqual([
      { action: 'CONTRADICTION_RESOLVED', itemId: id, by: 'otto' },
    ])
    expect(await toldBy(() => t.data(REOPEN, { id }, CURATOR))).toEqual([
      { action: 'CONTRADICTION_REOPENED', itemId: id, by: 'carla' },
    ])
    expect(await head()).toBe(number)
  })

  it('is told beside the revision that it leads to', async () => {
    const id = await idOf(polite, quiet)
    const number = await head()
    expect(await toldBy(() => resolve({ id, decision: 'DISMISS' }))).toEqual([
      { action: 'CONTRADICTION_RESOLVED', itemId: id, by: 'carla' },
    ])
    expect(await head()).toBe(number + 1)
  })

  it('is told of a duplicate, and of a suggestion', async () => {
    const { duplicates } = await t.data<{ duplicates: { nodes: { id: string }[] } }>('{ duplicates { nodes { id } } }')
    const id = duplicates.nodes[0]?.id
    expect(await toldBy(() => t.data(DISMISS, { id }, CURATOR))).toEqual([
      { action: 'DUPLICATE_DISMISSED', itemId: id, by: 'carla' },
    ])
    await t.runtime.database.query(
      `insert into directive.belief_record (belief_id, applied, violated, overridden, reviewed, last_seen_at)
       values ($1::uuid, 20, 9, 7, 7, now())`,
      [brief.id],
    )
    const { suggestions } = await t.data<{ suggestions: { nodes: { id: string }[] } }>(
      '{ suggestions { nodes { id } } }',
    )
    const suggestion = suggestions.nodes[0]?.id
    expect(await toldBy(() => t.data(PUT_AWAY, { id: suggestion }, OTHER_CURATOR))).toEqual([
      { action: 'SUGGESTION_DISMISSED', itemId: suggestion, by: 'otto' },
    ])
  })

  it('is not told where it is refused, and its versions have no gaps', async () => {
    const decided = await idOf(brief, thorough)
    const refused = [
      () => t.query(DISMISS, { id: decided }, CURATOR),
      () => t.query(REOPEN, { id: decided }, CURATOR),
      () => t.query(PUT_AWAY, { id: decided }, CURATOR),
      () => t.query(RESOLVE, { input: { id: decided, decision: 'SCOPE', reason: 'R' } }, CURATOR),
    ]
    for (const attempt of refused) {
      expect(await toldBy(async () => expect((await attempt()).errors).toBeDefined())).toEqual([])
    }
    const versions = (await events()).map(({ version }) => version)
    expect(versions).toEqual(versions.map((_, place) => place + 1))
  })

  it('is told once where two take it back at once', async () => {
    const id = await idOf(brief, thorough)
    await resolve({ id, decision: 'KEEP_BOTH' })
    const both = () => Promise.all([t.query(REOPEN, { id }, CURATOR), t.query(REOPEN, { id }, OTHER_CURATOR)])
    expect(await toldBy(both)).toMatchObject([{ action: 'CONTRADICTION_REOPENED' }])
  })
})

describe('who follows the inbox', () => {
  const next = async (stream: AsyncIterator<ExecutionResult>): Promise<unknown> =>
    ((await stream.next()) as IteratorYieldResult<ExecutionResult>).value.data

  it('hears of each decision as it is made, while who follows the ontology hears of none without a revision', async () => {
    const id = await idOf(brief, thorough)
    const stream = await t.subscribe('subscription { inboxChanged { action itemId by } }', {}, VIEWER)
    const revisions = await t.subscribe('subscription { ontologyChanged { number } }', {}, VIEWER)
    await resolve({ id, decision: 'KEEP_BOTH' }, OTHER_CURATOR)
    expect(await next(stream)).toEqual({
      inboxChanged: { action: 'CONTRADICTION_RESOLVED', itemId: id, by: 'otto' },
    })
    await t.data(REOPEN, { id }, CURATOR)
    expect(await next(stream)).toMatchObject({ inboxChanged: { action: 'CONTRADICTION_REOPENED', by: 'carla' } })
    // The first that is heard is the edit: the decisions before it were none.
    const { number } = await apply(t, [{ createBelief: belief() }])
    expect(await next(revisions)).toEqual({ ontologyChanged: { number } })
    await revisions.return?.()
    await stream.return?.()
    await resolve({ id, decision: 'KEEP_BOTH' })
    expect(await stream.next()).toMatchObject({ done: true })
  })
})
