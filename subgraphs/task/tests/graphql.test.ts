import { randomUUID } from 'node:crypto'
import { startTestSubgraph, type TestSubgraph } from '@mothership/platform/testing'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { taskSubgraph } from '../src/subgraph.ts'

let tasks: TestSubgraph
beforeAll(async () => {
  // Without peers: every task stays SUBMITTED, as it does while the directive subgraph is away.
  tasks = await startTestSubgraph(taskSubgraph)
})
afterAll(() => tasks.dispose())

const SUBMIT = 'mutation ($input: SubmitTaskInput!) { submitTask(input: $input) { id state } }'
const ada = { role: 'VIEWER', subject: 'ada', name: 'Ada' } as const
const bob = { role: 'VIEWER', subject: 'bob', name: 'Bob' } as const
const olga = { role: 'OPERATOR', subject: 'olga', name: 'Olga' } as const

const submit = async (input: Record<string, unknown> = {}, identity: Parameters<TestSubgraph['query']>[2] = ada) => {
  const variables = { input: { type: 'test.add', input: { n: 1 }, ...input } }
  return (await tasks.data<{ submitTask: { id: string } }>(SUBMIT, variables, identity)).submitTask.id
}
const errorOf = async (...args: Parameters<TestSubgraph['query']>) => {
  const { errors } = await tasks.query(...args)
  return { code: errors?.[0]?.extensions['code'], path: errors?.[0]?.extensions['path'], message: errors?.[0]?.message }
}

describe('submitTask', () => {
  const nested = (depth: number): unknown => JSON.parse('['.repeat(depth) + ']'.repeat(depth))
  it.each([
    ['a type with capitals', { type: 'Math.Solve' }, 'input.type'],
    ['a type that ends in a dot', { type: 'math.' }, 'input.type'],
    ['a type of 101 characters', { type: 'a'.repeat(101) }, 'input.type'],
    ['a priority of 101', { priority: 101 }, 'input.priority'],
    ['no attempts', { maxAttempts: 0 }, 'input.maxAttempts'],
    ['11 attempts', { maxAttempts: 11 }, 'input.maxAttempts'],
    ['an empty idempotency key', { idempotencyKey: '' }, 'input.idempotencyKey'],
    ['a deadline in the past', { deadline: '2020-01-01T00:00:00.000Z' }, 'input.deadline'],
    ['an input beyond 1 MB', { input: 'x'.repeat(1_000_001) }, 'input.input'],
    ['an input nested 50,000 deep', { input: nested(50_000) }, 'input.input'],
    ['an input with U+0000', { input: { text: 'a\u0000b' } }, 'input.input.text'],
    ['an input with half of a surrogate pair', { input: ['\ud800'] }, 'input.input[0]'],
  ])('refuses %s, and says where', async (_, wrong, path) => {
    const input = { type: 'test.add', input: {}, ...wrong }
    expect(await errorOf(SUBMIT, { input }, ada)).toMatchObject({ code: 'BAD_USER_INPUT', path })
  })

  it('takes an input of just 1 MB, and any JSON', async () => {
    const id = await submit({ input: 'x'.repeat(999_998) })
    const { task } = await tasks.data<{ task: { input: string } }>('query ($id: ID!) { task(id: $id) { input } }', {
      id,
    })
    expect(task.input).toHaveLength(999_998)
    for (const input of [0, false, '', [], { __proto__: null, a: [1.5, '\u{1f600}'] }]) await submit({ input })
  })

  it('answers the same task under the same key, and CONFLICT for another input', async () => {
    const idempotencyKey = randomUUID()
    const first = await submit({ idempotencyKey, input: { a: 1, b: [2] } })
    expect(await submit({ idempotencyKey, input: { b: [2], a: 1 } })).toBe(first)
    const input = { type: 'test.add', input: { a: 2 }, idempotencyKey }
    expect(await errorOf(SUBMIT, { input }, ada)).toMatchObject({ code: 'CONFLICT', path: 'input.idempotencyKey' })
    expect(await submit({ idempotencyKey, input: { a: 2 } }, bob)).not.toBe(first)
  })
})

