import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { addRule, hire, startSystem, submit, type System, untilState, untilTaken } from './system.ts'

let system: System
const type = 'test.finished'
const service = { role: 'SERVICE', subject: 'directive', name: 'directive' } as const
const FINISHED = `query ($first: Int!, $after: Cursor, $before: DateTime) {
  finishedTasks(first: $first, after: $after, before: $before) {
    count tasks { id type cursor attempt { number result trace plan milliseconds } }
  }
}`
interface Finished {
  count: number
  tasks: { id: string; cursor: string; attempt: { number: number; result: unknown; trace: unknown } | null }[]
}
const finished = async (variables: Record<string, unknown>): Promise<Finished> =>
  (await system.task.data<{ finishedTasks: Finished }>(FINISHED, variables, service)).finishedTasks

let done: string
let cancelled: string
beforeAll(async () => {
  system = await startSystem()
  await addRule(system, type, { check: { kind: 'range', path: '/answer', max: 5 } })
  const agent = await hire(system, [type])
  const { id } = await submit(system, type)
  done = id
  await agent.complete(await untilTaken(agent), { answer: 9 })
  const second = await untilTaken(agent)
  await agent.start(second, ['solve'])
  await agent.complete(second, { answer: 4 }, { tokens: 3 })
  await untilState(system, id, 'COMPLETED')
  const other = await submit(system, type)
  cancelled = other.id
  await untilState(system, cancelled, 'DIRECTED')
  await system.task.data('mutation ($id: ID!) { cancelTask(id: $id) { id } }', { id: cancelled })
  await submit(system, type)
})
afterAll(() => system.dispose())

describe('the tasks that are over', () => {
  it('are told with the last attempt that gave a result, the last one first', async () => {
    const { count, tasks } = await finished({ first: 20 })
    expect(count).toBe(2)
    expect(tasks).toMatchObject([
      { id: cancelled, type, attempt: null },
      {
        id: done,
        attempt: {
          number: 2,
          result: { answer: 4 },
          plan: ['solve'],
          trace: { plan: ['solve'], steps: [], tokens: 3 },
        },
      },
    ])
  })

  it('are paged through, up to a time', async () => {
    const one = await finished({ first: 1 })
    expect([one.count, one.tasks.map(({ id }) => id)]).toEqual([2, [cancelled]])
    const two = await finished({ first: 1, after: one.tasks[0]?.cursor })
    expect(two.tasks.map(({ id }) => id)).toEqual([done])
    expect((await finished({ first: 1, after: two.tasks[0]?.cursor })).tasks).toEqual([])
    expect(await finished({ first: 1, before: '2020-01-01T00:00:00.000Z' })).toEqual({ count: 0, tasks: [] })
  })

  it('are for subgraphs, 1 to 20 at a time', async () => {
    for (const first of [0, 21]) await expect(finished({ first })).rejects.toThrow('it may be 1 to 20')
    const { errors } = await system.task.query(FINISHED, { first: 1 }, { role: 'ADMIN' })
    expect(errors?.[0]?.extensions['code']).toBe('FORBIDDEN')
  })
})
