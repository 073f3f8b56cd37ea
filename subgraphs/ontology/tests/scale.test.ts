import type { TestSubgraph } from '@mothership/platform/testing'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { statementsOf } from './statements.ts'
import { apply, belief, embedded, link, relation, startEmpty, value } from './support.ts'

// A hub of many relations, each spoke with a value of its own; weights and strengths rise with the number.
const SPOKES = 60
let t: TestSubgraph
const hub = belief({ name: 'Hub', credence: 0.9 })
const spokes = Array.from({ length: SPOKES }, (_, n) => belief({ name: `Spoke ${n}`, credence: (n + 1) / 100 }))
const values = spokes.map((_, n) => value({ name: `Value ${n}`, weight: (n + 1) / 100 }))

beforeAll(async () => {
  t = await startEmpty()
  await apply(t, [
    ...[hub, ...spokes].map((createBelief) => ({ createBelief })),
    ...values.map((createValue) => ({ createValue })),
    ...spokes.map((spoke, n) => ({ relateBeliefs: relation('REFINES', spoke, hub, { weight: (SPOKES - n) / 100 }) })),
    ...spokes.map((spoke, n) => ({ linkValue: link(spoke, values[n] as { id: string }) })),
  ])
  await embedded(t)
})
afterAll(() => t.dispose())

interface Graph {
  beliefs: { name: string }[]
  values: { name: string }[]
  relations: { weight: number }[]
  truncated: boolean
}

const around = async (id: string, depth: number, limit: number): Promise<Graph> =>
  (
    await t.data<{ neighborhood: Graph }>(
      `query ($ids: [ID!]!, $depth: Int, $limit: Int) { neighborhood(ids: $ids, depth: $depth, limit: $limit) {
        beliefs { name } values { name } relations { weight from { name } } valueLinks { weight } truncated } }`,
      { ids: [id], depth, limit },
    )
  ).neighborhood

describe('the neighborhood of a hub', () => {
  it('is of its heaviest relations where it has more than are wanted, the strongest of them first', async () => {
    const { beliefs, relations, truncated } = await around(hub.id, 2, 10)
    // The ten heaviest relations lead to the spokes 0 to 9, of which the strongest is the last.
    expect(beliefs.map(({ name }) => name)).toEqual(['Hub', ...[9, 8, 7, 6, 5, 4, 3, 2, 1].map((n) => `Spoke ${n}`)])
    expect(relations).toHaveLength(9)
    expect(truncated).toBe(true)
  })

  it('is whole, and says so, where it fits', async () => {
    const one = await around(hub.id, 1, SPOKES + 1)
    expect(one.beliefs).toHaveLength(SPOKES + 1)
    expect(one.relations).toHaveLength(SPOKES)
    expect(one.truncated).toBe(false)
    const two = await around(hub.id, 2, 2 * SPOKES + 1)
    expect(two.values).toHaveLength(SPOKES)
    expect(two.truncated).toBe(false)
  })

  it('finds the hub again from the weakest of its spokes', async () => {
    const { beliefs } = await around(spokes[0]?.id as string, 1, 5)
    expect(beliefs.map(({ name }) => name)).toEqual(['Spoke 0', 'Hub'])
  })
})

describe('the statements of a read', () => {
  const readsOf = (query: string): Promise<string[]> => statementsOf(t, () => t.data(query))

  const belief = `name relatedValues { weight value { name } } explanation { contributions { amount } }
    relations(first: 5) { totalCount nodes { weight from { name } to { name } } }`
  const graph = `truncated beliefs { ${belief} } values { name } relations { from { name } } valueLinks { value { name } }`

  it.each([
    [
      'the neighborhood',
      (size: number) => `{ neighborhood(ids: ["${hub.id}"], depth: 2, limit: ${size}) { ${graph} } }`,
    ],
    ['the overview', (size: number) => `{ overview(limit: ${size}) { ${graph} } }`],
    [
      'a search',
      (size: number) => `{ searchOntology(query: "spoke", first: ${size}) { node {
        ... on Belief { ${belief} } ... on Value { name } } } }`,
    ],
    ['a list', (size: number) => `{ beliefs(first: ${size}) { totalCount nodes { ${belief} } } }`],
    [
      'the coverage',
      (size: number) => `{ coverage { valuesWithoutBeliefs(first: ${size}) { totalCount nodes { name } } } }`,
    ],
  ])('are as many for 100 nodes as for 5: %s', async (_, query) => {
    await t.data(query(5))
    const few = await readsOf(query(5))
    const many = await readsOf(query(100))
    expect(few.length).toBeGreaterThan(0)
    // A neighborhood of 5 is full after its first step and has no values; one of 100 takes the second, and loads some.
    expect(many.length).toBeLessThanOrEqual(few.length + 2)
    expect(many.length).toBeLessThanOrEqual(16)
  })

  it('are one more for the first overview of a revision than for those after it', async () => {
    const read = () => readsOf('{ overview { truncated beliefs { name } relations { id } } }')
    await read()
    expect(await read()).toHaveLength(5)
    await apply(t, [{ updateBelief: { id: hub.id, credence: 0.91 } }])
    expect(await read()).toHaveLength(6)
    expect(await read()).toHaveLength(5)
  })
})
