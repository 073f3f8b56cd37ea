import { randomUUID } from 'node:crypto'
import type { TestSubgraph } from '@mothership/platform/testing'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { namesOf, type Page, pairIn } from './inbox-support.ts'
import {
  apply,
  belief,
  CURATOR,
  embedded,
  eventually,
  link,
  refusalOf,
  relation,
  startEmpty,
  value,
  VIEWER,
} from './support.ts'

let t: TestSubgraph
const logs = belief({ name: 'Keep the logs for a year', description: 'They are needed to look into incidents.' })
const again = belief({ name: 'Keep logs for a year', description: 'They are needed to look into an incident.' })
const denied = belief({ name: 'Never keep logs for a year', description: 'They are not needed for long.' })
const plants = belief({ name: 'The office has plants', description: 'Green ones, by the window.' })

beforeAll(async () => {
  t = await startEmpty()
  await apply(t, [
    ...[logs, again, denied, plants].map((createBelief) => ({ createBelief })),
    { relateBeliefs: relation('SUPPORTS', plants, again, { weight: 0.01 }) },
  ])
  await embedded(t)
})
afterAll(() => t.dispose())

interface Duplicate {
  id: string
  belief: { name: string }
  with: { name: string }
  similarity: number
}

const LIST = `query ($minSimilarity: Float, $first: Int, $after: Cursor) {
  duplicates(minSimilarity: $minSimilarity, first: $first, after: $after) {
    nodes { id belief { name } with { name } similarity } totalCount pageInfo { hasNextPage hasPreviousPage endCursor } } }`
const list = async (options: object = {}): Promise<Page<Duplicate>> =>
  (await t.data<{ duplicates: Page<Duplicate> }>(LIST, options as Record<string, unknown>)).duplicates

const MERGE = `mutation ($keep: ID!, $merge: ID!, $message: String) {
  mergeBeliefs(keep: $keep, merge: $merge, message: $message) { id name credence taskTypes revision } }`
const merge = (keep: { id: string }, goes: { id: string }, message?: string) =>
  t.data<{ mergeBeliefs: object }>(MERGE, { keep: keep.id, merge: goes.id, message }, CURATOR)

describe('the duplicates', () => {
  it('are near in meaning and do not oppose each other, the better connected one first', async () => {
    const { nodes, totalCount } = await list()
    expect(nodes.map(namesOf)).toEqual([[again.name, logs.name]])
    expect(totalCount).toBe(1)
    expect(nodes[0]?.similarity).toBeGreaterThan(0.9)
    expect(pairIn(await list({ minSimilarity: 0.8 }), logs, denied)).toBeUndefined()
    expect((await list({ minSimilarity: 1 })).nodes).toEqual([])
  })

  it('are paged', async () => {
    const third = belief({ name: 'Keep logs for one year', description: 'They are needed to look into an incident.' })
    await apply(t, [{ createBelief: third }])
    await eventually(async () => (await list({ minSimilarity: 0.8 })).totalCount === 3)
    const found: string[][] = []
    let after: string | null = null
    do {
      const page: Page<Duplicate> = await list({ minSimilarity: 0.8, first: 1, after })
      found.push(...page.nodes.map(namesOf))
      after = page.pageInfo.hasNextPage ? page.pageInfo.endCursor : null
    } while (after !== null)
    expect(new Set(found.map(String)).size).toBe(3)
    expect(found).toHaveLength(3)
    await apply(t, [{ deleteBelief: third.id }])
    expect((await list({ minSimilarity: 0.8 })).totalCount).toBe(1)
  })

  it.each([0.79, 0, 1.01])('are refused below 0.8 and above 1: %d', async (minSimilarity) => {
    expect(refusalOf(await t.query(LIST, { minSimilarity }))).toMatchObject({
      code: 'BAD_USER_INPUT',
      path: 'minSimilarity',
    })
  })

  it('leave out what was dismissed, until one of the two says something else', async () => {
    const dismiss = 'mutation ($id: ID!, $reason: String) { dismissDuplicate(id: $id, reason: $reason) }'
    const id = (await list()).nodes[0]?.id
    expect(refusalOf(await t.query(dismiss, { id }, VIEWER))).toMatchObject({ code: 'FORBIDDEN' })
    expect(refusalOf(await t.query(dismiss, { id, reason: ' ' }))).toMatchObject({ path: 'reason' })
    expect(await t.data(dismiss, { id, reason: 'One is about audits.' }, CURATOR)).toEqual({ dismissDuplicate: true })
    expect(await list()).toMatchObject({ nodes: [], totalCount: 0 })
    expect(refusalOf(await t.query(dismiss, { id }))).toMatchObject({ code: 'NOT_FOUND', path: 'id' })
    expect(refusalOf(await t.query(dismiss, { id: 'x' }))).toMatchObject({ code: 'NOT_FOUND', path: 'id' })
    await apply(t, [{ updateBelief: { id: logs.id, credence: 0.6 } }])
    expect((await list()).totalCount).toBe(0)
    await apply(t, [{ updateBelief: { id: logs.id, name: 'Keep all logs for a year' } }])
    await eventually(async () => (await list()).totalCount === 1)
  })
})

