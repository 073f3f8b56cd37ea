import { describe, expect, it } from 'vitest'
import { createCache } from '../src/app/cache.ts'
import { withTask } from '../src/features/tasks/use-tasks.ts'
import {
  AgentsDocument,
  TaskListUpdatesDocument,
  type TaskRowFragment,
  type TaskState,
  TaskTypesDocument,
  TasksDocument,
  type TasksQuery,
} from '../src/generated/graphql.ts'

const task = (number: number, state: TaskState = 'COMPLETED') => ({
  __typename: 'Task' as const,
  id: `t${number}`,
  type: 'math.solve',
  state,
  progress: null,
  priority: 0,
  attempts: 1,
  maxAttempts: 3,
  submittedBy: 'ada',
  createdAt: new Date(number * 1_000).toISOString(),
  updatedAt: new Date(number * 1_000).toISOString(),
  completedAt: null,
  error: null,
  agent: null,
  compliance: null,
})

type Tasks = ReturnType<typeof task>[]
const page = (nodes: Tasks, endCursor: string | null) => ({
  tasks: {
    __typename: 'TaskConnection' as const,
    nodes,
    pageInfo: { __typename: 'PageInfo' as const, hasNextPage: endCursor !== null, endCursor },
  },
})
const variables = (after: string | null = null, state: TaskState | null = null) => ({ first: 2, after, state })

const read = (cache: ReturnType<typeof createCache>, state: TaskState | null = null) =>
  cache.readQuery({ query: TasksDocument, variables: variables(null, state) })?.tasks
const ids = (cache: ReturnType<typeof createCache>, state: TaskState | null = null) =>
  read(cache, state)?.nodes.map(({ id }) => id)

describe('the list of tasks in the cache', () => {
  it('grows by pages', () => {
    const cache = createCache()
    cache.writeQuery({ query: TasksDocument, variables: variables(), data: page([task(4), task(3)], 'c3') })
    cache.writeQuery({ query: TasksDocument, variables: variables('c3'), data: page([task(2), task(1)], null) })
    expect(ids(cache)).toEqual(['t4', 't3', 't2', 't1'])
    expect(read(cache)?.pageInfo.hasNextPage).toBe(false)
  })

  it('keeps the loaded pages where the first is read again, with new tasks on top', () => {
    const cache = createCache()
    cache.writeQuery({ query: TasksDocument, variables: variables(), data: page([task(4), task(3)], 'c3') })
    cache.writeQuery({ query: TasksDocument, variables: variables('c3'), data: page([task(2), task(1)], 'c1') })
    cache.writeQuery({ query: TasksDocument, variables: variables(), data: page([task(5), task(4)], 'c4') })
    expect(ids(cache)).toEqual(['t5', 't4', 't3', 't2', 't1'])
    expect(read(cache)?.pageInfo.endCursor).toBe('c1')
  })

  it('lets a task leave the list of a state that it is no longer in', () => {
    const cache = createCache()
    cache.writeQuery({
      query: TasksDocument,
      variables: variables(null, 'RUNNING'),
      data: page([task(2, 'RUNNING'), task(1, 'RUNNING')], null),
    })
    cache.modify({ id: 'Task:t2', fields: { state: () => 'COMPLETED' } })
    expect(ids(cache, 'RUNNING')).toEqual(['t1'])
  })

  it('tells who shows the list of a state that a live update took a task out of it', () => {
    const cache = createCache()
    const running = { query: TasksDocument, variables: variables(null, 'RUNNING') }
    cache.writeQuery({ ...running, data: page([task(2, 'RUNNING'), task(1, 'RUNNING')], null) })
    const shown: (string[] | undefined)[] = []
    const stop = cache.watch<TasksQuery>({
      ...running,
      optimistic: true,
      callback: ({ result }) => shown.push(result?.tasks?.nodes?.map(({ id }) => String(id))),
    })
    const updated = task(2, 'COMPLETED')
    const update = { __typename: 'TaskUpdate' as const, cursor: 'c9', task: updated }
    cache.write({ dataId: 'ROOT_SUBSCRIPTION', query: TaskListUpdatesDocument, result: { taskUpdates: update } })
    cache.updateQuery(running, (list) => withTask(list, updated, 'RUNNING'))
    stop()
    expect(shown).toEqual([['t1']])
  })
})

describe('withTask', () => {
  const list = { tasks: { nodes: [task(5), task(4)], pageInfo: { hasNextPage: true, endCursor: 'c4' } } }
  const row = (number: number, state?: TaskState): TaskRowFragment => task(number, state)

  it('puts a new task on top', () => {
    expect(withTask(list, row(6), null)?.tasks.nodes.map(({ id }) => id)).toEqual(['t6', 't5', 't4'])
  })

  it('leaves alone what is listed, of another state, or beyond the loaded pages', () => {
    expect(withTask(list, row(5), null)).toBeUndefined()
    expect(withTask(list, row(6, 'FAILED'), 'RUNNING')).toBeUndefined()
    expect(withTask(list, row(1), null)).toBeUndefined()
  })
})

it('keeps a skill’s schema where a later answer does not carry it', () => {
  const cache = createCache()
  const skill = { __typename: 'Skill' as const, id: 'math.solve', description: 'Solves' }
  const agent = { __typename: 'Agent' as const, id: 'a1' }
  const connection = { __typename: 'AgentConnection' as const }
  cache.writeQuery({
    query: TaskTypesDocument,
    data: { agents: { ...connection, nodes: [{ ...agent, skills: [{ ...skill, inputSchema: { type: 'object' } }] }] } },
  })
  const health = { load: 0, completed: 0, failed: 0, violations: 0, medianMilliseconds: null, lastError: null }
  const times = { registeredAt: '2026-01-01T00:00:00Z', lastSeenAt: '2026-01-01T00:00:00Z' }
  const whole = {
    ...agent,
    ...times,
    name: 'math',
    version: '1',
    concurrency: 1,
    state: 'IDLE' as const,
    restarts: 0,
    health,
  }
  cache.writeQuery({
    query: AgentsDocument,
    data: { agents: { ...connection, nodes: [{ ...whole, skills: [skill] }] } },
  })
  const types = cache.readQuery({ query: TaskTypesDocument })
  expect(types?.agents.nodes[0]?.skills[0]?.inputSchema).toEqual({ type: 'object' })
})
