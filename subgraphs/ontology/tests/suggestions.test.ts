import { startTestSubgraph, type TestSubgraph } from '@mothership/platform/testing'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { directiveSubgraph } from '../../directive/src/subgraph.ts'
import { statementsOf } from './statements.ts'
import { createOntologySubgraph } from '../src/subgraph.ts'
import { AGENT, apply, belief, CURATOR, refusalOf, startEmpty, VIEWER } from './support.ts'

const SUGGESTIONS = `query ($first: Int = 50, $after: Cursor) {
  suggestions(first: $first, after: $after) {
    nodes { id kind reason belief { id name } } totalCount pageInfo { hasNextPage endCursor }
  }
}`
const DISMISS = 'mutation ($id: ID!) { dismissSuggestion(id: $id, reason: "it is right all the same") }'
interface Suggestions {
  nodes: { id: string; kind: string; reason: string; belief: { id: string; name: string } }[]
  totalCount: number
  pageInfo: { hasNextPage: boolean; endCursor: string }
}

let t: TestSubgraph
const [often, oftener, seldom, mostly, defeated, gone] = [0.9, 0.9, 0.9, 0.9, 0.1, 0.9].map((credence) =>
  belief({ credence }),
) as [Given, Given, Given, Given, Given, Given]
type Given = ReturnType<typeof belief>

/** What the directive subgraph would have counted; how it counts is tested where it does. */
const counted = (one: Given, { violated, overridden }: { violated: number; overridden: number }) =>
  t.runtime.database.query(
    `insert into directive.belief_record (belief_id, applied, violated, overridden, reviewed, last_seen_at)
     values ($1::uuid, 20, $2::integer, $3::integer, $3::integer, now())
     on conflict (belief_id) do update set violated = excluded.violated, overridden = excluded.overridden`,
    [one.id, violated, overridden],
  )
const list = async (variables: Record<string, unknown> = {}): Promise<Suggestions> =>
  (await t.data<{ suggestions: Suggestions }>(SUGGESTIONS, variables, VIEWER)).suggestions
const idsOf = ({ nodes }: Suggestions): string[] => nodes.map((node) => node.belief.id)

beforeAll(async () => {
  t = await startTestSubgraph(createOntologySubgraph({ starter: null }), { peers: [directiveSubgraph as never] })
  await apply(
    t,
    [often, oftener, seldom, mostly, defeated, gone].map((createBelief) => ({ createBelief })),
  )
  await apply(t, [{ deleteBelief: gone.id }])
  await counted(often, { violated: 12, overridden: 3 })
  await counted(oftener, { violated: 9, overridden: 7 })
  await counted(seldom, { violated: 2, overridden: 2 })
  await counted(mostly, { violated: 13, overridden: 3 })
  await counted(defeated, { violated: 5, overridden: 5 })
  await counted(gone, { violated: 5, overridden: 5 })
})
afterAll(() => t.dispose())

describe('the suggestions of the inbox', () => {
  it('has beliefs in force with at least 3 overrides and a quarter of the violations, the most overridden first', async () => {
    const suggestions = await list()
    expect(idsOf(suggestions)).toEqual([oftener.id, often.id])
    expect(suggestions).toMatchObject({ totalCount: 2, nodes: [{ kind: 'OVERRIDDEN_OFTEN' }, {}] })
    expect(suggestions.nodes[0]?.reason).toContain('accepted 7 results')
  })

  it('pages through them, each page in as many statements', async () => {
    const first = await list({ first: 1 })
    expect([idsOf(first), first.pageInfo.hasNextPage]).toEqual([[oftener.id], true])
    const second = await list({ first: 1, after: first.pageInfo.endCursor })
    expect([idsOf(second), second.pageInfo.hasNextPage]).toEqual([[often.id], false])
    const [one, all] = [
      await statementsOf(t, () => list({ first: 1 })),
      await statementsOf(t, () => list({ first: 50 })),
    ]
    expect(all.length).toBe(one.length)
    expect(refusalOf(await t.query(SUGGESTIONS, { after: 'odd' }))).toMatchObject({ code: 'BAD_USER_INPUT' })
  })

  it('leaves out what was dismissed, until it is overridden once more', async () => {
    const [suggestion] = (await list()).nodes
    expect(await t.data(DISMISS, { id: suggestion?.id }, CURATOR)).toEqual({ dismissSuggestion: true })
    expect(idsOf(await list())).toEqual([often.id])
    await counted(oftener, { violated: 12, overridden: 7 })
    expect(idsOf(await list())).toEqual([often.id])
    expect(refusalOf(await t.query(DISMISS, { id: suggestion?.id }, CURATOR)).code).toBe('NOT_FOUND')
    await counted(oftener, { violated: 13, overridden: 8 })
    expect(idsOf(await list())).toEqual([oftener.id, often.id])
    await t.data(DISMISS, { id: suggestion?.id }, CURATOR)
    expect(idsOf(await list())).toEqual([often.id])
  })

  it('refuses to dismiss what is none, and changes no belief by any of it', async () => {
    for (const id of ['odd', Buffer.from(`OVERRIDDEN_OFTEN:${seldom.id}`).toString('base64url')]) {
      expect(refusalOf(await t.query(DISMISS, { id }, CURATOR))).toMatchObject({ code: 'NOT_FOUND', path: 'id' })
    }
    const { revision } = await t.data<{ revision: { number: number } }>('{ revision { number } }')
    expect(revision.number).toBe(2)
  })

  it('is for viewers, and to dismiss for curators', async () => {
    expect(refusalOf(await t.query(SUGGESTIONS, {}, AGENT)).code).toBe('FORBIDDEN')
    expect(refusalOf(await t.query(DISMISS, { id: 'x' }, VIEWER)).code).toBe('FORBIDDEN')
  })
})

describe('without the directive subgraph', () => {
  let alone: TestSubgraph
  beforeAll(async () => {
    alone = await startEmpty()
  })
  afterAll(() => alone.dispose())

  it('tells the rest of the inbox, and that the suggestions are not to be had', async () => {
    const { data, errors } = await alone.query(
      '{ suggestions { totalCount } contradictions { totalCount } duplicates { totalCount } }',
      {},
      VIEWER,
    )
    expect(data).toEqual({ suggestions: null, contradictions: { totalCount: 0 }, duplicates: { totalCount: 0 } })
    expect(errors?.map(({ path, extensions }) => [path, extensions['code']])).toEqual([
      [['suggestions'], 'UNAVAILABLE'],
    ])
  })
})
