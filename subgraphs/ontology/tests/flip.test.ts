import type { TestSubgraph } from '@mothership/platform/testing'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { smallestFlip, type Upstream } from '../src/domain/flip.ts'
import { propagate } from '../src/domain/propagate.ts'
import { standingOf } from '../src/domain/strength.ts'
import { apply, belief, relation, startEmpty, swingingRing } from './support.ts'

let t: TestSubgraph
beforeAll(async () => {
  t = await startEmpty()
})
afterAll(() => t.dispose())

interface Flip {
  belief: { id: string; standing: string }
  standing: string
  kind: string
  credenceOf: { id: string } | null
  relation: { id: string; type: string; from: { id: string }; to: { id: string } } | null
  before: number
  after: number
  truncated: boolean
}

const flipOf = async (id: string): Promise<Flip | null> => {
  const { smallestFlip: flip } = await t.data<{ smallestFlip: Flip | null }>(
    `query ($id: ID!) {
       smallestFlip(beliefId: $id) {
         belief { id standing } standing kind credenceOf { id } relation { id type from { id } to { id } } before after truncated
       }
     }`,
    { id },
  )
  return flip
}

const standing = async (id: string) =>
  (await t.data<{ belief: { standing: string } }>('query ($id: ID!) { belief(id: $id) { standing } }', { id })).belief
    .standing

/** The changes that make the number of a flip another one. */
const changesTo = (flip: Flip, number: number) => {
  if (flip.credenceOf) return [{ updateBelief: { id: flip.credenceOf.id, credence: number } }]
  const { id = '', type = '', from = { id: '' }, to = { id: '' } } = flip.relation ?? {}
  return [{ unrelateBeliefs: id }, { relateBeliefs: relation(type, from, to, { weight: number }) }]
}

const preview = async (changes: object[], id: string): Promise<string | undefined> => {
  const { previewChanges } = await t.data<{
    previewChanges: { effects: { belief: { id: string }; standingAfter: string }[] }
  }>(
    `query ($changes: [OntologyChangeInput!]!) {
       previewChanges(changes: $changes) { effects { belief { id } standingAfter } }
     }`,
    { changes },
  )
  return previewChanges.effects.find((effect) => effect.belief.id === id)?.standingAfter
}

describe('the smallest flip', () => {
  it("is of the belief's own credence where nothing bears on it", async () => {
    const alone = belief({ credence: 0.7 })
    await apply(t, [{ createBelief: alone }])
    const flip = await flipOf(alone.id)
    expect(flip).toMatchObject({ kind: 'CREDENCE', credenceOf: { id: alone.id }, standing: 'DEFEATED', before: 0.7 })
    expect(flip?.after).toBeCloseTo(0.5, 8)
  })

  it('is of a weight where that is nearer', async () => {
    const [a, b, c] = [belief({ credence: 0.9 }), belief({ credence: 1 }), belief({ credence: 1 })]
    const contradicts = relation('CONTRADICTS', b, c, { weight: 0.6 })
    await apply(t, [
      { createBelief: a },
      { createBelief: b },
      { createBelief: c },
      { relateBeliefs: relation('CONTRADICTS', a, c, { weight: 0.8 }) },
      { relateBeliefs: contradicts },
    ])
    const flip = await flipOf(c.id)
    // A half at an energy of -1: 0.8 * 0.9 + w = 1. No credence is as near: of a 0.5, of b 0.467.
    expect(flip).toMatchObject({ kind: 'WEIGHT', relation: { id: contradicts.id }, standing: 'IN_FORCE', before: 0.6 })
    expect(flip?.after).toBeCloseTo(0.28, 8)
  })

  it('is null for a belief that is not there', async () => {
    expect(await flipOf(belief().id)).toBeNull()
    expect(await flipOf('no id')).toBeNull()
  })

  it('turns the standing where it is applied, and a slightly smaller change does not', async () => {
    const beliefs = [0.3, 0.8, 0.6, 0.45, 0.9].map((credence) => belief({ credence }))
    const [a, b, c, d, e] = beliefs as [never, never, never, never, never]
    await apply(t, [
      ...beliefs.map((createBelief) => ({ createBelief })),
      ...[
        relation('SUPPORTS', a, b, { weight: 0.6 }),
        relation('CONTRADICTS', b, a, { weight: 0.5 }),
        relation('SUPPORTS', b, c, { weight: 0.7 }),
        relation('CONTRADICTS', c, d, { weight: 0.8 }),
        relation('SUPPORTS', d, b, { weight: 0.3 }),
        relation('SUPPORTS', e, d, { weight: 0.9 }),
      ].map((relateBeliefs) => ({ relateBeliefs })),
    ])
    for (const { id } of beliefs) {
      const before = await standing(id)
      const flip = await flipOf(id)
      if (!flip) throw new Error('there is a flip: its own credence')
      expect(flip.standing).not.toBe(before)
      expect(flip.truncated).toBe(false)
      const short = flip.after - Math.sign(flip.after - flip.before) * 1e-7
      expect((await preview(changesTo(flip, short), id)) ?? before).toBe(before)
      const revision = await apply(t, changesTo(flip, flip.after))
      expect(revision.changeCount).toBeGreaterThan(0)
      expect(await standing(id)).toBe(flip.standing)
    }
  })
})

