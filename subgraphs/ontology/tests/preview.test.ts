import type { TestSubgraph } from '@mothership/platform/testing'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { AGENT, apply, belief, link, refusalOf, relation, startEmpty, swingingRing, value, VIEWER } from './support.ts'

let t: TestSubgraph
beforeAll(async () => {
  t = await startEmpty()
})
afterAll(() => t.dispose())

type Change = Record<string, unknown>
interface Effect {
  belief: { id: string; name: string; strength: number; deletedAt: string | null }
  before: number | null
  after: number | null
  standingBefore: string | null
  standingAfter: string | null
}
interface Preview {
  effects: Effect[]
  problems: { path: string; message: string; severity: string }[]
  truncated: boolean
}

const PREVIEW = `query ($changes: [OntologyChangeInput!]!) {
  previewChanges(changes: $changes) {
    effects { belief { id name strength deletedAt } before after standingBefore standingAfter }
    problems { path message severity }
    truncated
  }
}`
const preview = async (changes: Change[]): Promise<Preview> =>
  (await t.data<{ previewChanges: Preview }>(PREVIEW, { changes })).previewChanges

const warnings = async (changes: Change[]) => {
  const { problems } = await preview(changes)
  for (const { severity } of problems) expect(severity).toBe('WARNING')
  return problems.map(({ path, message }) => ({ path, message }))
}

type Row = { id: string; strength: number; standing: string }
const stored = async () => {
  const rows = await t.runtime.database.query<Row>(
    'select id, strength, standing from ontology.belief where deleted_at is null',
  )
  return new Map(rows.map((row) => [row.id, row]))
}

describe('a preview', () => {
  it('tells the strengths and standings before and after, the largest change first, and writes nothing', async () => {
    const [a, b, c] = [belief({ credence: 0.9 }), belief({ credence: 0.6 }), belief({ credence: 0.55 })]
    await apply(t, [
      { createBelief: a },
      { createBelief: b },
      { createBelief: c },
      { relateBeliefs: relation('CONTRADICTS', a, b, { weight: 0.4 }) },
    ])
    const before = await stored()
    const dump = await t.runtime.database.query('select * from ontology.belief order by id')
    const { effects, problems, truncated } = await preview([
      { relateBeliefs: relation('CONTRADICTS', a, c, { weight: 0.5 }) },
      { updateBelief: { id: a.id, credence: 1 } },
    ])
    expect({ problems, truncated }).toEqual({ problems: [], truncated: false })
    expect(effects.map(({ belief: { id } }) => id)).toEqual([c.id, a.id, b.id])
    expect(effects[0]).toMatchObject({
      belief: { id: c.id, strength: before.get(c.id)?.strength },
      before: 0.55,
      standingBefore: 'IN_FORCE',
      standingAfter: 'DEFEATED',
    })
    expect(effects[0]?.after).toBeCloseTo(0.55 - (0.55 * 0.25) / 1.25, 12)
    expect(await t.runtime.database.query('select * from ontology.belief order by id')).toEqual(dump)
  })

  it('shows a belief that would be created as it would be, and one that would be deleted as it is', async () => {
    const [gone, left] = [belief({ credence: 0.8 }), belief({ credence: 0.5 })]
    await apply(t, [
      { createBelief: gone },
      { createBelief: left },
      { relateBeliefs: relation('SUPPORTS', gone, left) },
    ])
    const fresh = belief({ credence: 0.3, name: 'Not yet there' })
    const { effects } = await preview([
      { deleteBelief: gone.id },
      { createBelief: fresh },
      { relateBeliefs: relation('SUPPORTS', left, fresh) },
    ])
    const of = (id: string) => effects.find((effect) => effect.belief.id === id)
    expect(of(gone.id)).toMatchObject({
      belief: { strength: 0.8, deletedAt: null },
      before: 0.8,
      after: null,
      standingBefore: 'IN_FORCE',
      standingAfter: null,
    })
    expect(of(left.id)?.after).toBe(0.5)
    const created = of(fresh.id)
    expect(created?.after).toBeCloseTo(0.3 + 0.7 * 0.2, 12)
    expect(created).toMatchObject({
      belief: { name: 'Not yet there', strength: created?.after, deletedAt: null },
      before: null,
      standingBefore: null,
      standingAfter: 'DEFEATED',
    })
    expect(await t.data('query ($id: ID!) { belief(id: $id) { id } }', { id: fresh.id })).toEqual({ belief: null })
  })

  it('tells at most 500 effects, the largest, and that there are more', async () => {
    const hub = belief({ credence: 0.5 })
    const leaves = Array.from({ length: 501 }, (_, n) => belief({ credence: 0.5 - n / 2000 }))
    await apply(t, [{ createBelief: hub }, ...leaves.map((createBelief) => ({ createBelief }))])
    await apply(
      t,
      leaves.map((leaf) => ({ relateBeliefs: relation('SUPPORTS', hub, leaf) })),
    )
    const { effects, truncated } = await preview([{ updateBelief: { id: hub.id, credence: 0.9 } }])
    expect(effects.length).toBe(500)
    expect(truncated).toBe(true)
    const sizes = effects.map(({ before, after }) => Math.abs((after ?? 0) - (before ?? 0)))
    expect(sizes).toEqual(sizes.toSorted((x, y) => y - x))
  })

  it('is for curators', async () => {
    for (const who of [VIEWER, AGENT]) {
      expect(refusalOf(await t.query(PREVIEW, { changes: [{ createBelief: belief() }] }, who)).code).toBe('FORBIDDEN')
    }
  })
})