describe('who may do what', () => {
  const INPUT = 'query ($id: ID!) { task(id: $id) { state input } }'

  it('shows an input to its submitter and to operators, and the state to every viewer', async () => {
    const id = await submit()
    for (const reader of [ada, olga]) expect(await errorOf(INPUT, { id }, reader)).toMatchObject({ code: undefined })
    expect(await errorOf(INPUT, { id }, bob)).toMatchObject({ code: 'FORBIDDEN' })
    const { task } = await tasks.data<{ task: unknown }>(
      'query ($id: ID!) { task(id: $id) { state result } }',
      { id },
      ada,
    )
    expect(task).toEqual({ state: 'SUBMITTED', result: null })
    const state = await tasks.data('query ($id: ID!) { task(id: $id) { state } }', { id }, bob)
    expect(state).toEqual({ task: { state: 'SUBMITTED' } })
  })

  it('shows an input by way of _entities to nobody else either', async () => {
    const id = await submit()
    const source = `query ($r: [_Any!]!) { _entities(representations: $r) { ... on Task { input } } }`
    const variables = { r: [{ __typename: 'Task', id }] }
    expect(await errorOf(source, variables, bob)).toMatchObject({ code: 'FORBIDDEN' })
    expect(await errorOf(source, variables, ada)).toMatchObject({ code: undefined })
  })

  it('lets the submitter and operators cancel, and nobody else', async () => {
    const cancel = 'mutation ($id: ID!) { cancelTask(id: $id) { state } }'
    const id = await submit()
    expect(await errorOf(cancel, { id }, bob)).toMatchObject({ code: 'FORBIDDEN' })
    expect(await tasks.data(cancel, { id }, ada)).toEqual({ cancelTask: { state: 'CANCELLED' } })
    expect(await tasks.data(cancel, { id }, olga)).toEqual({ cancelTask: { state: 'CANCELLED' } })
  })

  it('keeps agents to their assignments: no submission, no list, no stream of tasks', async () => {
    const agent = { role: 'AGENT', subject: randomUUID(), name: 'agent' } as const
    const input = { type: 'test.add', input: {} }
    expect(await errorOf(SUBMIT, { input }, agent)).toMatchObject({ code: 'FORBIDDEN' })
    expect(await errorOf('{ tasks { totalCount } }', {}, agent)).toMatchObject({ code: 'FORBIDDEN' })
    await expect(tasks.subscribe('subscription { taskUpdates { cursor } }', {}, agent)).rejects.toMatchObject({
      extensions: { code: 'FORBIDDEN' },
    })
    expect(await errorOf('mutation { takeAssignments(max: 1) { id } }', {}, olga)).toMatchObject({ code: 'FORBIDDEN' })
  })
})

describe('an unknown id', () => {
  it.each([randomUUID(), 'no id'])('is null for a query and NOT_FOUND for a mutation: %s', async (id) => {
    expect(await tasks.data('query ($id: ID!) { task(id: $id) { id } }', { id })).toEqual({ task: null })
    for (const name of ['cancelTask', 'retryTask']) {
      const source = `mutation ($id: ID!) { ${name}(id: $id) { id } }`
      expect(await errorOf(source, { id })).toMatchObject({ code: 'NOT_FOUND' })
    }
    const subscription = tasks.subscribe('subscription ($id: ID) { taskUpdates(id: $id) { cursor } }', { id })
    await expect(subscription).rejects.toMatchObject({ extensions: { code: 'NOT_FOUND' } })
  })
})

describe('lists', () => {
  interface Page {
    nodes: { id: string }[]
    pageInfo: { hasNextPage: boolean; hasPreviousPage: boolean; endCursor: string | null }
    totalCount: number
  }
  const LIST = `query ($first: Int, $after: Cursor, $type: String, $state: TaskState) {
    tasks(first: $first, after: $after, type: $type, state: $state) {
      nodes { id } pageInfo { hasNextPage hasPreviousPage endCursor } totalCount
    }
  }`
  const page = async (variables: Record<string, unknown>) =>
    (await tasks.data<{ tasks: Page }>(LIST, variables, ada)).tasks

  it('gives every task once, newest first, page by page', async () => {
    const type = `list.t${randomUUID().slice(0, 8)}`
    const ids: string[] = []
    for (let count = 0; count < 7; count++) ids.unshift(await submit({ type }))
    const seen: string[] = []
    let after: string | null = null
    for (let pages = 1; ; pages++) {
      const { nodes, pageInfo, totalCount }: Page = await page({ type, first: 3, after })
      expect(totalCount).toBe(7)
      expect(pageInfo.hasPreviousPage).toBe(pages > 1)
      seen.push(...nodes.map(({ id }) => id))
      after = pageInfo.endCursor
      if (!pageInfo.hasNextPage) break
    }
    // Those of the same millisecond stand in the order of their ids.
    expect([...seen].sort()).toEqual([...ids].sort())
    await tasks.data('mutation ($id: ID!) { cancelTask(id: $id) { id } }', { id: ids[2] })
    expect(await page({ type, state: 'CANCELLED' })).toMatchObject({ nodes: [{ id: ids[2] }], totalCount: 1 })
    expect(await page({ type, first: 0 })).toMatchObject({ nodes: [], totalCount: 7 })
  })

  it('refuses a page of 501 and a cursor of something else', async () => {
    expect(await errorOf(LIST, { first: 501 })).toMatchObject({ code: 'BAD_USER_INPUT' })
    for (const after of [
      'garbage',
      Buffer.from('[1]').toString('base64url'),
      Buffer.from('["x","y"]').toString('base64url'),
    ]) {
      expect(await errorOf(LIST, { after })).toMatchObject({ code: 'BAD_USER_INPUT', path: 'after' })
    }
  })

  it('gives the tasks of a directive and of an agent by reference', async () => {
    const source = `query ($r: [_Any!]!) { _entities(representations: $r) {
      ... on Directive { id tasks { totalCount } } ... on Agent { id tasks(state: RUNNING) { totalCount } }
    } }`
    const r = [
      { __typename: 'Directive', id: randomUUID() },
      { __typename: 'Agent', id: randomUUID() },
    ]
    const { _entities } = await tasks.data<{ _entities: unknown }>(source, { r })
    expect(_entities).toEqual(r.map(({ id }) => ({ id, tasks: { totalCount: 0 } })))
  })
})

