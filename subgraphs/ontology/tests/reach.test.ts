import { randomUUID } from 'node:crypto'
import type { TestSubgraph } from '@mothership/platform/testing'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { statementsOf } from './statements.ts'
import { apply, belief, embedded, refusalOf, relation, startEmpty } from './support.ts'

let t: TestSubgraph
const named = (name: string) => belief({ name })
const create = (beliefs: { id: string }[]) => beliefs.map((createBelief) => ({ createBelief }))
const relate = (...args: Parameters<typeof relation>) => ({ relateBeliefs: relation(...args) })

interface Reached {
  distance: number
  belief: { name: string }
  relation: { type: string; from: { name: string }; to: { name: string } }
}
interface Impact {
  belief: { name: string }
  truncated: boolean
  reached: Reached[]
}

const IMPACT = `query ($id: ID!, $direction: ImpactDirection, $limit: Int) {
  impact(beliefId: $id, direction: $direction, limit: $limit) {
    belief { name } truncated reached { distance belief { name } relation { type from { name } to { name } } } } }`
const impact = async (id: string, options: { direction?: string; limit?: number } = {}): Promise<Impact | null> =>
  (await t.data<{ impact: Impact | null }>(IMPACT, { id, ...options })).impact
const far = (found: Impact | null) => found?.reached.map(({ belief, distance }) => `${belief.name} ${distance}`)

const PATH = `query ($from: ID!, $to: ID!, $maxLength: Int) { path(from: $from, to: $to, maxLength: $maxLength) {
  beliefs { name } relations { type from { name } to { name } } } }`
interface Path {
  beliefs: { name: string }[]
  relations: { type: string; from: { name: string }; to: { name: string } }[]
}
const path = async (from: { id: string }, to: { id: string }, maxLength?: number): Promise<string[] | null> => {
  const found = (await t.data<{ path: Path | null }>(PATH, { from: from.id, to: to.id, maxLength })).path
  found?.relations.forEach((one, place) => {
    expect([one.from, one.to]).toEqual([found.beliefs[place], found.beliefs[place + 1]])
  })
  return found && found.beliefs.map(({ name }) => name)
}

beforeAll(async () => {
  t = await startEmpty()
})
afterAll(() => t.dispose())

describe('the impact of a belief', () => {
  const root = named('root')
  const light = named('light')
  const heavy = named('heavy')
  const end = named('end')
  const dependent = named('dependent')
  const basis = named('basis')

  beforeAll(async () => {
    await apply(t, [
      ...create([root, light, heavy, end, dependent, basis]),
      relate('SUPPORTS', root, light, { weight: 0.2 }),
      relate('CONTRADICTS', root, heavy, { weight: 0.9 }),
      relate('REFINES', heavy, end),
      relate('SUPPORTS', light, end, { weight: 0.1 }),
      // It stands on the end, and so on the root; the end stands on its basis, which the root does not bear on.
      relate('DEPENDS_ON', dependent, end),
      relate('DEPENDS_ON', end, basis),
      // A way back: nothing is visited twice.
      relate('SUPPORTS', end, root),
    ])
  })

  it('is what stands on it, the nearest first and the heaviest of the equally near', async () => {
    const found = await impact(root.id)
    expect(far(found)).toEqual(['heavy 1', 'light 1', 'end 2', 'dependent 3'])
    expect(found).toMatchObject({ belief: { name: 'root' }, truncated: false })
    expect(found?.reached[2]?.relation).toMatchObject({ type: 'REFINES', from: { name: 'heavy' } })
    expect(found?.reached[3]?.relation).toMatchObject({ type: 'DEPENDS_ON', from: { name: 'dependent' } })
  })

  it('upstream is what it stands on', async () => {
    expect(far(await impact(dependent.id, { direction: 'UPSTREAM' }))).toEqual([
      'end 1',
      expect.stringMatching(/^(heavy|basis) 2$/),
      expect.stringMatching(/^(heavy|basis) 2$/),
      'light 2',
      'root 3',
    ])
    expect(far(await impact(root.id, { direction: 'UPSTREAM' }))).toEqual(
      expect.arrayContaining(['end 1', 'basis 2', 'heavy 2', 'light 2']),
    )
  })

  it('tells that there is more than was asked for, and not where there is just as much', async () => {
    const cut = await impact(root.id, { limit: 3 })
    expect(far(cut)).toEqual(['heavy 1', 'light 1', 'end 2'])
    expect(cut?.truncated).toBe(true)
    expect(await impact(root.id, { limit: 4 })).toMatchObject({ truncated: false })
  })

  it('is followed over 20 relations, and tells where it goes on', async () => {
    const chain = Array.from({ length: 23 }, (_, n) => named(`link ${n}`))
    await apply(t, [
      ...create(chain),
      ...chain.slice(1).map((to, n) => relate('SUPPORTS', chain[n] as { id: string }, to)),
    ])
    const found = await impact(chain[0]?.id ?? '')
    expect(found?.reached.map(({ distance }) => distance)).toEqual(Array.from({ length: 20 }, (_, n) => n + 1))
    expect(found?.truncated).toBe(true)
    expect(await impact(chain[2]?.id ?? '')).toMatchObject({ truncated: false })
  })

  it('is null of what does not exist, and nothing of what was deleted', async () => {
    expect(await impact(randomUUID())).toBeNull()
    expect(await impact('no id')).toBeNull()
    const gone = named('gone')
    await apply(t, [...create([gone]), relate('SUPPORTS', gone, root)])
    expect(far(await impact(gone.id, { limit: 1 }))).toEqual(['root 1'])
    await apply(t, [{ deleteBelief: gone.id }])
    expect(await impact(gone.id)).toMatchObject({ reached: [], truncated: false })
  })

  it.each([0, 2001, -1])('refuses the limit %i', async (limit) => {
    expect(refusalOf(await t.query(IMPACT, { id: root.id, limit }))).toMatchObject({
      code: 'BAD_USER_INPUT',
      path: 'limit',
    })
  })
})

