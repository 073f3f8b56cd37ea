import { randomUUID } from 'node:crypto'
import type { TestSubgraph } from '@mothership/platform/testing'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { statementsOf } from './statements.ts'
import { apply, CURATOR, belief, link, refusalOf, relation, startEmpty, value } from './support.ts'

let t: TestSubgraph
// A hub that twelve beliefs support, a chain that leads away from it, and a value that some promote.
const hub = belief({ name: 'Hub', credence: 0.9 })
const spokes = Array.from({ length: 12 }, (_, n) =>
  belief({ name: `Spoke ${String(n).padStart(2, '0')}`, credence: 0.3 }),
)
const chain = Array.from({ length: 4 }, (_, n) => belief({ name: `chain ${n}`, taskTypes: ['math.solve'] }))
const good = value({ name: 'The good', weight: 1 })
const spare = value({ name: 'a spare value', weight: 0.1 })
let first = 0

beforeAll(async () => {
  t = await startEmpty()
  const nodes = [hub, ...spokes, ...chain].map((createBelief) => ({ createBelief }))
  const supports = spokes.map((spoke, n) => ({
    relateBeliefs: relation('SUPPORTS', spoke, hub, { weight: (n + 1) / 100, note: `no. ${n}` }),
  }))
  const leads = [hub, ...chain].slice(0, -1).map((from, n) => ({
    relateBeliefs: relation('REFINES', from, chain[n] as typeof hub),
  }))
  const links = spokes.slice(0, 5).map((spoke, n) => ({ linkValue: link(spoke, good, { weight: (n + 1) / 10 }) }))
  const revision = await apply(t, [
    ...nodes,
    { createValue: good },
    { createValue: spare },
    ...supports,
    ...leads,
    ...links,
  ])
  first = revision.number
})
afterAll(() => t.dispose())

interface Page {
  nodes: { name: string; id: string; note: string }[]
  pageInfo: { hasNextPage: boolean; endCursor: string | null; hasPreviousPage: boolean }
  totalCount: number
}

describe('a list', () => {
  it('is paged by name without gaps or repetitions, and counts all of it', async () => {
    const names: string[] = []
    let after: string | null = null
    do {
      const { beliefs }: { beliefs: Page } = await t.data(
        `query ($after: Cursor) { beliefs(first: 5, after: $after) {
          nodes { name } totalCount pageInfo { hasNextPage hasPreviousPage endCursor } edges { cursor node { id } } } }`,
        { after },
      )
      expect(beliefs.totalCount).toBe(17)
      expect(beliefs.pageInfo.hasPreviousPage).toBe(after !== null)
      names.push(...beliefs.nodes.map(({ name }) => name))
      after = beliefs.pageInfo.hasNextPage ? beliefs.pageInfo.endCursor : null
    } while (after !== null)
    expect(names).toEqual([...chain, hub, ...spokes].map(({ name }) => name))
  })

  it('is filtered by standing and by the task type that is named', async () => {
    const data = await t.data<Record<string, Page>>(
      `{ inForce: beliefs(standing: IN_FORCE) { nodes { name } totalCount }
         both: beliefs(standing: IN_FORCE, taskType: "math.solve") { nodes { name } totalCount }
         none: beliefs(taskType: "math") { nodes { name } totalCount }
         values { nodes { name } totalCount } }`,
    )
    expect(data['inForce']?.nodes.map(({ name }) => name)).toEqual([...chain, hub].map(({ name }) => name))
    expect(data['both']?.totalCount).toBe(4)
    expect(data['none']).toMatchObject({ nodes: [], totalCount: 0 })
    expect(data['values']).toMatchObject({ nodes: [{ name: 'a spare value' }, { name: 'The good' }], totalCount: 2 })
  })

  it('refuses more than 500 at once, and a cursor of another list', async () => {
    expect(refusalOf(await t.query('{ beliefs(first: 501) { totalCount } }'))).toMatchObject({ code: 'BAD_USER_INPUT' })
    expect(refusalOf(await t.query('{ values(after: "bm9uZQ") { totalCount } }'))).toMatchObject({
      code: 'BAD_USER_INPUT',
    })
    const { revisions } = await t.data<{ revisions: Page }>('{ revisions { pageInfo { endCursor } } }')
    const answer = await t.query('query ($after: Cursor) { beliefs(after: $after) { totalCount } }', {
      after: revisions.pageInfo.endCursor,
    })
    expect(refusalOf(answer)).toMatchObject({ code: 'BAD_USER_INPUT', path: 'after' })
  })

  it('answers null for a node that is not there', async () => {
    expect(await t.data(`{ belief(id: "${randomUUID()}") { id } value(id: "no uuid") { id } }`)).toEqual({
      belief: null,
      value: null,
    })
  })

  it('finds a node by its id in capitals', async () => {
    const data = await t.data<{ belief: unknown }>(`{ belief(id: "${hub.id.toUpperCase()}") { id } }`)
    expect(data.belief).toEqual({ id: hub.id })
  })
})

