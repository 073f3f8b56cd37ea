import type { TestSubgraph } from '@mothership/platform/testing'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { apply, belief, refusalOf, relation, startEmpty } from './support.ts'

let t: TestSubgraph
beforeAll(async () => {
  t = await startEmpty()
}, 60_000)
afterAll(() => t.dispose())

describe('the contributions to a strength', () => {
  it('are, of a hub, what makes the most of the difference, with the count of all', async () => {
    const EXPLAIN = `query ($id: ID!, $first: Int, $at: Int) { belief(id: $id, at: $at) { strength explanation {
      contributionCount contributions(first: $first) { amount relation { id type } } } } }`
    interface Explained {
      strength: number
      explanation: {
        contributionCount: number
        contributions: { amount: number; relation: { id: string; type: string } }[]
      }
    }
    const explain = async (variables: { id: string; first?: number; at?: number }) =>
      (await t.data<{ belief: Explained }>(EXPLAIN, variables)).belief
    const big = belief({ credence: 0.6 })
    const around = Array.from({ length: 70 }, (_, n) => belief({ credence: ((n * 37) % 70) / 100 }))
    const relations = around.map((one, n) =>
      relation(n % 3 === 0 ? 'CONTRADICTS' : 'SUPPORTS', one, big, { weight: ((n * 11) % 70) / 1000 + 0.01 }),
    )
    const { number } = await apply(t, [
      ...[big, ...around].map((createBelief) => ({ createBelief })),
      ...relations.map((relateBeliefs) => ({ relateBeliefs })),
      { relateBeliefs: relation('REFINES', around[0] as { id: string }, big) },
    ])

    const all = (await explain({ id: big.id, first: 500 })).explanation
    expect([all.contributionCount, all.contributions.length]).toEqual([70, 70])
    const sizes = all.contributions.map(({ amount }) => Math.abs(amount))
    expect(sizes).toEqual(sizes.toSorted((a, b) => b - a))
    for (const first of [0, 1, 10, 50]) {
      const some = (await explain({ id: big.id, first })).explanation
      expect(some).toEqual({ contributionCount: 70, contributions: all.contributions.slice(0, first) })
    }
    expect(new Set(all.contributions.slice(0, 10).map((one) => one.relation.type)).size).toBe(2)
    expect((await explain({ id: big.id })).explanation.contributions).toHaveLength(50)

    await apply(t, [{ deleteBelief: around[5]?.id }])
    expect((await explain({ id: big.id, first: 10, at: number })).explanation).toEqual({
      contributionCount: 70,
      contributions: all.contributions.slice(0, 10),
    })
    expect((await explain({ id: big.id })).explanation.contributionCount).toBe(69)
    expect((await explain({ id: around[0]?.id as string })).explanation).toEqual({
      contributionCount: 0,
      contributions: [],
    })
    expect(refusalOf(await t.query(EXPLAIN, { id: big.id, first: 501 }))).toMatchObject({
      code: 'BAD_USER_INPUT',
      path: 'first',
    })
  })
})
