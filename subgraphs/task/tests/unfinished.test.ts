import { randomUUID } from 'node:crypto'
import type { Identity } from '@mothership/platform/identity'
import { createTestRuntime, startTestSubgraph, type TestSubgraph } from '@mothership/platform/testing'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { cancel, retryTask } from '../src/domain/lifecycle.ts'
import { readTaskSettings } from '../src/environment.ts'
import { createTaskStore } from '../src/store.ts'
import { createTaskSubgraph } from '../src/subgraph.ts'
import { newTask } from './fixture.ts'

let runtime: Awaited<ReturnType<typeof createTestRuntime>>
beforeAll(async () => {
  runtime = await createTestRuntime('task')
})
afterAll(() => runtime.dispose())

const storeOf = (mostUnfinished: number) => createTaskStore(runtime, { mostUnfinished })
type Store = ReturnType<typeof storeOf>

/** Submits so many at once, and counts what came of them. */
const crowd = async (store: Store, submittedBy: string, count: number): Promise<{ kept: number; refused: number }> => {
  const all = await Promise.allSettled(
    Array.from({ length: count }, () => store.submit(newTask({ submittedBy }), { n: 1 })),
  )
  const codes = all.flatMap((one) => (one.status === 'rejected' ? [(one.reason as { code: string }).code] : []))
  expect(new Set(codes).size).toBeLessThanOrEqual(1)
  expect(codes.every((code) => code === 'RATE_LIMITED')).toBe(true)
  return { kept: count - codes.length, refused: codes.length }
}
const unfinished = async (submittedBy: string): Promise<number> =>
  (
    await runtime.database.query('select 1 from task.task where submitted_by = $1 and completed_at is null', [
      submittedBy,
    ])
  ).length

/** Copies a person's only task so often. */
const copies = (submittedBy: string, count: number) =>
  runtime.database.query(
    `insert into task.task (id, type, input, input_hash, priority, state, max_attempts, submitted_by, correlation_id,
       version, created_at, updated_at)
     select gen_random_uuid(), type, input, input_hash, priority, state, max_attempts, submitted_by, correlation_id,
       version, created_at, updated_at
     from task.task, generate_series(1, $2::integer) where submitted_by = $1`,
    [submittedBy, count],
  )

describe('the unfinished tasks of one person', () => {
  it('are never more than may be, however many are submitted at once', async () => {
    const store = storeOf(20)
    const ada = randomUUID()
    expect(await crowd(store, ada, 16)).toEqual({ kept: 16, refused: 0 })
    expect(await crowd(store, ada, 16)).toEqual({ kept: 4, refused: 12 })
    expect(await unfinished(ada)).toBe(20)
    expect(await crowd(store, randomUUID(), 1)).toEqual({ kept: 1, refused: 0 })
  })

  it('are counted together while there is much room, and one by one where there is little', async () => {
    const store = storeOf(540)
    const ada = randomUUID()
    await store.submit(newTask({ submittedBy: ada }), { n: 1 })
    await copies(ada, 29)
    // The places that are counted together are those up to 40: this goes over.
    expect(await crowd(store, ada, 20)).toEqual({ kept: 20, refused: 0 })
    const eve = randomUUID()
    await store.submit(newTask({ submittedBy: eve }), { n: 1 })
    await copies(eve, 531)
    expect(await crowd(store, eve, 16)).toEqual({ kept: 8, refused: 8 })
    expect(await unfinished(eve)).toBe(540)
  })

  it('say who has too many and what to do, and make room by being cancelled', async () => {
    const store = storeOf(2)
    const ada = randomUUID()
    const first = await store.submit(newTask({ submittedBy: ada }), { n: 1 })
    await store.submit(newTask({ submittedBy: ada }), { n: 2 })
    const another = () => store.submit(newTask({ submittedBy: ada }), { n: 3 })
    await expect(another()).rejects.toThrow(`${ada} has 2 unfinished tasks`)
    await expect(another()).rejects.toThrow('wait until some are finished, or cancel some')
    await store.change(first.id, cancel)
    expect(await another()).toMatchObject({ state: 'SUBMITTED' })
    // The one that was cancelled is one more if it is retried.
    await expect(store.retry(first.id, retryTask)).rejects.toMatchObject({ code: 'RATE_LIMITED' })
    expect((await store.findTasks([first.id]))[0]).toMatchObject({ state: 'CANCELLED' })
    expect(await store.retry(first.id, retryTask, { isBounded: false })).toMatchObject({ state: 'SUBMITTED' })
    await expect(store.retry(first.id, retryTask)).rejects.toMatchObject({ code: 'CONFLICT' })
  })

  it('are answered again by their keys where no other is taken, all at once too', async () => {
    const store = storeOf(1)
    const submittedBy = randomUUID()
    const submission = () => store.submit(newTask({ submittedBy, idempotencyKey: 'mine' }), { n: 1 })
    const all = await Promise.all(Array.from({ length: 16 }, submission))
    expect(new Set(all.map(({ id }) => id)).size).toBe(1)
    expect((await submission()).id).toBe(all[0]?.id)
    await expect(store.submit(newTask({ submittedBy, idempotencyKey: 'mine' }), { n: 2 })).rejects.toMatchObject({
      code: 'CONFLICT',
    })
    expect(await crowd(store, submittedBy, 1)).toEqual({ kept: 0, refused: 1 })
  })
})

describe('the bound of MOTHERSHIP_UNFINISHED_TASKS', () => {
  let tasks: TestSubgraph
  beforeAll(async () => {
    const settings = () => readTaskSettings({ MOTHERSHIP_UNFINISHED_TASKS: '1' })
    tasks = await startTestSubgraph(createTaskSubgraph({ settings }))
  })
  afterAll(() => tasks.dispose())

  const codeOf = async (identity: Partial<Identity>): Promise<unknown> => {
    const source = 'mutation { submitTask(input: {type: "test.add", input: {}}) { id } }'
    return (await tasks.query(source, {}, identity)).errors?.[0]?.extensions['code']
  }

  it.each(['VIEWER', 'CURATOR', 'OPERATOR', 'ADMIN'] as const)('is for a person with the role %s', async (role) => {
    const identity = { role, subject: randomUUID() }
    expect([await codeOf(identity), await codeOf(identity)]).toEqual([undefined, 'RATE_LIMITED'])
  })

  it('is not for a service, but for whom it asks for', async () => {
    const service = { role: 'SERVICE', subject: 'directive' } as const
    expect([await codeOf(service), await codeOf(service)]).toEqual([undefined, undefined])
    const forAda = { ...service, onBehalfOf: { role: 'VIEWER', subject: 'ada' } as const }
    expect([await codeOf(forAda), await codeOf(forAda)]).toEqual([undefined, 'RATE_LIMITED'])
    expect(await codeOf({ role: 'VIEWER', subject: 'ada' })).toBe('RATE_LIMITED')
  })

  it.each(['0', '1.5', 'many', '1000001'])('is no %s', (value) => {
    expect(() => readTaskSettings({ MOTHERSHIP_UNFINISHED_TASKS: value })).toThrow(
      'MOTHERSHIP_UNFINISHED_TASKS: must be',
    )
  })

  it('is 10,000 where nothing else is said', () => {
    expect(readTaskSettings({})).toEqual({ mostUnfinished: 10_000 })
  })
})