describe('the relations of a belief', () => {
  it('are paged, the heaviest first, by direction', async () => {
    const query = `query ($id: ID!, $after: Cursor) { belief(id: $id) {
      in: relations(direction: IN, first: 7, after: $after) { nodes { note } totalCount pageInfo { hasNextPage endCursor } }
      out: relations(direction: OUT) { nodes { to { name } } totalCount }
      both: relations { totalCount } } }`
    const { belief: page } = await t.data<{ belief: Record<string, Page> }>(query, { id: hub.id })
    expect(page).toMatchObject({
      out: { totalCount: 1, nodes: [{ to: { name: 'chain 0' } }] },
      both: { totalCount: 13 },
    })
    expect(page['in']).toMatchObject({ totalCount: 12, pageInfo: { hasNextPage: true } })
    const after = page['in']?.pageInfo.endCursor
    const { belief: next } = await t.data<{ belief: Record<string, Page> }>(query, { id: hub.id, after })
    const notes = [...(page['in']?.nodes ?? []), ...(next['in']?.nodes ?? [])].map(({ note }) => note)
    expect(notes).toEqual(Array.from({ length: 12 }, (_, n) => `no. ${11 - n}`))
  })

  it('explain its strength: what each adds, the largest first', async () => {
    const { belief: explained } = await t.data<{
      belief: {
        explanation: {
          credence: number
          strength: number
          contributions: { amount: number; relation: { note: string } }[]
        }
      }
    }>(
      `query ($id: ID!) { belief(id: $id) { explanation { credence strength converged
        contributions { amount relation { note from { name } } } } } }`,
      { id: hub.id },
    )
    const { credence, strength, contributions } = explained.explanation
    const energy = spokes.reduce((sum, { credence: c }, n) => sum + ((n + 1) / 100) * c, 0)
    expect(credence).toBe(0.9)
    expect(strength).toBeCloseTo(0.9 + 0.1 * (energy ** 2 / (1 + energy ** 2)), 12)
    expect(contributions).toHaveLength(12)
    expect(contributions[0]).toMatchObject({ relation: { note: 'no. 11', from: { name: 'Spoke 11' } } })
    const without = energy - 0.12 * 0.3
    expect(contributions[0]?.amount).toBeCloseTo(strength - (0.9 + 0.1 * (without ** 2 / (1 + without ** 2))), 12)
  })

  it('count the links of a value likewise', async () => {
    const { value: linked } = await t.data<{ value: { beliefs: { nodes: { weight: number }[]; totalCount: number } } }>(
      'query ($id: ID!) { value(id: $id) { beliefs(first: 3) { nodes { weight belief { name } } totalCount } } }',
      { id: good.id },
    )
    expect(linked.beliefs).toMatchObject({ totalCount: 5, nodes: [{ weight: 0.5 }, { weight: 0.4 }, { weight: 0.3 }] })
  })
})

