import { randomUUID } from 'node:crypto'
import type { TestSubgraph } from '@mothership/platform/testing'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startComparing } from '../src/comparing.ts'
import { createStore } from '../src/store.ts'
import { statementsOf } from './statements.ts'
import { apply, belief, embedded, eventually, link, refusalOf, relation, startEmpty, value, VIEWER } from './support.ts'
import { decide, inbox, namesOf, type Listed, type Page, pairIn, RESOLVE } from './inbox-support.ts'

let t: TestSubgraph
const share = belief({
  name: 'Share personal data with partners',
  description: 'Data about customers is passed on to partners of the company.',
  credence: 0.9,
})
const keep = belief({
  name: 'Never share personal data with partners',
  description: 'Data about customers stays with the company.',
  credence: 0.8,
})
const short = belief({ name: 'A short answer is a kind one', description: 'People have little time.', credence: 0.7 })
const long = belief({ name: 'Explain all of it', description: 'A reader wants the whole story.', credence: 0.6 })
const logs = belief({
  name: 'Log every request',
  description: 'A record of every request is kept for an audit.',
  credence: 0.75,
})
const record = belief({
  name: 'Every request is logged for an audit',
  description: 'A record is kept of each request.',
  credence: 0.7,
})
const cheap = value({ name: 'Thrift' })
const below = belief({ name: 'Partners may advertise', credence: 0.5 })

beforeAll(async () => {
  t = await startEmpty()
  const beliefs = [share, keep, short, long, logs, record, below]
  await apply(t, [
    ...beliefs.map((createBelief) => ({ createBelief })),
    { createValue: cheap },
    { relateBeliefs: relation('CONTRADICTS', short, long, { weight: 0.1, note: 'One is short.' }) },
    { relateBeliefs: relation('CONTRADICTS', long, short, { weight: 0.05 }) },
    { relateBeliefs: relation('SUPPORTS', share, below, { weight: 0.1 }) },
  ])
  await embedded(t)
})
afterAll(() => t.dispose())

const open = (filter: object = {}): Promise<Page<Listed>> => inbox(t, filter)
const find = async (one: { name: string }, other: { name: string }, filter: object = {}): Promise<Listed | undefined> =>
  pairIn(await open(filter), one, other)