describe('taskUpdates', () => {
  interface Update {
    cursor: string
    event: { type: string; version: number } | null
    task: { id: string; state: string }
  }
  const UPDATES = `subscription ($id: ID, $type: String, $after: Cursor) {
    taskUpdates(id: $id, type: $type, after: $after) { cursor event { type version } task { id state } }
  }`
  const updates = (variables: Record<string, unknown>) => tasks.subscribe(UPDATES, variables, bob)
  const next = async (source: AsyncIterator<unknown>): Promise<Update> => {
    const { value } = (await source.next()) as { value: { data?: { taskUpdates: Update }; errors?: readonly Error[] } }
    if (value.errors?.[0]) throw value.errors[0]
    if (!value.data) throw new Error('nothing came')
    return value.data.taskUpdates
  }
  const cancel = (id: string) => tasks.data('mutation ($id: ID!) { cancelTask(id: $id) { id } }', { id })

  it('begins with the task as it stands, goes on live, and resumes by its cursor without loss', async () => {
    const id = await submit()
    const live = await updates({ id })
    const first = await next(live)
    expect(first).toMatchObject({ event: null, task: { id, state: 'SUBMITTED' } })
    await cancel(id)
    let seen = await next(live)
    // The event of the submission may have got its position after the subscription began.
    if (seen.event?.type === 'SUBMITTED') seen = await next(live)
    expect(seen).toMatchObject({ event: { type: 'CANCELLED', version: 2 }, task: { state: 'CANCELLED' } })
    await live.return?.()
    await tasks.data('mutation ($id: ID!) { retryTask(id: $id) { id } }', { id })
    await cancel(id)
    const resumed = await updates({ id, after: seen.cursor })
    expect(await next(resumed)).toMatchObject({ event: null })
    expect(await next(resumed)).toMatchObject({ event: { type: 'RETRIED', version: 3 } })
    expect(await next(resumed)).toMatchObject({ event: { type: 'CANCELLED', version: 4 } })
    await resumed.return?.()
  })

  it('tells of one type only, or of all', async () => {
    const type = `stream.t${randomUUID().slice(0, 8)}`
    const ofType = await updates({ type })
    await submit()
    const id = await submit({ type })
    expect(await next(ofType)).toMatchObject({ event: { type: 'SUBMITTED' }, task: { id } })
    await ofType.return?.()
  })

  it('ends at once where the reader leaves, also while it waits', async () => {
    const quiet = await updates({ type: 'nobody.submits.this' })
    const pending = quiet.next()
    await quiet.return?.()
    expect(await pending).toMatchObject({ done: true })
  })
})

describe('the types of tasks', () => {
  const TYPES = 'query ($first: Int!) { taskTypes(first: $first) }'
  const service = { role: 'SERVICE', subject: 'ontology', name: 'ontology' } as const
  const typesOf = async (first: number): Promise<string[]> =>
    (await tasks.data<{ taskTypes: string[] }>(TYPES, { first }, service)).taskTypes

  it('are told once each, the first by name', async () => {
    for (const type of ['a.two', 'a.one', 'a.two']) await submit({ type })
    expect(await typesOf(2)).toEqual(['a.one', 'a.two'])
    const all = await typesOf(10_000)
    expect(all).toEqual([...new Set(all)].sort())
    expect(all).toContain('test.add')
  })

  it.each([0, 10_001])('are not asked for by %i', async (first) => {
    expect(await errorOf(TYPES, { first }, service)).toMatchObject({ code: 'BAD_USER_INPUT', path: 'first' })
  })

  it('are for services alone', async () => {
    for (const role of ['VIEWER', 'CURATOR', 'OPERATOR', 'ADMIN', 'AGENT'] as const) {
      expect(await errorOf(TYPES, { first: 1 }, { ...service, role })).toMatchObject({ code: 'FORBIDDEN' })
    }
  })
})