interface Graph {
  values: { name: string }[]
  beliefs: { name: string }[]
  relations: { from: { id: string }; to: { id: string } }[]
  valueLinks: { weight: number }[]
  truncated: boolean
}
const GRAPH = 'values { name } beliefs { id name } relations { from { id } to { id } } valueLinks { weight } truncated'

describe('a part of the graph', () => {
  const around = async (variables: object): Promise<Graph> =>
    (
      await t.data<{ neighborhood: Graph }>(
        `query ($ids: [ID!]!, $depth: Int, $limit: Int) { neighborhood(ids: $ids, depth: $depth, limit: $limit) { ${GRAPH} } }`,
        { ...variables },
      )
    ).neighborhood

  it('has what is within so many steps, and the edges among it', async () => {
    const none = await around({ ids: [hub.id], depth: 0 })
    expect(none).toMatchObject({ beliefs: [{ name: 'Hub' }], relations: [], truncated: false })
    const one = await around({ ids: [hub.id] })
    expect(one.beliefs.map(({ name }) => name).sort()).toEqual(
      ['Hub', ...spokes.map(({ name }) => name), 'chain 0'].sort(),
    )
    expect(one.relations).toHaveLength(13)
    const two = await around({ ids: [hub.id], depth: 2 })
    expect(two).toMatchObject({ values: [{ name: 'The good' }], truncated: false })
    expect(two.valueLinks).toHaveLength(5)
    const fromValue = await around({ ids: [good.id, randomUUID(), 'nonsense'] })
    expect(fromValue.beliefs).toHaveLength(5)
  })

  it('is cut to its limit, the nearest and strongest kept, and says so', async () => {
    const cut = await around({ ids: [hub.id], depth: 3, limit: 4 })
    expect(cut).toMatchObject({ truncated: true })
    expect(cut.beliefs.map(({ name }) => name).slice(0, 2)).toEqual(['Hub', 'chain 0'])
    expect(cut.beliefs).toHaveLength(4)
  })

  it('refuses bounds that would not end', async () => {
    for (const variables of [{ depth: 6 }, { depth: -1 }, { limit: 0 }, { limit: 2001 }]) {
      const answer = await t.query(
        `query ($depth: Int, $limit: Int) { neighborhood(ids: [], depth: $depth, limit: $limit) { truncated } }`,
        variables,
      )
      expect(refusalOf(answer)).toMatchObject({ code: 'BAD_USER_INPUT', path: Object.keys(variables)[0] })
    }
  })

  it('begins, as an overview, with the strongest and best connected', async () => {
    const { all, few } = await t.data<{ all: Graph; few: Graph }>(
      `{ all: overview { ${GRAPH} } few: overview(limit: 3) { ${GRAPH} } }`,
    )
    expect(all).toMatchObject({ truncated: false })
    expect(all.beliefs).toHaveLength(17)
    expect(all.relations).toHaveLength(16)
    expect(all.beliefs[0]?.name).toBe('Hub')
    expect(few).toMatchObject({
      truncated: true,
      beliefs: [{ name: 'Hub' }, expect.anything()],
      values: [{ name: 'The good' }],
    })
  })
})