describe('the path between two beliefs', () => {
  const a = named('path a')
  const b = named('path b')
  const c = named('path c')
  const d = named('path d')
  const e = named('path e')
  beforeAll(async () => {
    await apply(t, [
      ...create([a, b, c, d, e]),
      relate('SUPPORTS', a, b, { weight: 0.3 }),
      relate('REFINES', a, c, { weight: 0.4 }),
      relate('CONTRADICTS', a, c, { weight: 0.5 }),
      relate('DEPENDS_ON', b, d, { weight: 0.9 }),
      relate('SUPPORTS', c, d, { weight: 0.6 }),
      relate('SUPPORTS', d, e),
    ])
  })

  it('is the shortest in the direction of the relations, and of equal ones the heaviest', async () => {
    expect(await path(a, e)).toEqual(['path a', 'path b', 'path d', 'path e'])
    expect(await path(a, c)).toEqual(['path a', 'path c'])
    const found = await t.data<{ path: Path }>(PATH, { from: a.id, to: c.id })
    expect(found.path.relations).toMatchObject([{ type: 'CONTRADICTS' }])
    expect(await path(e, a)).toBeNull()
  })

  it('is as long as it may be, and of one belief from a belief to itself', async () => {
    expect(await path(a, e, 2)).toBeNull()
    expect(await path(a, e, 3)).toHaveLength(4)
    expect(await path(a, a, 1)).toEqual(['path a'])
  })

  it('is null where an end does not exist', async () => {
    expect(await path(a, { id: randomUUID() })).toBeNull()
    expect(await path({ id: 'x' }, { id: 'x' })).toBeNull()
  })

  it('is the same however often it is asked for, among paths that are equal in all', async () => {
    const [from, to, ...between] = Array.from({ length: 6 }, () => belief())
    await apply(t, [
      ...create([from, to, ...between] as { id: string }[]),
      ...between.flatMap((one) => [
        relate('SUPPORTS', from as { id: string }, one, { weight: 0.5 }),
        relate('SUPPORTS', one, to as { id: string }, { weight: 0.5 }),
      ]),
    ])
    const first = await path(from as { id: string }, to as { id: string })
    expect(first).toHaveLength(3)
    for (let time = 0; time < 5; time++) {
      expect(await path(from as { id: string }, to as { id: string })).toEqual(first)
    }
  })
})

describe('reads over several relations', () => {
  it('take as many statements for sixty beliefs as for three', async () => {
    const hub = named('reach hub')
    const around = Array.from({ length: 60 }, () => belief())
    const ends = Array.from({ length: 3 }, () => belief())
    await apply(t, create([hub, ...ends]))
    await apply(t, create(around))
    await apply(
      t,
      around.map((to) => relate('SUPPORTS', hub, to)),
    )
    await apply(
      t,
      around.map((from, n) => relate('REFINES', from, ends[n % 3] as { id: string })),
    )
    await embedded(t)
    const few = await statementsOf(t, () => impact(hub.id, { limit: 3 }))
    const many = await statementsOf(t, () => impact(hub.id, { limit: 2000 }))
    expect(far(await impact(hub.id, { limit: 2000 }))).toHaveLength(63)
    expect(few.length).toBeGreaterThan(0)
    expect(many).toHaveLength(few.length)
    // The ends, the path, and what else is on it: no more through a hub than elsewhere.
    const one = ends[0] as { id: string }
    expect(await path(hub, one)).toHaveLength(3)
    expect(await statementsOf(t, () => path(hub, one))).toHaveLength(3)
  })
})