describe('the contradictions', () => {
  it('are those that a relation declares, one for each pair, and those that are suspected, the strongest first', async () => {
    const page = await open()
    expect(page.nodes.map(namesOf)).toEqual([
      [share.name, keep.name],
      [short.name, long.name],
    ])
    expect(page.totalCount).toBe(2)
    expect(page.nodes[0]).toMatchObject({ kind: 'SUSPECTED', relation: null, resolution: null })
    expect(page.nodes[0]?.reason).toBe(`They are near in meaning, and "${share.name}" stands against "${keep.name}".`)
    expect(page.nodes[0]?.similarity).toBeGreaterThan(0.7)
    expect(page.nodes[1]).toMatchObject({
      kind: 'DECLARED',
      relation: { note: 'One is short.', weight: 0.1 },
      reason: 'A relation says that they contradict each other: One is short.',
    })
    const kinds = async (kind: string) => (await open({ kind })).nodes.map(namesOf)
    expect(await kinds('DECLARED')).toEqual([[short.name, long.name]])
    expect(await kinds('SUSPECTED')).toEqual([[share.name, keep.name]])
  })

  it('are paged without gaps or repetitions', async () => {
    const first = await open({ first: 1 })
    const second = await open({ first: 1, after: first.pageInfo.endCursor })
    expect([first, second].map(({ nodes }) => nodes.map(namesOf))).toEqual([
      [[share.name, keep.name]],
      [[short.name, long.name]],
    ])
    expect(first.pageInfo.hasNextPage).toBe(true)
    expect(second.pageInfo).toMatchObject({ hasNextPage: false, hasPreviousPage: true })
    const answer = await t.query('query { contradictions(after: "WzFd") { totalCount } }')
    expect(refusalOf(answer)).toMatchObject({ code: 'BAD_USER_INPUT', path: 'after' })
  })

  it('have the beliefs that stand on either as their blast radius, and keep their ids', async () => {
    const one = await find(share, keep)
    expect(one?.blastRadius).toEqual({ truncated: false, reached: [{ distance: 1, belief: { name: below.name } }] })
    expect((await find(share, keep))?.id).toBe(one?.id)
  })

  it('are suspected by values too, from the edit on that opposes them', async () => {
    expect(await find(logs, record)).toBeUndefined()
    const promotes = link(logs, cheap, { effect: 'PROMOTES' })
    const demotes = link(record, cheap, { effect: 'DEMOTES' })
    await apply(t, [{ linkValue: promotes }, { linkValue: demotes }])
    expect(await find(logs, record)).toMatchObject({
      kind: 'SUSPECTED',
      reason: 'They are near in meaning, and one promotes "Thrift", which the other demotes.',
    })
    await apply(t, [{ unlinkValue: demotes.id }])
    expect(await find(logs, record)).toBeUndefined()
  })

  it('are none between beliefs of which one is defeated, or says more precisely what the other says', async () => {
    await apply(t, [{ updateBelief: { id: keep.id, credence: 0.3 } }])
    expect(await find(share, keep)).toBeUndefined()
    await apply(t, [{ updateBelief: { id: keep.id, credence: 0.8 } }])
    expect(await find(share, keep)).toBeDefined()
    const refines = relation('REFINES', keep, share)
    await apply(t, [{ relateBeliefs: refines }])
    expect(await find(share, keep)).toBeUndefined()
    await apply(t, [{ unrelateBeliefs: refines.id }])
    expect(await find(share, keep)).toBeDefined()
  })

  it('are not suspected between beliefs that never govern the same task', async () => {
    const scope = (one: { id: string }, taskTypes: string[]) => ({ updateBelief: { id: one.id, taskTypes } })
    await apply(t, [scope(share, ['a.one', 'a.two']), scope(keep, ['a.three'])])
    expect(await find(share, keep)).toBeUndefined()
    // A declared one is listed all the same, until a person gives one of the two a scope.
    await apply(t, [scope(short, ['a.one']), scope(long, ['a.two'])])
    expect(await find(short, long)).toMatchObject({ kind: 'DECLARED' })
    await apply(t, [scope(keep, ['a.two', 'a.three']), scope(short, [])])
    expect(await find(share, keep)).toBeDefined()
    expect(await find(short, long)).toBeDefined()
    await apply(t, [scope(share, []), scope(keep, []), scope(long, [])])
  })

  it('are no longer suspected once the words are others, and are again with the former words', async () => {
    await apply(t, [
      { updateBelief: { id: keep.id, name: 'The office has plants', description: 'Green ones, by the window.' } },
    ])
    await eventually(async () => (await find({ name: 'The office has plants' }, share)) === undefined)
    await eventually(async () => (await open({ kind: 'SUSPECTED' })).totalCount === 0)
    await apply(t, [{ updateBelief: { id: keep.id, name: keep.name, description: keep.description } }])
    await eventually(async () => (await find(share, keep)) !== undefined)
  })

  it('go with a belief that is deleted', async () => {
    const gone = belief({
      name: 'Do not log any request',
      description: 'No record is kept of any request.',
      credence: 0.9,
    })
    await apply(t, [{ createBelief: gone }])
    await eventually(async () => (await open()).nodes.some((one) => namesOf(one).includes(gone.name)))
    await apply(t, [{ deleteBelief: gone.id }])
    expect((await open()).nodes.some((one) => namesOf(one).includes(gone.name))).toBe(false)
  })

  it('are read in as many statements for one as for many, blast radius and all, and change no belief', async () => {
    const read = (first: number) => () => open({ first })
    const state = () =>
      t.runtime.database.query('select id, revision, strength, deleted_at from ontology.belief order by id')
    await embedded(t)
    const before = await state()
    const [one, many] = [await statementsOf(t, read(1)), await statementsOf(t, read(500))]
    expect(one.length).toBeGreaterThan(0)
    expect(many).toHaveLength(one.length)
    expect(await state()).toEqual(before)
  })

  it('are found by the next start where no job has found them, and by a second one no more than once', async () => {
    await embedded(t)
    const pairs = () => t.runtime.database.query('select * from ontology.near_pair order by first_id, second_id')
    const before = await pairs()
    expect(before.length).toBeGreaterThan(0)
    await t.runtime.database.query('delete from ontology.near_pair')
    await t.runtime.database.query('delete from ontology.comparison')
    const comparing = await startComparing(t.runtime, createStore(t.runtime))
    await comparing.catchUp()
    await embedded(t)
    expect(await pairs()).toEqual(before)
    await comparing.catchUp()
    await embedded(t)
    expect(await pairs()).toEqual(before)
  })

  it('are decided by curators alone', async () => {
    const id = (await find(share, keep))?.id
    const answer = await t.query(RESOLVE, { input: { id, decision: 'DISMISS', reason: 'x' } }, VIEWER)
    expect(refusalOf(answer)).toMatchObject({ code: 'FORBIDDEN' })
  })
})

