import { readFileSync } from 'node:fs'
import type { TestSubgraph } from '@mothership/platform/testing'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createStore } from '../src/store.ts'
import { statementsOf } from './statements.ts'
import { createAuthor, drawnEdits } from './random-edits.ts'
import { apply, belief, CURATOR, link, refusalOf, relation, startEmpty, value } from './support.ts'

let t: TestSubgraph
beforeAll(async () => {
  t = await startEmpty()
})
afterAll(() => t.dispose())

const NODE = 'id name description revision createdAt updatedAt deletedAt'
const BELIEF = `${NODE} credence strength standing taskTypes rule level`
const LOOK = `query ($at: Int) {
  overview(limit: 500, at: $at) {
    values { ${NODE} weight beliefs(first: 3) { totalCount pageInfo { hasNextPage endCursor } nodes { id effect weight belief { ${BELIEF} } } } }
    beliefs { ${BELIEF} relatedValues { id effect weight value { ${NODE} } }
      relations(first: 3) { totalCount pageInfo { hasNextPage endCursor } nodes { id type weight note from { ${BELIEF} } to { name } } }
      in: relations(direction: IN) { totalCount nodes { id } } out: relations(direction: OUT) { totalCount nodes { id } }
      explanation { credence strength converged contributions { amount relation { id from { strength } } } } }
    relations { id } valueLinks { id value { name } belief { strength } } truncated } }`

/** Each thing by its id, as whatever it is. */
const things = (ids: readonly string[]): string =>
  `query ($at: Int) { ${ids
    .map(
      (id, n) => `b${n}: belief(id: "${id}", at: $at) { ${BELIEF} relations { totalCount } relatedValues { id } }
        v${n}: value(id: "${id}", at: $at) { ${NODE} weight beliefs { totalCount } }`,
    )
    .join(' ')} }`

/** Everything that can be read of a moment: the overview with all that hangs on it, and each thing by its id. */
const look = async (ids: readonly string[], at: number | null): Promise<unknown> => ({
  overview: await t.data(LOOK, { at }),
  things: await t.data(things(ids), { at }),
})

const head = async (): Promise<number> => {
  const { revision } = await t.data<{ revision: { number: number } | null }>('{ revision { number } }')
  return revision?.number ?? 0
}

/** How many statements a query takes. */
const countStatements = async (source: string): Promise<number> =>
  (await statementsOf(t, () => t.data(source, {}, CURATOR))).length

describe('a past revision', () => {
  it('reads, to the last bit, as it did when it was the newest: whatever was edited since', async () => {
    await fc.assert(
      fc.asyncProperty(drawnEdits, async (drawn) => {
        const author = createAuthor()
        const store = createStore(t.runtime)
        const seen = new Map<number, { ids: string[]; view: unknown; whole: object }>()
        for (const changes of [author.first, ...drawn.map(author.changesOf)]) {
          if (changes.length > 0) await apply(t, changes)
          const ids = [...author.ids]
          seen.set(await head(), { ids, view: await look(ids, null), whole: await store.at(null).everything() })
        }
        for (const [revision, { ids, view, whole }] of seen) {
          expect(await look(ids, revision)).toEqual(view)
          expect(withoutAsOf(await store.at(revision).everything())).toEqual(withoutAsOf(whole))
        }
      }),
      { numRuns: 3 },
    )
  }, 240_000)
})

/** A view of the past says of which revision it is; else it is as the one of then. */
const withoutAsOf = (whole: object): unknown =>
  JSON.parse(JSON.stringify(whole, (key, inner: unknown) => (key === 'asOf' ? undefined : inner)))