describe('the merge of two beliefs', () => {
  interface Edge {
    type: string
    weight: number
    note: string | null
    from: { id: string }
    to: { id: string }
  }
  interface Surroundings {
    relations: { nodes: Edge[] }
    relatedValues: { effect: string; weight: number; value: { id: string } }[]
    deletedAt: string | null
  }
  const around = async ({ id }: { id: string }): Promise<Surroundings> =>
    (
      await t.data<{ belief: Surroundings }>(
        `query ($id: ID!) { belief(id: $id) { deletedAt relatedValues { effect weight value { id } }
          relations { nodes { type weight note from { id } to { id } } } } }`,
        { id },
      )
    ).belief
  const revisionsOf = async ({ id }: { id: string }): Promise<{ number: number; message: string | null }[]> =>
    (
      await t.data<{ revisions: { nodes: { number: number; message: string | null }[]; totalCount: number } }>(
        'query ($id: ID!) { revisions(nodeId: $id) { nodes { number message } totalCount } }',
        { id },
      )
    ).revisions.nodes

  it('moves relations, links and history in one revision, and keeps what the one that stays says', async () => {
    const [keep, goes, other, third] = [
      belief({ credence: 0.7, taskTypes: ['a.one'] }),
      belief({ credence: 0.2, taskTypes: ['a.two'] }),
      belief(),
      belief(),
    ] as const
    const [shared, moved, disputed] = [value(), value(), value()] as const
    await apply(t, [
      ...[keep, other, third].map((createBelief) => ({ createBelief })),
      ...[shared, moved, disputed].map((createValue) => ({ createValue })),
    ])
    const { number: made } = await apply(t, [{ createBelief: goes }], { message: 'made' })
    const { number: tied } = await apply(
      t,
      [
        // The heavier of the same stays, whichever of the two has it.
        { relateBeliefs: relation('SUPPORTS', keep, other, { weight: 0.2 }) },
        { relateBeliefs: relation('SUPPORTS', goes, other, { weight: 0.3, note: 'heavier' }) },
        { relateBeliefs: relation('REFINES', third, keep, { weight: 0.9, note: 'stays' }) },
        { relateBeliefs: relation('REFINES', third, goes, { weight: 0.1 }) },
        { relateBeliefs: relation('DEPENDS_ON', other, goes, { weight: 0.5, note: 'moves' }) },
        { relateBeliefs: relation('SUPPORTS', keep, goes, { weight: 0.5 }) },
        { relateBeliefs: relation('CONTRADICTS', goes, keep, { weight: 0.01 }) },
        { linkValue: link(keep, shared, { weight: 0.2 }) },
        { linkValue: link(goes, shared, { weight: 0.4 }) },
        { linkValue: link(goes, moved, { effect: 'DEMOTES', weight: 0.6 }) },
        { linkValue: link(keep, disputed, { effect: 'PROMOTES', weight: 0.1 }) },
        { linkValue: link(goes, disputed, { effect: 'DEMOTES', weight: 0.9 }) },
      ],
      { message: 'tied' },
    )
    const { mergeBeliefs } = await merge(keep, goes, 'They say the same.')
    expect(mergeBeliefs).toMatchObject({ id: keep.id, name: keep.name, credence: 0.7, taskTypes: ['a.one'] })
    const { relations, relatedValues } = await around(keep)
    const [k, o, h] = [keep, other, third].map(({ id }) => ({ id }))
    expect(relations.nodes).toEqual([
      { type: 'REFINES', weight: 0.9, note: 'stays', from: h, to: k },
      { type: 'DEPENDS_ON', weight: 0.5, note: 'moves', from: o, to: k },
      { type: 'SUPPORTS', weight: 0.3, note: 'heavier', from: k, to: o },
    ])
    expect(relatedValues).toEqual([
      { effect: 'DEMOTES', weight: 0.6, value: { id: moved.id } },
      { effect: 'PROMOTES', weight: 0.4, value: { id: shared.id } },
      { effect: 'PROMOTES', weight: 0.1, value: { id: disputed.id } },
    ])
    const gone = await around(goes)
    expect(gone).toMatchObject({ relations: { nodes: [] }, relatedValues: [] })
    expect(gone.deletedAt).not.toBeNull()
    const history = await revisionsOf(keep)
    expect(history[0]).toEqual({ number: tied + 1, message: 'They say the same.' })
    expect(history.map(({ number }) => number)).toEqual([tied + 1, tied, made, expect.any(Number)])
  })

  it('computes the strengths that follow', async () => {
    const [keep, goes, target] = [
      belief({ credence: 0.9 }),
      belief({ credence: 0.9 }),
      belief({ credence: 0.3 }),
    ] as const
    await apply(t, [
      ...[keep, goes, target].map((createBelief) => ({ createBelief })),
      { relateBeliefs: relation('SUPPORTS', keep, target) },
      { relateBeliefs: relation('SUPPORTS', goes, target) },
    ])
    const strength = async () =>
      (
        await t.data<{ belief: { strength: number } }>('query ($id: ID!) { belief(id: $id) { strength } }', {
          id: target.id,
        })
      ).belief.strength
    const both = await strength()
    await merge(keep, goes)
    // One supporter of strength 0.9: 0.3 + 0.7 * 0.81 / 1.81.
    expect(await strength()).toBeCloseTo(0.3 + (0.7 * 0.81) / 1.81, 9)
    expect(await strength()).toBeLessThan(both)
    expect((await revisionsOf(goes))[0]?.message).toBe(`Merged "${goes.name}" into "${keep.name}".`)
  })

  it('is refused where one of the two is not there, and where they are one', async () => {
    const query = async (keep: string, goes: string) => refusalOf(await t.query(MERGE, { keep, merge: goes }))
    expect(await query(randomUUID(), logs.id)).toMatchObject({ code: 'NOT_FOUND', path: 'keep' })
    expect(await query(logs.id, 'x')).toMatchObject({ code: 'NOT_FOUND', path: 'merge' })
    expect(await query(logs.id, logs.id.toUpperCase())).toMatchObject({ code: 'BAD_USER_INPUT', path: 'merge' })
    const gone = belief()
    await apply(t, [{ createBelief: gone }])
    await apply(t, [{ deleteBelief: gone.id }])
    expect(await query(logs.id, gone.id)).toMatchObject({ code: 'NOT_FOUND', path: 'merge' })
    const forbidden = await t.query(MERGE, { keep: logs.id, merge: again.id }, VIEWER)
    expect(refusalOf(forbidden)).toMatchObject({ code: 'FORBIDDEN' })
  })

  it('is refused where a belief would have more than 50 links, and changes nothing then', async () => {
    const [keep, goes] = [belief(), belief()] as const
    const values = Array.from({ length: 60 }, () => value())
    await apply(t, [
      { createBelief: keep },
      { createBelief: goes },
      ...values.map((createValue) => ({ createValue })),
      ...values.map((one, place) => ({ linkValue: link(place < 30 ? keep : goes, one) })),
    ])
    const refusal = refusalOf(await t.query(MERGE, { keep: keep.id, merge: goes.id }))
    expect(refusal).toMatchObject({ code: 'BAD_USER_INPUT', path: 'merge' })
    expect(refusal.message).toContain('50')
    expect((await around(goes)).relatedValues).toHaveLength(30)
    expect((await around(goes)).deletedAt).toBeNull()
  })

  it('of the same belief into two others at once happens once', async () => {
    const [goes, ...keeps] = [belief(), belief(), belief()] as const
    await apply(
      t,
      [goes, ...keeps].map((createBelief) => ({ createBelief })),
    )
    const answers = await Promise.all(keeps.map((keep) => t.query(MERGE, { keep: keep.id, merge: goes.id })))
    const refused = answers.filter(({ errors }) => errors)
    expect(refused).toHaveLength(1)
    expect(['CONFLICT', 'NOT_FOUND']).toContain(refusalOf(refused[0] as never).code)
  })
})

