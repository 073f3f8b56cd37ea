import type { TestSubgraph } from '@mothership/platform/testing'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { propagate } from '../src/domain/propagate.ts'
import { type Evidence, standingOf } from '../src/domain/strength.ts'
import { apply, belief, relation, startEmpty } from './support.ts'

let t: TestSubgraph
beforeAll(async () => {
  t = await startEmpty()
})
afterAll(() => t.dispose())

type Row = { id: string; credence: number; strength: number; converged: boolean; standing: string }

/** Every strength that is stored, beside what computing all of them from nothing gives. */
const compare = async () => {
  const rows = await t.runtime.database.query<Row>(
    'select id, credence, strength, converged, standing from ontology.belief where deleted_at is null order by id',
  )
  const evidence = await t.runtime.database.query<Evidence>(
    `select id, type, from_id as "from", to_id as "to", weight from ontology.relation where type in ('SUPPORTS', 'CONTRADICTS')`,
  )
  const full = propagate(rows, evidence)
  return {
    stored: rows.map(({ id, strength, converged, standing }) => ({ id, strength, converged, standing })),
    full: rows.map(({ id }) => {
      const { strength = NaN, converged = false } = full.get(id) ?? {}
      return { id, strength, converged, standing: standingOf(strength) }
    }),
  }
}

const place = fc.nat(9)
const edits = fc.array(
  fc.oneof(
    fc.record({ kind: fc.constant('credence' as const), place, credence: fc.double({ min: 0, max: 1, noNaN: true }) }),
    fc.record({
      kind: fc.constant('relate' as const),
      type: fc.constantFrom('SUPPORTS', 'CONTRADICTS', 'REFINES'),
      from: place,
      to: place,
      // Equal ones, between beliefs of equal credence, make symmetric cycles: those have several fixed points.
      weight: fc.oneof(fc.constantFrom(0.5, 1), fc.double({ min: 0.01, max: 1, noNaN: true })),
    }),
    fc.record({ kind: fc.constant('unrelate' as const), place: fc.nat(50) }),
    fc.record({ kind: fc.constant('replace' as const), place }),
  ),
  { minLength: 5, maxLength: 25 },
)

describe('the strengths that edits leave', () => {
  it('are, to the last bit, those of a full recomputation: whatever was created, related, changed or deleted', async () => {
    await fc.assert(
      fc.asyncProperty(edits, fc.integer({ min: 1, max: 4 }), async (drawn, atOnce) => {
        const beliefs = Array.from({ length: 10 }, () => belief({ credence: 0.6 }))
        const relations = new Map<string, { from: string; to: string }>()
        await apply(
          t,
          beliefs.map((createBelief) => ({ createBelief })),
        )
        let batch: Record<string, unknown>[] = []
        const flush = async () => {
          if (batch.length > 0) await apply(t, batch)
          batch = []
        }
        const known = new Set<string>()
        for (const edit of drawn) {
          if (edit.kind === 'credence') {
            batch.push({ updateBelief: { id: beliefs[edit.place]?.id, credence: edit.credence } })
          } else if (edit.kind === 'relate') {
            const [from, to] = [beliefs[edit.from], beliefs[edit.to]]
            const key = `${edit.type} ${from?.id} ${to?.id}`
            if (!from || !to || from === to || known.has(key)) continue
            known.add(key)
            const relateBeliefs = relation(edit.type, from, to, { weight: edit.weight })
            relations.set(relateBeliefs.id, relateBeliefs)
            batch.push({ relateBeliefs })
          } else if (edit.kind === 'unrelate') {
            const id = [...relations.keys()][edit.place]
            if (id === undefined) continue
            relations.delete(id)
            batch.push({ unrelateBeliefs: id })
          } else {
            const old = beliefs[edit.place]
            const fresh = belief({ credence: 0.5 })
            for (const [id, { from, to }] of relations) if (from === old?.id || to === old?.id) relations.delete(id)
            beliefs[edit.place] = fresh
            batch.push({ deleteBelief: old?.id }, { createBelief: fresh })
          }
          if (batch.length >= atOnce) await flush()
        }
        await flush()
        const { stored, full } = await compare()
        expect(stored).toEqual(full)
      }),
      { numRuns: 12 },
    )
  })

  it('leave alone what an edit cannot reach', async () => {
    const [one, two, three] = [belief(), belief(), belief()]
    await apply(t, [
      { createBelief: one },
      { createBelief: two },
      { createBelief: three },
      { relateBeliefs: relation('SUPPORTS', one, two) },
      { relateBeliefs: relation('SUPPORTS', three, one) },
    ])
    const versions = async () =>
      new Map(
        (
          await t.runtime.database.query<{ id: string; version: string }>(
            'select id, xmin::text as version from ontology.belief',
          )
        ).map(({ id, version }) => [id, version]),
      )
    const before = await versions()
    await apply(t, [{ updateBelief: { id: one.id, credence: 0.8 } }])
    const after = await versions()
    expect(
      [...after]
        .filter(([id, version]) => before.get(id) !== version)
        .map(([id]) => id)
        .sort(),
    ).toEqual([one.id, two.id].sort())
  })
})
