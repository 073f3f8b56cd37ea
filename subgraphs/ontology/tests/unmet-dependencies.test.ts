import type { TestSubgraph } from '@mothership/platform/testing'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Page } from './inbox-support.ts'
import { statementsOf } from './statements.ts'
import { apply, belief, refusalOf, relation, startEmpty } from './support.ts'

let t: TestSubgraph
const held = belief({ name: 'Held', credence: 0.9 })
const weak = belief({ name: 'Weak', credence: 0.2 })
const frail = belief({ name: 'Frail', credence: 0.1 })
const firm = belief({ name: 'Firm', credence: 0.9 })
let made = 0

beforeAll(async () => {
  t = await startEmpty()
  const { number } = await apply(t, [
    ...[held, weak, frail, firm].map((createBelief) => ({ createBelief })),
    { relateBeliefs: relation('DEPENDS_ON', held, weak, { weight: 0.4 }) },
    { relateBeliefs: relation('DEPENDS_ON', held, frail, { weight: 0.8 }) },
    { relateBeliefs: relation('DEPENDS_ON', held, firm) },
    { relateBeliefs: relation('REFINES', firm, weak) },
    // Who is defeated asks nothing of others.
    { relateBeliefs: relation('DEPENDS_ON', weak, frail, { weight: 0.6 }) },
  ])
  made = number
}, 60_000)
afterAll(() => t.dispose())

interface Told {
  weight: number
  from: { name: string }
  to: { name: string }
}
const RELATION = 'weight from { name } to { name }'
const LIST = `query ($first: Int, $after: Cursor) { unmetDependencies(first: $first, after: $after) {
  nodes { ${RELATION} } totalCount pageInfo { hasNextPage hasPreviousPage endCursor } } }`
const list = async (page: object = {}): Promise<Page<Told>> =>
  (await t.data<{ unmetDependencies: Page<Told> }>(LIST, { ...page })).unmetDependencies
const pairs = (told: readonly Told[]) => told.map(({ from, to }) => [from.name, to.name])

const OF = `query ($id: ID!, $at: Int) { belief(id: $id, at: $at) { unmetDependencies { ${RELATION} } } }`
const of = async ({ id }: { id: string }, at: number | null = null): Promise<Told[]> =>
  (await t.data<{ belief: { unmetDependencies: Told[] } }>(OF, { id, at })).belief.unmetDependencies

describe('the unmet dependencies', () => {
  it('are those of beliefs in force on defeated ones, the heaviest first, page by page', async () => {
    const all = await list()
    expect(all).toMatchObject({ totalCount: 2, pageInfo: { hasNextPage: false, hasPreviousPage: false } })
    expect(pairs(all.nodes)).toEqual([
      ['Held', 'Frail'],
      ['Held', 'Weak'],
    ])
    const first = await list({ first: 1 })
    expect(first.pageInfo.hasNextPage).toBe(true)
    const second = await list({ first: 1, after: first.pageInfo.endCursor })
    expect(pairs([...first.nodes, ...second.nodes])).toEqual(pairs(all.nodes))
    expect(second.pageInfo).toMatchObject({ hasNextPage: false, hasPreviousPage: true })
  })

  it('are told of each belief', async () => {
    expect(pairs(await of(held))).toEqual([
      ['Held', 'Frail'],
      ['Held', 'Weak'],
    ])
    for (const other of [weak, frail, firm]) expect(await of(other)).toEqual([])
  })

  it('refuse a page or a cursor that they do not have', async () => {
    expect(refusalOf(await t.query(LIST, { first: 501 }))).toMatchObject({ code: 'BAD_USER_INPUT', path: 'first' })
    expect(refusalOf(await t.query(LIST, { after: 'x' }))).toMatchObject({ code: 'BAD_USER_INPUT', path: 'after' })
  })

  it('take as many statements for all beliefs as for a few', async () => {
    const read = (first: number) => () =>
      t.data(`query ($first: Int) { beliefs(first: $first) { nodes { unmetDependencies { ${RELATION} } } } }`, {
        first,
      })
    // By name, the third is the one that has some.
    const [few, all] = [await statementsOf(t, read(3)), await statementsOf(t, read(50))]
    expect(few.length).toBeGreaterThan(0)
    expect(all).toHaveLength(few.length)
  })

  it('follow the edits: support, defeat, a deletion; and what they were is read in the past', async () => {
    await apply(t, [{ updateBelief: { id: weak.id, credence: 0.7 } }])
    // Weak is in force by now, and so asks for what it depends on.
    expect(pairs((await list()).nodes)).toEqual([
      ['Held', 'Frail'],
      ['Weak', 'Frail'],
    ])
    await apply(t, [{ updateBelief: { id: firm.id, credence: 0.1 } }])
    expect(pairs(await of(held))).toEqual([
      ['Held', 'Firm'],
      ['Held', 'Frail'],
    ])
    await apply(t, [{ deleteBelief: frail.id }])
    expect(pairs((await list()).nodes)).toEqual([['Held', 'Firm']])
    await apply(t, [{ updateBelief: { id: held.id, credence: 0.3 } }])
    expect(await list()).toMatchObject({ nodes: [], totalCount: 0 })
    expect(await of(held)).toEqual([])

    expect(pairs(await of(held, made))).toEqual([
      ['Held', 'Frail'],
      ['Held', 'Weak'],
    ])
    expect(pairs(await of(weak, made))).toEqual([])
    expect(pairs(await of(weak, made + 1))).toEqual([['Weak', 'Frail']])
    expect(await of(held, made + 4)).toEqual([])
  })
})