describe('reverting a merge', () => {
  it('brings both beliefs back, each with its own relations and its own history', async () => {
    const [keep, goes, other] = [belief(), belief(), belief()]
    await apply(t, [{ createBelief: keep }, { createBelief: other }])
    const { number: made } = await apply(t, [
      { createBelief: goes },
      { relateBeliefs: relation('SUPPORTS', goes, other) },
    ])
    const historyOf = async ({ id }: { id: string }): Promise<number[]> => {
      const source = 'query ($id: ID!) { revisions(nodeId: $id) { nodes { number } } }'
      const { revisions } = await t.data<{ revisions: { nodes: { number: number }[] } }>(source, { id })
      return revisions.nodes.map(({ number }) => number)
    }
    await merge(keep, goes)
    expect(await historyOf(keep)).toContain(made)
    const { revision } = await t.data<{ revision: { number: number } }>('{ revision { number } }')
    await t.data('mutation ($number: Int!) { revertRevision(number: $number) { number } }', revision, CURATOR)
    expect(await historyOf(keep)).not.toContain(made)
    expect(await historyOf(goes)).toContain(made)
    const { belief: back } = await t.data<{ belief: object }>(
      'query ($id: ID!) { belief(id: $id) { deletedAt relations { nodes { to { id } } } } }',
      { id: goes.id },
    )
    expect(back).toEqual({ deletedAt: null, relations: { nodes: [{ to: { id: other.id } }] } })
  })
})