describe('what stops an edit', () => {
  it('is told as problems, all at once, each with its path', async () => {
    const nameless = await preview([
      { createBelief: belief({ name: '', credence: 2 }) },
      { deleteValue: value().id },
      { relateBeliefs: relation('SUPPORTS', belief(), belief(), { weight: 0 }) },
    ])
    expect(nameless.effects).toEqual([])
    expect(nameless.problems.map(({ path, severity }) => [path, severity])).toEqual([
      ['changes[0].createBelief.name', 'ERROR'],
      ['changes[0].createBelief.credence', 'ERROR'],
      ['changes[2].relateBeliefs.weight', 'ERROR'],
    ])
    const taken = belief()
    await apply(t, [{ createBelief: taken }])
    const missing = await preview([
      { updateBelief: { id: value().id, credence: 0.1 } },
      { createBelief: { ...taken, name: 'Another name' } },
      { createBelief: belief({ name: taken.name.toUpperCase() }) },
      { updateBelief: { id: taken.id, credence: 0.1 } },
    ])
    expect(missing.effects).toEqual([])
    expect(missing.problems.map(({ path }) => path)).toEqual([
      'changes[0].updateBelief.id',
      'changes[1].createBelief.id',
      'changes[2].createBelief.name',
    ])
    expect(missing.problems[0]?.message).toMatch(/^there is no belief of the id/)
  })

  it('is a list without changes too', async () => {
    expect((await preview([])).problems).toMatchObject([{ path: 'changes', severity: 'ERROR' }])
  })
})