const unit = fc.double({ min: 0, max: 1, noNaN: true })
const graphs = fc.integer({ min: 1, max: 7 }).chain((size) =>
  fc.record({
    credences: fc.array(unit, { minLength: size, maxLength: size }),
    edges: fc.uniqueArray(
      fc.record({
        from: fc.nat(size - 1),
        to: fc.nat(size - 1),
        type: fc.constantFrom('SUPPORTS' as const, 'CONTRADICTS' as const),
        weight: fc.double({ min: 0.01, max: 1, noNaN: true }),
      }),
      { selector: ({ from, to, type }) => `${from} ${to} ${type}`, maxLength: 14 },
    ),
  }),
)

describe('the smallest flip of any graph, cyclic or not', () => {
  it('turns the standing, just before it does not, and no coarse change of any one number is smaller', () => {
    fc.assert(
      fc.property(graphs, ({ credences, edges }) => {
        const beliefs = credences.map((credence, n) => ({ id: `b${n}`, credence }))
        const relations = edges
          .filter(({ from, to }) => from !== to)
          .map(({ from, to, type, weight }) => ({
            id: `${from} ${to} ${type}`,
            type,
            from: `b${from}`,
            to: `b${to}`,
            weight,
            fromStrength: NaN,
          }))
        const standingWith = (id: string, number: number) =>
          standingOf(
            propagate(
              beliefs.map((one) => (one.id === id ? { ...one, credence: number } : one)),
              relations.map((one) => (one.id === id ? { ...one, weight: number } : one)),
            ).get('b0')?.strength ?? NaN,
          )
        const now = standingWith('', 0)
        const upstream: Upstream = { beliefs, relations }
        const { flip, isExhausted } = smallestFlip('b0', upstream)
        expect(isExhausted).toBe(false)
        const size = flip ? Math.abs(flip.after - flip.before) : 1
        if (flip) {
          expect(standingWith(flip.id, flip.after)).not.toBe(now)
          const before = flip.after - Math.sign(flip.after - flip.before) * 2e-9
          if (size > 2e-9) expect(standingWith(flip.id, before)).toBe(now)
        }
        for (const [id, number, least] of [
          ...beliefs.map(({ id, credence }) => [id, credence, 0] as const),
          ...relations.map(({ id, weight }) => [id, weight, 1e-9] as const),
        ]) {
          for (const end of [least, 1]) {
            // Short of the flip by a thousandth of it, and by more than the tolerance to which it is bisected.
            const smaller = Math.max(0, Math.min(size * 0.999, size - 2e-9))
            const far = number + Math.sign(end - number) * Math.min(Math.abs(end - number), smaller)
            expect(standingWith(id, far)).toBe(now)
          }
        }
      }),
      { numRuns: 150 },
    )
  })

  it('is given up in the largest cycle that is looked at, whatever each number would take', () => {
    const groups = [1, 0.9, 1, 0.8, 1].map((credence) => Array.from({ length: 20 }, () => belief({ credence })))
    const relations = groups.flatMap((group, place) =>
      group.flatMap((from) => (groups[(place + 1) % 5] ?? []).map((to) => relation('CONTRADICTS', from, to))),
    )
    const inputs = relations.map((one) => ({ ...one, type: 'CONTRADICTS' as const, fromStrength: NaN }))
    const { isExhausted } = smallestFlip(groups[0]?.[0]?.id ?? '', { beliefs: groups.flat(), relations: inputs })
    expect(isExhausted).toBe(true)
  })

  it('is given up after so much computing, and says so, in a cycle that never settles', () => {
    const { beliefs, relations } = swingingRing()
    const inputs = relations.map((one) => ({ ...one, type: 'CONTRADICTS' as const, fromStrength: NaN }))
    expect(smallestFlip(beliefs[0]?.id ?? '', { beliefs, relations: inputs }).isExhausted).toBe(true)
  })
})
