import type { TestSubgraph } from '@mothership/platform/testing'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { statementsOf } from './statements.ts'
import { apply, belief, embedded, relation, startEmpty } from './support.ts'

let t: TestSubgraph
beforeAll(async () => {
  t = await startEmpty()
})
afterAll(() => t.dispose())

const SIZE = 10
const PLACES = Array.from({ length: SIZE }, (_, place) => place)

interface Edge {
  from: number
  to: number
  weight: number
}
const edge = fc.record({
  from: fc.nat(SIZE - 1),
  to: fc.nat(SIZE - 1),
  // Eighths, whose sums are exact in any order.
  weight: fc.integer({ min: 1, max: 8 }).map((eighths) => eighths / 8),
})
const graph = fc
  .uniqueArray(edge, { selector: ({ from, to }) => `${from} ${to}`, minLength: 8, maxLength: 24 })
  .map((edges) => edges.filter(({ from, to }) => from !== to))

interface Way {
  length: number
  weight: number
}

/** How long the shortest ways between two beliefs are, and how heavy the heaviest of these is; null: there is none. */
const bestWay = (edges: Edge[], from: number, to: number): Way | null => {
  let reached = new Map([[from, 0]])
  for (let length = 0; length < SIZE; length++) {
    const weight = reached.get(to)
    if (weight !== undefined) return { length, weight }
    const next = new Map<number, number>()
    for (const { from: origin, to: end, weight: own } of edges) {
      const before = reached.get(origin)
      if (before !== undefined) next.set(end, Math.max(next.get(end) ?? 0, before + own))
    }
    reached = next
  }
  return null
}

interface Found {
  beliefs: { id: string }[]
  relations: { weight: number; from: { id: string }; to: { id: string } }[]
}
const FIELDS = 'beliefs { id } relations { weight from { id } to { id } }'

describe('a path', () => {
  it('is as short as any way, and of those as heavy as any, in whatever graph', async () => {
    await fc.assert(
      fc.asyncProperty(graph, async (edges) => {
        const beliefs = PLACES.map(() => belief())
        const idOf = (place: number) => ({ id: beliefs[place]?.id ?? '' })
        await apply(t, [
          ...beliefs.map((createBelief) => ({ createBelief })),
          ...edges.map(({ from, to, weight }) => ({
            relateBeliefs: relation('REFINES', idOf(from), idOf(to), { weight }),
          })),
        ])
        const pairs = PLACES.flatMap((from) => PLACES.map((to) => ({ key: `p${from}_${to}`, from, to })))
        const fields = pairs.map(
          ({ key, from, to }) => `${key}: path(from: "${idOf(from).id}", to: "${idOf(to).id}") { ${FIELDS} }`,
        )
        const found = await t.data<Record<string, Found | null>>(`{ ${fields.join(' ')} }`)
        for (const { key, from, to } of pairs) {
          const way = found[key] ?? null
          const told = way && {
            length: way.relations.length,
            weight: way.relations.reduce((sum, { weight }) => sum + weight, 0),
          }
          expect(told, key).toEqual(bestWay(edges, from, to))
          const ends = way?.relations.map((one) => [one.from.id, one.to.id])
          expect(ends).toEqual(way?.beliefs.slice(1).map(({ id }, place) => [way.beliefs[place]?.id, id]))
        }
      }),
      { numRuns: 5 },
    )
  })

  it('takes as many statements over twenty relations as over two', async () => {
    const chain = Array.from({ length: 21 }, () => belief())
    const idAt = (place: number) => ({ id: chain[place]?.id ?? '' })
    await apply(t, [
      ...chain.map((createBelief) => ({ createBelief })),
      ...chain.slice(1).map((to, place) => ({ relateBeliefs: relation('SUPPORTS', idAt(place), to) })),
    ])
    await embedded(t)
    const source = `query ($from: ID!, $to: ID!) { path(from: $from, to: $to, maxLength: 20) { ${FIELDS} } }`
    const read = async (length: number): Promise<Found> =>
      (await t.data<{ path: Found }>(source, { from: idAt(0).id, to: idAt(length).id })).path
    expect((await read(20)).relations).toHaveLength(20)
    const [short, long] = [await statementsOf(t, () => read(2)), await statementsOf(t, () => read(20))]
    // The ends, the path, and the beliefs on it.
    expect(short).toHaveLength(3)
    expect(long).toHaveLength(3)
  })
})