describe('a decision', () => {
  const idOf = async (one: { name: string }, other: { name: string }): Promise<string> => {
    const found = await find(one, other)
    if (!found) throw new Error('it is not listed')
    return found.id
  }

  it('to keep both is kept with its reason, and holds until one of the two is changed', async () => {
    const id = await idOf(share, keep)
    const decided = await decide(t, { id, decision: 'KEEP_BOTH', reason: 'Partners differ.' })
    expect(decided).toMatchObject({
      id,
      resolution: { decision: 'KEEP_BOTH', reason: 'Partners differ.', author: 'carla', revision: null },
    })
    expect(await find(share, keep)).toBeUndefined()
    expect(await find(share, keep, { resolved: true })).toMatchObject({ id, resolution: { author: 'carla' } })
    await apply(t, [{ updateBelief: { id: below.id, credence: 0.51 } }])
    expect(await find(share, keep)).toBeUndefined()
    await apply(t, [{ updateBelief: { id: keep.id, credence: 0.79 } }])
    expect(await find(share, keep)).toMatchObject({ resolution: null })
    expect(await find(share, keep, { resolved: true })).toBeUndefined()
  })

  it('is taken back by reopening, and cannot be made twice before', async () => {
    const id = await idOf(share, keep)
    await decide(t, { id, decision: 'DISMISS', reason: 'They do not.' })
    const again = { input: { id, decision: 'KEEP_BOTH', reason: 'x' } }
    expect(refusalOf(await t.query(RESOLVE, again))).toMatchObject({ code: 'CONFLICT', path: 'input.id', by: 'carla' })
    const reopen = 'mutation ($id: ID!) { reopenContradiction(id: $id) { id resolution { author } } }'
    expect(await t.data(reopen, { id })).toEqual({ reopenContradiction: { id, resolution: null } })
    expect(await find(share, keep)).toBeDefined()
    expect(refusalOf(await t.query(reopen, { id }))).toMatchObject({ code: 'NOT_FOUND', path: 'id' })
  })

  it('about a suspicion is open again once somebody declares it', async () => {
    await decide(t, { id: await idOf(share, keep), decision: 'DISMISS', reason: 'They do not.' })
    const declares = relation('CONTRADICTS', share, keep, { weight: 0.01 })
    await apply(t, [{ relateBeliefs: declares }])
    expect(await find(share, keep)).toMatchObject({ kind: 'DECLARED', resolution: null })
    await apply(t, [{ unrelateBeliefs: declares.id }])
    expect(await find(share, keep, { resolved: true })).toBeDefined()
    await apply(t, [{ updateBelief: { id: keep.id, credence: 0.8 } }])
  })

  it('to dismiss takes declaring relations away, in one revision', async () => {
    const head = async () => (await t.data<{ revision: { number: number } }>('{ revision { number } }')).revision.number
    const before = await head()
    const decided = await decide(t, { id: await idOf(short, long), decision: 'DISMISS', reason: 'Both are kind.' })
    expect(decided).toMatchObject({
      kind: 'DECLARED',
      relation: null,
      resolution: { revision: { number: before + 1 } },
    })
    expect(await find(short, long, { resolved: true })).toMatchObject({
      reason: 'A relation says that they contradict each other: One is short.',
      resolution: { revision: { number: before + 1, message: 'Both are kind.', author: 'carla', changeCount: 2 } },
    })
    expect(await head()).toBe(before + 1)
    await apply(t, [{ relateBeliefs: relation('CONTRADICTS', short, long, { weight: 0.1 }) }])
    expect(await find(short, long)).toMatchObject({ kind: 'DECLARED', resolution: null })
  })

  it.each([
    [{ decision: 'SCOPE', reason: 'x', taskTypes: ['a.b'] }, 'input.beliefId'],
    [{ decision: 'SCOPE', reason: 'x', beliefId: share.id }, 'input.taskTypes'],
    [{ decision: 'SCOPE', reason: 'x', beliefId: share.id, taskTypes: [] }, 'input.taskTypes'],
    [{ decision: 'SCOPE', reason: 'x', beliefId: share.id, taskTypes: ['No Type'] }, 'input.taskTypes[0]'],
    [{ decision: 'SUPERSEDE', reason: 'x' }, 'input.beliefId'],
    [{ decision: 'SUPERSEDE', reason: 'x', beliefId: randomUUID() }, 'input.beliefId'],
    [{ decision: 'SUPERSEDE', reason: 'x', beliefId: share.id, taskTypes: ['a.b'] }, 'input.taskTypes'],
    [{ decision: 'KEEP_BOTH', reason: 'x', beliefId: share.id }, 'input.beliefId'],
    [{ decision: 'KEEP_BOTH', reason: '  ' }, 'input.reason'],
    [{ decision: 'KEEP_BOTH', reason: 'x'.repeat(2001) }, 'input.reason'],
  ])('is refused where it does not fit: %j', async (input, path) => {
    const id = await idOf(share, keep)
    expect(refusalOf(await t.query(RESOLVE, { input: { id, ...input } }))).toMatchObject({
      code: 'BAD_USER_INPUT',
      path,
    })
  })

  it.each(['', 'nonsense', Buffer.from(`${share.id}:${below.id}`).toString('base64url')])(
    'is refused about %j, which is no contradiction',
    async (id) => {
      const answer = await t.query(RESOLVE, { input: { id, decision: 'DISMISS', reason: 'x' } })
      expect(refusalOf(answer)).toMatchObject({ code: 'NOT_FOUND', path: 'input.id' })
    },
  )

  it('to scope one gives it task types, and then only fewer', async () => {
    const scope = (taskTypes: string[]) => async () => ({
      id: await idOf(share, keep),
      decision: 'SCOPE',
      reason: 'Only there.',
      beliefId: keep.id,
      taskTypes,
    })
    const decided = await decide(t, await scope(['a.one', 'a.two'])())
    expect(decided.resolution?.decision).toBe('SCOPE')
    const taskTypes = async () =>
      (await t.data<{ belief: object }>('query ($id: ID!) { belief(id: $id) { taskTypes } }', { id: keep.id })).belief
    expect(await taskTypes()).toEqual({ taskTypes: ['a.one', 'a.two'] })
    await t.data('mutation ($id: ID!) { reopenContradiction(id: $id) { id } }', { id: decided.id })
    for (const wider of [['a.one', 'a.two'], ['a.three'], ['a.one', 'a.two', 'a.three']]) {
      expect(refusalOf(await t.query(RESOLVE, { input: await scope(wider)() }))).toMatchObject({
        path: 'input.taskTypes',
      })
    }
    await decide(t, await scope(['a.one'])())
    expect(await taskTypes()).toEqual({ taskTypes: ['a.one'] })
  })

  it('to supersede one deletes the other with its relations, in one revision', async () => {
    const [strict, lax] = [
      belief({ name: 'Encrypt each backup of data', description: 'Backups of data are encrypted.', credence: 0.9 }),
      belief({ name: 'Do not encrypt a backup of data', description: 'Backups of data stay plain.', credence: 0.6 }),
    ] as const
    await apply(t, [
      { createBelief: strict },
      { createBelief: lax },
      { relateBeliefs: relation('SUPPORTS', lax, below, { weight: 0.1 }) },
    ])
    await eventually(async () => (await find(strict, lax)) !== undefined)
    const input = { id: await idOf(strict, lax), decision: 'SUPERSEDE', reason: 'Safer.', beliefId: strict.id }
    const decided = await decide(t, input)
    expect(decided).toMatchObject({ resolution: { decision: 'SUPERSEDE', revision: { changeCount: 2 } } })
    const { gone } = await t.data<{ gone: { deletedAt: string | null } }>(
      'query ($id: ID!) { gone: belief(id: $id) { deletedAt } }',
      { id: lax.id },
    )
    expect(gone.deletedAt).not.toBeNull()
    expect(await find(strict, lax, { resolved: true })).toMatchObject({ resolution: { reason: 'Safer.' } })
  })

  it('of two curators at once is that of one, and the other is told', async () => {
    const [one, other] = [
      belief({ name: 'Publish the salary of staff', description: 'Salaries are public.', credence: 0.9 }),
      belief({ name: 'Never publish the salary of staff', description: 'Salaries are secret.', credence: 0.9 }),
    ] as const
    await apply(t, [
      { createBelief: one },
      { createBelief: other },
      { relateBeliefs: relation('CONTRADICTS', one, other, { weight: 0.01 }) },
    ])
    const id = await idOf(one, other)
    const answers = await Promise.all(
      [one, other].map(({ id: beliefId }) =>
        t.query(RESOLVE, { input: { id, decision: 'SUPERSEDE', reason: 'x', beliefId } }),
      ),
    )
    const refused = answers.filter(({ errors }) => errors)
    expect(refused).toHaveLength(1)
    expect(['CONFLICT', 'NOT_FOUND']).toContain(refusalOf(refused[0] as never).code)
    const [left] = await t.runtime.database.query<{ count: number }>(
      `select count(*)::integer as count from ontology.belief where deleted_at is null and name like '%salary of staff'`,
    )
    expect(left?.count).toBe(1)
  })
})
