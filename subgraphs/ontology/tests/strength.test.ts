import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { propagate } from '../src/domain/propagate.ts'
import { contributionsTo, type Evidence, standingOf, strengthOf } from '../src/domain/strength.ts'
import { swingingRing } from './support.ts'

const supports = (from: string, to: string, weight = 1): Evidence => ({
  id: `${from}>${to}`,
  type: 'SUPPORTS',
  from,
  to,
  weight,
})
const contradicts = (from: string, to: string, weight = 1): Evidence => ({
  id: `${from}!${to}`,
  type: 'CONTRADICTS',
  from,
  to,
  weight,
})

describe('the strength of a belief', () => {
  it('is its credence where nothing bears on it', () => {
    expect(strengthOf(0.37, 0)).toBe(0.37)
  })

  it('moves towards 1 with positive energy and towards 0 with negative, by E^2 / (1 + E^2)', () => {
    expect(strengthOf(0.5, 1)).toBeCloseTo(0.75, 12)
    expect(strengthOf(0.5, -1)).toBeCloseTo(0.25, 12)
    expect(strengthOf(0.2, 2)).toBeCloseTo(0.2 + 0.8 * 0.8, 12)
  })

  it('adds up many weak supporters, defeated ones too: 20 of them lift a credence of 0.1 to 0.79', () => {
    const names = Array.from({ length: 20 }, (_, n) => `s${n}`)
    const beliefs = [{ id: 'b', credence: 0.1 }, ...names.map((id) => ({ id, credence: 0.09 }))]
    const strengths = propagate(
      beliefs,
      names.map((name) => supports(name, 'b')),
    )
    expect(strengths.get('b')?.strength).toBeCloseTo(0.1 + 0.9 * (1.8 ** 2 / (1 + 1.8 ** 2)), 12)
    expect(strengths.get('b')?.strength).toBeCloseTo(0.79, 2)
  })

  it('is in force at a half, compared rounded to 1e-9', () => {
    expect(standingOf(0.5)).toBe('IN_FORCE')
    expect(standingOf(0.5 - 1e-12)).toBe('IN_FORCE')
    expect(standingOf(0.5 - 1e-8)).toBe('DEFEATED')
  })

  it('follows a chain in its order, whatever the order it is given in', () => {
    const beliefs = ['c', 'a', 'b'].map((id) => ({ id, credence: 0.5 }))
    const strengths = propagate(beliefs, [contradicts('b', 'c'), supports('a', 'b')])
    expect(strengths.get('a')?.strength).toBe(0.5)
    expect(strengths.get('b')?.strength).toBeCloseTo(strengthOf(0.5, 0.5), 15)
    expect(strengths.get('c')?.strength).toBeCloseTo(strengthOf(0.5, -strengthOf(0.5, 0.5)), 15)
  })

  it('settles two beliefs that contradict each other at the same strength where they are alike', () => {
    const beliefs = ['a', 'b'].map((id) => ({ id, credence: 1 }))
    const strengths = propagate(beliefs, [contradicts('a', 'b'), contradicts('b', 'a')])
    const { strength = 0, converged } = strengths.get('a') ?? {}
    expect(converged).toBe(true)
    expect(strengths.get('b')?.strength).toBe(strength)
    // 1 / (1 + s^2) = s
    expect(strength * (1 + strength ** 2)).toBeCloseTo(1, 11)
  })

  it('says so where a cycle does not settle within its rounds', () => {
    const { beliefs, relations } = swingingRing()
    const strengths = propagate(beliefs, relations as Evidence[])
    expect(strengths.size).toBe(30)
    for (const { strength, converged } of strengths.values()) {
      expect(converged).toBe(false)
      expect(strength).toBeGreaterThanOrEqual(0)
      expect(strength).toBeLessThanOrEqual(1)
    }
  })

  it('creeps up to a double root, where a cycle has one, and does not leap over it', () => {
    // Three that support each other: s - 4s^2 + 4s^3 = credence has a double root (s = 1/6) at 2/27, and one at 2/3.
    const names = ['a', 'b', 'c']
    const relations = names.flatMap((from) => names.filter((to) => to !== from).map((to) => supports(from, to)))
    const at = (credence: number) =>
      propagate(
        names.map((id) => ({ id, credence })),
        relations,
      ).get('a')?.strength
    expect(at(2 / 27)).toBeCloseTo(1 / 6, 4)
    expect(at(2 / 27 + 1e-6)).toBeGreaterThan(0.6)
  })

  it('names what each relation contributes, the other strengths held', () => {
    const inputs = [
      { ...supports('a', 'c'), fromStrength: 0.8 },
      { ...contradicts('b', 'c', 0.5), fromStrength: 0.6 },
    ]
    const [first, second] = contributionsTo(0.5, { inputs, energy: 0.5 })
    expect(first).toMatchObject({ relation: { from: 'a' } })
    expect(first?.amount).toBeCloseTo(strengthOf(0.5, 0.5) - strengthOf(0.5, -0.3), 12)
    expect(second?.amount).toBeCloseTo(strengthOf(0.5, 0.5) - strengthOf(0.5, 0.8), 12)
  })
})

