import type { TestSubgraph } from '@mothership/platform/testing'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { statementsOf } from './statements.ts'
import { apply, belief, embedded, relation, startEmpty } from './support.ts'

let t: TestSubgraph
const hub = belief()
const spokes = Array.from({ length: 30 }, () => belief())

beforeAll(async () => {
  t = await startEmpty()
  await apply(t, [
    ...[hub, ...spokes].map((createBelief) => ({ createBelief })),
    ...spokes.map((spoke) => ({ relateBeliefs: relation('SUPPORTS', spoke, hub) })),
  ])
  await embedded(t)
})
afterAll(() => t.dispose())

describe('the count of statements', () => {
  it('hears what Prisma and plain SQL send, in a transaction too', async () => {
    const sql = await statementsOf(t, () => t.runtime.database.query('select 1 from ontology.head'))
    expect(sql).toEqual(['select 1 from ontology.head'])
    const inTransaction = await statementsOf(t, () =>
      t.runtime.database.transaction((tx) => tx.query('select 2 from ontology.head')),
    )
    expect(inTransaction).toEqual(['select 2 from ontology.head'])
    expect(await statementsOf(t, () => t.data('{ values { totalCount } }'))).toHaveLength(2)
    expect(await statementsOf(t, () => t.runtime.database.query('select 1'))).toEqual([])
  })

  it('is the same for one relation as for thirty', async () => {
    const read = (first: number) => () =>
      t.data(
        `query ($id: ID!, $first: Int) { belief(id: $id) { relations(first: $first) { totalCount nodes { from { name } } } } }`,
        { id: hub.id, first },
      )
    const [one, thirty] = [await statementsOf(t, read(1)), await statementsOf(t, read(30))]
    expect(one.length).toBeGreaterThan(0)
    expect(thirty).toHaveLength(one.length)
  })
})