describe('the revisions', () => {
  it('keep each change with its before and after', async () => {
    const one = belief({ name: 'With a history' })
    const created = await apply(t, [{ createBelief: one }], { message: 'Why not' })
    const related = await apply(t, [{ relateBeliefs: relation('SUPPORTS', one, hub) }])
    const changed = await apply(t, [{ updateBelief: { id: one.id, credence: 0.7, level: 'MUST' } }])
    const deleted = await apply(t, [{ deleteBelief: one.id }])
    const data = await t.data<{
      revisions: { nodes: { number: number; changes: { nodes: object[] } }[]; totalCount: number }
    }>(
      `query ($id: ID!) { revisions(nodeId: $id) { totalCount nodes { number author message createdAt changeCount
        changes { totalCount nodes { kind nodeId before after } } } } }`,
      { id: one.id },
    )
    const { id, ...state } = one
    const stated = { ...state, taskTypes: [], rule: null, level: null }
    const after = { ...stated, credence: 0.7, level: 'MUST' }
    expect(data.revisions).toMatchObject({
      totalCount: 4,
      nodes: [
        {
          number: deleted.number,
          changeCount: 2,
          changes: {
            totalCount: 2,
            nodes: [
              { kind: 'deleteBelief', nodeId: id, before: after, after: null },
              { kind: 'unrelateBeliefs', before: { type: 'SUPPORTS', from: id, to: hub.id }, after: null },
            ],
          },
        },
        { number: changed.number, changes: { nodes: [{ kind: 'updateBelief', before: stated, after }] } },
        { number: related.number, changes: { nodes: [{ kind: 'relateBeliefs', before: null }] } },
        {
          number: created.number,
          author: 'carla',
          message: 'Why not',
          changes: { nodes: [{ kind: 'createBelief', before: null, after: stated }] },
        },
      ],
    })
  })

  it('are answered by number, the newest without one, null where there is none', async () => {
    const data = await t.data<Record<string, { number: number; changeCount: number } | null>>(
      `{ first: revision(number: ${first}) { number changeCount } newest: revision { number } none: revision(number: 0) { number } }`,
    )
    expect(data).toMatchObject({ first: { number: first, changeCount: 40 }, none: null })
    expect(data['newest']?.number).toBeGreaterThan(first)
  })

  it('page through the changes of a large one', async () => {
    const query = `query ($after: Cursor) { revision(number: ${first}) { changes(first: 30, after: $after) {
      nodes { nodeId } pageInfo { endCursor hasNextPage } totalCount } } }`
    type Answer = {
      revision: { changes: { nodes: { nodeId: string }[]; pageInfo: Page['pageInfo']; totalCount: number } }
    }
    const one = await t.data<Answer>(query)
    const two = await t.data<Answer>(query, { after: one.revision.changes.pageInfo.endCursor })
    const ids = [...one.revision.changes.nodes, ...two.revision.changes.nodes].map(({ nodeId }) => nodeId)
    expect(new Set(ids).size).toBe(40)
    expect(two.revision.changes.pageInfo.hasNextPage).toBe(false)
  })
})

/** How many statements a query takes. */
const countStatements = async (source: string): Promise<number> =>
  (await statementsOf(t, () => t.data(source, {}, CURATOR))).length

describe('the statements of a query', () => {
  it('are no more for many nodes than for one', async () => {
    const fields = `name explanation { contributions { amount relation { from { name } } } } similar(first: 3) { node { __typename } }
      relatedValues { value { name } } relations(first: 2) { totalCount nodes { from { name } to { name } } }`
    const one = await countStatements(`{ beliefs(first: 1) { nodes { ${fields} } } }`)
    const all = await countStatements(`{ beliefs(first: 17) { nodes { ${fields} } } }`)
    expect(one).toBeGreaterThan(2)
    expect(all).toBeLessThanOrEqual(one + 2)
    expect(all).toBeLessThanOrEqual(10)
  })

  it('are no more for the changes of many revisions than for those of one', async () => {
    const read = (first: number): Promise<number> =>
      countStatements(
        `{ revisions(first: ${first}) { nodes { number changes(first: 3) { totalCount nodes { id } } } } }`,
      )
    const { revisions } = await t.data<{ revisions: { totalCount: number } }>('{ revisions(first: 1) { totalCount } }')
    expect(revisions.totalCount).toBeGreaterThan(1)
    expect(await read(revisions.totalCount)).toBe(await read(1))
  })
})