describe('a warning', () => {
  it('tells of two beliefs that would come to contradict each other in force', async () => {
    const [a, b] = [belief({ credence: 0.9, name: 'Speak first' }), belief({ credence: 0.4, name: 'Listen first' })]
    await apply(t, [
      { createBelief: a },
      { createBelief: b },
      { relateBeliefs: relation('CONTRADICTS', a, b, { weight: 0.1 }) },
    ])
    const path = 'changes[0].updateBelief'
    const [warning, ...others] = await warnings([{ updateBelief: { id: b.id, credence: 0.8 } }])
    expect(warning?.path).toBe(path)
    expect(warning?.message).toContain('"Speak first" and "Listen first" would contradict each other')
    expect(others).toEqual([])
    // Contradicting each other in force already is no news.
    await apply(t, [{ updateBelief: { id: b.id, credence: 0.8 } }])
    expect(await warnings([{ updateBelief: { id: b.id, credence: 0.7 } }])).toEqual([])
    const c = belief({ credence: 0.9 })
    const added = await warnings([
      { createBelief: c },
      { relateBeliefs: relation('CONTRADICTS', a, c, { weight: 0.1 }) },
    ])
    expect(added.map((one) => one.path)).toEqual(['changes[1].relateBeliefs'])
  })

  it('tells of a belief in force that would depend on a defeated one', async () => {
    const [a, b] = [belief({ credence: 0.9, name: 'Above' }), belief({ credence: 0.6, name: 'Beneath' })]
    await apply(t, [{ createBelief: a }, { createBelief: b }, { relateBeliefs: relation('DEPENDS_ON', a, b) }])
    const [warning, ...others] = await warnings([{ updateBelief: { id: b.id, credence: 0.2 } }])
    expect(warning?.message).toContain('"Above" would be in force and depend on "Beneath"')
    expect(others).toEqual([])
    expect(await warnings([{ updateBelief: { id: b.id, credence: 0.7 } }])).toEqual([])
  })

  it('tells of a value that would be left without a belief', async () => {
    const [v, a, b] = [value({ name: 'Candour' }), belief(), belief()]
    const [first, second] = [link(a, v), link(b, v)]
    await apply(t, [
      { createValue: v },
      { createBelief: a },
      { createBelief: b },
      { linkValue: first },
      { linkValue: second },
    ])
    expect(await warnings([{ unlinkValue: first.id }])).toEqual([])
    const [warning] = await warnings([{ unlinkValue: first.id }, { deleteBelief: b.id }])
    expect(warning?.message).toContain('"Candour" would be left without a belief')
    expect(await warnings([{ unlinkValue: first.id }, { unlinkValue: second.id }, { deleteValue: v.id }])).toEqual([])
  })

  it('tells of a cycle that would not settle', async () => {
    const { beliefs, relations } = swingingRing()
    await apply(
      t,
      beliefs.map((createBelief) => ({ createBelief })),
    )
    const [warning] = await warnings(relations.map((relateBeliefs) => ({ relateBeliefs })))
    expect(warning?.message).toContain('would not settle')
  })
})

const place = fc.nat(7)
const edits = fc.array(
  fc.oneof(
    fc.record({ kind: fc.constant('credence' as const), place, credence: fc.double({ min: 0, max: 1, noNaN: true }) }),
    fc.record({
      kind: fc.constant('relate' as const),
      type: fc.constantFrom('SUPPORTS', 'CONTRADICTS', 'DEPENDS_ON'),
      from: place,
      to: place,
      weight: fc.double({ min: 0.01, max: 1, noNaN: true }),
    }),
    fc.record({ kind: fc.constant('unrelate' as const), place: fc.nat(30) }),
    fc.record({ kind: fc.constant('replace' as const), place }),
  ),
  { minLength: 4, maxLength: 20 },
)

describe('a preview and the edit that is then made', () => {
  it('come to the same strengths, to the last bit, whatever is created, related, changed or deleted', async () => {
    await fc.assert(
      fc.asyncProperty(edits, fc.integer({ min: 1, max: 5 }), async (drawn, atOnce) => {
        const beliefs = Array.from({ length: 8 }, () => belief({ credence: 0.6 }))
        const relations = new Map<string, { from: string; to: string }>()
        await apply(
          t,
          beliefs.map((createBelief) => ({ createBelief })),
        )
        const known = new Set<string>()
        let batch: Change[] = []
        const flush = async () => {
          const { effects, truncated } = await preview(batch)
          const before = await stored()
          await apply(t, batch)
          const after = await stored()
          batch = []
          expect(truncated).toBe(false)
          const told = new Map(effects.map((effect) => [effect.belief.id, effect]))
          for (const id of new Set([...before.keys(), ...after.keys()])) {
            const [was, is, effect] = [before.get(id), after.get(id), told.get(id)]
            if (effect) {
              expect(effect.before).toBe(was?.strength ?? null)
              expect(effect.after).toBe(is?.strength ?? null)
              expect(effect.standingBefore).toBe(was?.standing ?? null)
              expect(effect.standingAfter).toBe(is?.standing ?? null)
            } else {
              expect(was?.standing).toBe(is?.standing)
              expect(Math.abs((was?.strength ?? NaN) - (is?.strength ?? NaN))).toBeLessThanOrEqual(1e-12)
            }
          }
        }
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
        if (batch.length > 0) await flush()
      }),
      { numRuns: 10 },
    )
  })
})