describe('looking back', () => {
  const one = belief({ name: 'As it was called', credence: 0.4 })
  const two = belief({ credence: 1 })
  const good = value()
  let made = 0
  let changed = 0
  let gone = 0

  beforeAll(async () => {
    made = (
      await apply(t, [
        { createBelief: one },
        { createBelief: two },
        { createValue: good },
        { linkValue: link(one, good) },
        { relateBeliefs: relation('SUPPORTS', two, one) },
      ])
    ).number
    changed = (await apply(t, [{ updateBelief: { id: two.id, credence: 0 } }])).number
    await apply(t, [{ updateBelief: { id: one.id, name: 'As it is called now' } }])
    gone = (await apply(t, [{ deleteBelief: one.id }])).number
  })

  const read = async (at: number | null) =>
    (
      await t.data<{ belief: Record<string, unknown> | null }>(
        `query ($id: ID!, $at: Int) { belief(id: $id, at: $at) {
           name strength standing asOf deletedAt revision relations { totalCount nodes { from { asOf strength } } }
           relatedValues { value { asOf beliefs { nodes { belief { name } } } } } } }`,
        { id: one.id, at },
      )
    ).belief

  it('shows strengths that other beliefs have changed since, and everything around of the same revision', async () => {
    expect(await read(made)).toEqual({
      name: 'As it was called',
      strength: 0.7,
      standing: 'IN_FORCE',
      asOf: made,
      deletedAt: null,
      revision: made,
      relations: { totalCount: 1, nodes: [{ from: { asOf: made, strength: 1 } }] },
      relatedValues: [{ value: { asOf: made, beliefs: { nodes: [{ belief: { name: 'As it was called' } }] } } }],
    })
    expect(await read(changed)).toMatchObject({ strength: 0.4, standing: 'DEFEATED', revision: made, asOf: changed })
  })

  it('answers null for what did not exist yet, and shows what is deleted as it last was', async () => {
    expect(await read(made - 1)).toBeNull()
    expect(await read(gone)).toMatchObject({
      name: 'As it is called now',
      revision: gone,
      deletedAt: expect.any(String) as string,
      relations: { totalCount: 0 },
      relatedValues: [],
    })
    expect(await read(gone - 1)).toMatchObject({ deletedAt: null, relations: { totalCount: 1 } })
  })

  it('shows nothing at revision 0, the empty ontology', async () => {
    const data = await t.data(
      `{ overview(at: 0) { values { id } beliefs { id } relations { id } truncated } value(id: "${good.id}", at: 0) { id } }`,
    )
    expect(data).toEqual({ overview: { values: [], beliefs: [], relations: [], truncated: false }, value: null })
    expect(await createStore(t.runtime).at(0).everything()).toMatchObject({ revision: 0, values: [], beliefs: [] })
  })

  it.each([
    ['belief', `belief(id: "${one.id}"`],
    ['value', `value(id: "${good.id}"`],
    ['overview', 'overview(limit: 5'],
  ])('refuses a revision that there is not, by the path at: %s', async (_, field) => {
    for (const at of [-1, (await head()) + 1]) {
      const refusal = refusalOf(await t.query(`{ ${field}, at: ${at}) { __typename } }`))
      expect(refusal).toMatchObject({ code: 'BAD_USER_INPUT', path: 'at' })
      expect(refusal.message).toContain(String(await head()))
    }
  })

  it('pages the relations of then, and hands on a limit of the overview', async () => {
    const hub = belief()
    const spokes = Array.from({ length: 7 }, () => belief())
    const { number } = await apply(t, [
      ...[hub, ...spokes].map((createBelief) => ({ createBelief })),
      ...spokes.map((spoke, n) => ({ relateBeliefs: relation('REFINES', spoke, hub, { weight: (n + 1) / 10 }) })),
    ])
    await apply(t, [{ deleteBelief: hub.id }])
    const weights: number[] = []
    let after: string | null = null
    do {
      const data: { belief: { relations: Page } } = await t.data(
        `query ($id: ID!, $at: Int, $after: Cursor) { belief(id: $id, at: $at) { relations(first: 3, after: $after) {
           totalCount nodes { weight } pageInfo { hasNextPage endCursor } } } }`,
        { id: hub.id, at: number, after },
      )
      const { relations } = data.belief
      expect(relations.totalCount).toBe(7)
      weights.push(...relations.nodes.map((one) => one.weight))
      after = relations.pageInfo.hasNextPage ? relations.pageInfo.endCursor : null
    } while (after !== null)
    expect(weights).toEqual([0.7, 0.6, 0.5, 0.4, 0.3, 0.2, 0.1])
    const { overview } = await t.data<{ overview: { values: object[]; beliefs: object[]; truncated: boolean } }>(
      `{ overview(limit: 2, at: ${number}) { values { id } beliefs { id } truncated } }`,
    )
    expect(overview.values.length + overview.beliefs.length).toBe(2)
    expect(overview.truncated).toBe(true)
  })

  it('takes a constant number of statements, whatever the size of the answer', async () => {
    const at = await head()
    const query = (limit: number) => `{ overview(limit: ${limit}, at: ${at}) {
      values { name beliefs(first: 2) { totalCount nodes { belief { name } } } }
      beliefs { name explanation { contributions { amount relation { from { name } } } } relatedValues { value { name } }
        relations(first: 2) { totalCount nodes { from { name } to { name } } } } relations { from { name } } } }`
    const few = await countStatements(query(20))
    expect(few).toBeGreaterThan(5)
    expect(await countStatements(query(500))).toBeLessThanOrEqual(few + 2)
    expect(few).toBeLessThanOrEqual(18)
    expect(await countStatements(`{ belief(id: "${one.id}", at: ${at}) { name strength } }`)).toBe(2)
  })

  it('of a database from before strengths were kept shows the strengths of today', async () => {
    const then = await read(made)
    const migration = new URL('../../../prisma/migrations/20261128110000_ontology_past/migration.sql', import.meta.url)
    const [insert] = /insert into ontology\.strength[^;]+/.exec(readFileSync(migration, 'utf8')) ?? []
    await t.runtime.database.query('delete from ontology.strength')
    await t.runtime.database.query(insert ?? '')
    const { strength: _, standing: _s, relations: _r, ...kept } = then ?? {}
    // It was 0.7 when it was made; what was known last is what it had when it was deleted.
    expect(await read(made)).toMatchObject({ ...kept, strength: 0.4, standing: 'DEFEATED' })
  })

  it('finds what is similar as of now, for meanings are kept of the present alone', async () => {
    const { belief: seen } = await t.data<{ belief: object }>(
      `{ belief(id: "${two.id}", at: ${made}) { credence asOf similar(first: 1) { score } } }`,
      {},
      CURATOR,
    )
    expect(seen).toMatchObject({ credence: 1, asOf: made })
  })
})

interface Page {
  totalCount: number
  nodes: { weight: number }[]
  pageInfo: { hasNextPage: boolean; endCursor: string | null }
}