const unit = fc.double({ min: 0, max: 1, noNaN: true })
const weight = fc.double({ min: 0.01, max: 1, noNaN: true })
const graphs = fc.integer({ min: 1, max: 14 }).chain((size) =>
  fc.record({
    credences: fc.array(unit, { minLength: size, maxLength: size }),
    edges: fc.uniqueArray(
      fc.record({
        from: fc.nat(size - 1),
        to: fc.nat(size - 1),
        type: fc.constantFrom('SUPPORTS' as const, 'CONTRADICTS' as const),
        weight,
      }),
      { selector: ({ from, to, type }) => `${from} ${to} ${type}`, maxLength: 40 },
    ),
  }),
)

interface Drawn {
  credences: number[]
  edges: { from: number; to: number; type: 'SUPPORTS' | 'CONTRADICTS'; weight: number }[]
}

const toGraph = ({ credences, edges }: Drawn) => ({
  beliefs: credences.map((credence, n) => ({ id: `b${n}`, credence })),
  relations: edges
    .filter(({ from, to }) => from !== to)
    .map(({ from, to, type, weight: w }) => ({
      id: `${from} ${to} ${type}`,
      type,
      from: `b${from}`,
      to: `b${to}`,
      weight: w,
    })),
})

describe('the strengths of any graph', () => {
  it('lie in [0, 1] and satisfy the equation to 1e-11 wherever they converged', () => {
    fc.assert(
      fc.property(graphs, (drawn) => {
        const { beliefs, relations } = toGraph(drawn)
        const strengths = propagate(beliefs, relations)
        for (const { id, credence } of beliefs) {
          const { strength, converged } = strengths.get(id) ?? { strength: NaN, converged: false }
          expect(strength).toBeGreaterThanOrEqual(0)
          expect(strength).toBeLessThanOrEqual(1)
          if (!converged) continue
          const energy = relations
            .filter(({ to }) => to === id)
            .reduce((sum, { type, from, weight: w }) => {
              const source = strengths.get(from)?.strength ?? NaN
              return sum + (type === 'SUPPORTS' ? 1 : -1) * w * source
            }, 0)
          expect(Math.abs(strengthOf(credence, energy) - strength)).toBeLessThan(1e-11)
        }
      }),
      { numRuns: 300 },
    )
  })

  it('are the same to the last bit where only what an edit can reach is computed anew', () => {
    fc.assert(
      fc.property(graphs, fc.nat(13), unit, (drawn, place, credence) => {
        const { beliefs, relations } = toGraph(drawn)
        const before = propagate(beliefs, relations)
        const edited = beliefs.map((one, n) => (n === place % beliefs.length ? { ...one, credence } : one))
        const reached = new Set([`b${place % beliefs.length}`])
        for (let size = 0; size < reached.size;) {
          size = reached.size
          for (const { from, to } of relations) if (reached.has(from)) reached.add(to)
        }
        const held = new Map([...before].map(([id, { strength }]) => [id, strength]))
        const part = propagate(
          edited.filter(({ id }) => reached.has(id)),
          relations.filter(({ to }) => reached.has(to)),
          held,
        )
        const full = propagate(edited, relations)
        for (const [id, strength] of full) expect(part.get(id) ?? before.get(id)).toEqual(strength)
      }),
      { numRuns: 300 },
    )
  })
})
