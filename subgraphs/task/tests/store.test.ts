import { randomUUID } from 'node:crypto'
import { PrismaClient } from '@mothership/prisma'
import { createTestRuntime } from '@mothership/platform/testing'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { complete, start } from '../src/domain/lending.ts'
import { directed } from '../src/domain/lifecycle.ts'
import { readTaskSettings } from '../src/environment.ts'
import { claimOf, newTask, taker } from './fixture.ts'
import { createTaskStore, type TaskStore } from '../src/store.ts'

let runtime: Awaited<ReturnType<typeof createTestRuntime>>
let store: TaskStore

beforeAll(async () => {
  runtime = await createTestRuntime('task')
  store = createTaskStore(runtime, readTaskSettings({}))
})
afterAll(() => runtime.dispose())

/** A task that waits for an agent. */
const waiting = async (type: string, options: Parameters<typeof newTask>[0] = {}) => {
  const task = await store.submit(newTask({ type, ...options }), { n: 1 })
  return store.change(task.id, (it, now) =>
    directed(it, { id: randomUUID(), terms: { budget: null, phases: [] }, conflicts: [] }, now),
  )
}

describe('the queue', () => {
  it('never lends a task twice to 16 agents that take at once', async () => {
    const type = `crowd-${randomUUID().slice(0, 8)}`
    const submitted = await Promise.all(Array.from({ length: 60 }, () => waiting(type)))
    const agents = Array.from({ length: 16 }, () => taker({ skills: [type], concurrency: 10 }))
    const taken: string[] = []
    const takeAll = async (agent: (typeof agents)[number]): Promise<void> => {
      for (let empty = 0; empty < 3;) {
        const lent = await store.take(agent, 3)
        empty = lent.length === 0 ? empty + 1 : 0
        taken.push(...lent.map(({ task }) => task.id))
      }
    }
    await Promise.all(agents.map(takeAll))
    expect(new Set(taken).size).toBe(taken.length)
    expect([...taken].sort()).toEqual(submitted.map(({ id }) => id).sort())
  })

  it('never lends one agent more than its concurrency, however many takes it has under way', async () => {
    const type = `busy-${randomUUID().slice(0, 8)}`
    await Promise.all(Array.from({ length: 20 }, () => waiting(type)))
    const agent = taker({ skills: [type], concurrency: 4 })
    const takes = await Promise.all(Array.from({ length: 8 }, () => store.take(agent, 3)))
    expect(takes.flat()).toHaveLength(4)
    const [first] = takes.flat()
    if (!first) throw new Error('nothing was taken')
    await store.complete(claimOf(agent, first), { result: 1, trace: null })
    expect(await store.take(agent, 50)).toHaveLength(1)
  })

  it('lends by priority, then the oldest first, and only what the skills fit', async () => {
    const type = `order-${randomUUID().slice(0, 8)}`
    const low = await waiting(type, { priority: -5 })
    const old = await waiting(type)
    const young = await waiting(type)
    const high = await waiting(type, { priority: 7 })
    await waiting(`${type}-other`, { priority: 100 })
    const agent = taker({ skills: [type], concurrency: 9 })
    const taken = await store.take(agent, 9)
    expect(taken.map(({ task }) => task.id)).toEqual([high.id, old.id, young.id, low.id])
    expect(await store.countAvailable([`${type}-other`])).toBe(1)
  })

  it('does not lend a task whose deadline has passed', async () => {
    const type = `late-${randomUUID().slice(0, 8)}`
    const { id } = await waiting(type, { deadline: new Date(Date.now() + 3_600_000) })
    await runtime.database.query(
      `update task.task set deadline = clock_timestamp() - interval '1 second' where id = $1`,
      [id],
    )
    expect(await store.take(taker({ skills: [type], concurrency: 9 }), 9)).toEqual([])
  })
})

describe('a submission', () => {
  it('is kept once, however many come at once under one idempotency key', async () => {
    const submittedBy = randomUUID()
    const submissions = Array.from({ length: 12 }, () =>
      store.submit(newTask({ submittedBy, idempotencyKey: 'same' }), { b: 2, a: [1] }),
    )
    const ids = new Set((await Promise.all(submissions)).map(({ id }) => id))
    expect(ids.size).toBe(1)
    const again = await store.submit(newTask({ submittedBy, idempotencyKey: 'same' }), { a: [1], b: 2 })
    expect(ids).toContain(again.id)
  })

  it('is refused where its key names another input, and free to another submitter', async () => {
    const submittedBy = randomUUID()
    await store.submit(newTask({ submittedBy, idempotencyKey: 'mine' }), { a: 1 })
    await expect(store.submit(newTask({ submittedBy, idempotencyKey: 'mine' }), { a: 2 })).rejects.toMatchObject({
      code: 'CONFLICT',
    })
    await store.submit(newTask({ submittedBy: randomUUID(), idempotencyKey: 'mine' }), { a: 2 })
  })

  it('answers the task of its key even where the deadline has passed since', async () => {
    const submittedBy = randomUUID()
    const first = newTask({ submittedBy, idempotencyKey: 'late', deadline: new Date(Date.now() + 6_000) })
    const { id } = await store.submit(first, {})
    await new Promise((resolve) => setTimeout(resolve, 6_100))
    expect((await store.submit({ ...first, id: randomUUID() }, {})).id).toBe(id)
    const other = newTask({ submittedBy, idempotencyKey: 'later', deadline: first.deadline })
    await expect(store.submit(other, {})).rejects.toMatchObject({ code: 'BAD_USER_INPUT' })
  })
})

describe('an assignment', () => {
  const lend = async (options: Parameters<typeof newTask>[0] = {}) => {
    const type = `lend-${randomUUID().slice(0, 8)}`
    await waiting(type, options)
    const agent = taker({ skills: [type], concurrency: 3 })
    const [lent] = await store.take(agent, 1)
    if (!lent?.task.attempt) throw new Error('nothing was lent')
    return { agent, lent, claim: claimOf(agent, lent), attemptId: lent.task.attempt.id }
  }

  it('keeps only the hash of its token', async () => {
    const { lent, attemptId } = await lend()
    const rows = await runtime.database.query<{ row: string }>(
      'select to_jsonb(a)::text || to_jsonb(t)::text as row from task.attempt a join task.task t on t.id = a.task_id where a.id = $1',
      [attemptId],
    )
    expect(rows[0]?.row).not.toContain(lent.token)
    expect(lent.token).toHaveLength(43)
  })

  it('writes a result once: of 8 completions at once with two results, one result wins and its repeats are answered', async () => {
    const { claim, lent } = await lend()
    const answers = await Promise.allSettled(
      Array.from({ length: 8 }, (_, index) => store.complete(claim, { result: { answer: index % 2 }, trace: null })),
    )
    const refused = answers.filter(({ status }) => status === 'rejected')
    expect(refused).toHaveLength(4)
    for (const refusal of refused) expect(refusal).toMatchObject({ reason: { code: 'STALE_ASSIGNMENT' } })
    const events = await runtime.database.query<{ type: string }>(
      `select type from events.event where entity_id = $1 and type = 'RESULT_RECEIVED'`,
      [lent.task.id],
    )
    expect(events).toHaveLength(1)
  })

  it('is refused with another token, from another credential, and where there is none', async () => {
    const { claim } = await lend()
    for (const wrong of [
      { ...claim, token: 'x'.repeat(43) },
      { ...claim, credentialId: randomUUID() },
      { ...claim, attemptId: randomUUID() },
      { ...claim, attemptId: 'no id' },
    ]) {
      const attempt = store.complete(wrong, { result: 1, trace: null })
      await expect(attempt).rejects.toMatchObject({ code: 'STALE_ASSIGNMENT' })
    }
  })

  it('keeps every step that was held, whatever the last word says, and counts a repeated one once', async () => {
    const { claim, attemptId } = await lend()
    const step = (name: string) => ({ name, at: '2026-01-01T00:00:00.000Z', data: { b: 1, a: 2 } })
    const report = { progress: null, message: null }
    await store.hold(claim, { ...report, steps: [step('read'), step('leak')] })
    await store.hold(claim, { ...report, steps: [step('read')] })
    const trace = { plan: ['read'], steps: [step('read'), step('write')], tokens: 7 }
    await store.complete(claim, { result: 1, trace })
    const work = await store.workOf(attemptId)
    expect(work.trace?.steps?.map(({ name }) => name)).toEqual(['read', 'leak', 'read', 'write'])
    expect(work.trace).toMatchObject({ plan: ['read'], tokens: 7 })
  })

  it('refuses steps beyond 1 MB in all, and keeps those before', async () => {
    const { claim, attemptId } = await lend()
    const steps = [{ name: 'big', at: '2026-01-01T00:00:00.000Z', data: 'x'.repeat(600_000) }]
    await store.hold(claim, { progress: 0.1, message: null, steps })
    const more = store.hold(claim, { progress: 0.2, message: null, steps })
    await expect(more).rejects.toMatchObject({ code: 'BAD_USER_INPUT' })
    expect((await store.workOf(attemptId)).steps).toHaveLength(1)
    const [task] = await store.findTasks([(await store.findAttempt(attemptId))?.taskId ?? ''])
    expect(task?.progress).toBe(0.1)
  })

  it('writes at most 4 progress events a second, and keeps the latest value', async () => {
    const { claim, lent } = await lend()
    const begun = performance.now()
    for (let count = 1; count <= 40; count++) {
      await store.hold(claim, { progress: count / 40, message: `${count}`, steps: [] })
    }
    const seconds = (performance.now() - begun) / 1000
    const [row] = await runtime.database.query<{ count: number }>(
      `select count(*) as count from events.event where entity_id = $1 and type = 'PROGRESS'`,
      [lent.task.id],
    )
    expect(row?.count).toBeGreaterThan(0)
    expect(row?.count).toBeLessThanOrEqual(Math.floor(seconds * 4) + 1)
    const [task] = await store.findTasks([lent.task.id])
    expect(task).toMatchObject({ progress: 1, progressMessage: '40' })
  })

  it('tells the progress that came too soon by an event when it may', async () => {
    const { claim, lent } = await lend()
    const told = async () =>
      runtime.database.query<{ message: string | null; progress: number | null }>(
        `select payload ->> 'message' as message, (payload -> 'data' ->> 'progress')::float8 as progress
         from events.event where entity_id = $1 and type = 'PROGRESS' order by version`,
        [lent.task.id],
      )
    // However slow the machine is: the first event is always just now.
    const first = async (): Promise<void> => {
      await store.hold(claim, { progress: 0.1, message: 'first', steps: [] })
      await runtime.database.query(
        `update task.attempt set progress_event_at = clock_timestamp() + interval '1 hour' where id = $1`,
        [claim.attemptId],
      )
    }
    await first()
    await store.hold(claim, { progress: 0.2, message: 'soon', steps: [] })
    await store.hold(claim, { progress: 0.3, message: 'sooner', steps: [] })
    await store.hold(claim, { progress: null, message: null, steps: [] })
    await store.letTimePass(lent.task.id)
    expect(await told()).toEqual([{ message: 'first', progress: 0.1 }])
    await runtime.database.query(
      `update task.attempt set progress_event_at = clock_timestamp() - interval '1 second' where id = $1`,
      [claim.attemptId],
    )
    for (let times = 0; times < 2; times++) await store.letTimePass(lent.task.id)
    expect(await told()).toEqual([
      { message: 'first', progress: 0.1 },
      { message: 'sooner', progress: 0.3 },
    ])
  })

  it('refuses steps that leave no room for its plan in the trace, and can be completed all the same', async () => {
    const { claim, attemptId } = await lend()
    const plan = ['x'.repeat(600_000)]
    await store.changeHeld(claim, (task, attempt, now) =>
      start(task, attempt, { plan, hasCheckedPlan: false, unjudged: null }, now),
    )
    const steps = [{ name: 'big', at: '2026-01-01T00:00:00.000Z', data: 'x'.repeat(600_000) }]
    const held = store.hold(claim, { progress: null, message: null, steps })
    await expect(held).rejects.toMatchObject({ code: 'BAD_USER_INPUT', details: { path: 'steps' } })
    await store.complete(claim, { result: 1, trace: null })
    expect((await store.workOf(attemptId)).trace?.plan).toEqual(plan)
  })

  it('refuses a plan that leaves no room for the steps before it', async () => {
    const { claim } = await lend()
    const steps = [{ name: 'big', at: '2026-01-01T00:00:00.000Z', data: 'x'.repeat(600_000) }]
    await store.hold(claim, { progress: null, message: null, steps })
    const started = store.changeHeld(claim, (task, attempt, now) =>
      start(task, attempt, { plan: ['x'.repeat(600_000)], hasCheckedPlan: false, unjudged: null }, now),
    )
    await expect(started).rejects.toMatchObject({ code: 'BAD_USER_INPUT', details: { path: 'plan' } })
    await store.complete(claim, { result: 1, trace: null })
  })

  it('ends by its lease or by its completion, never by both', async () => {
    for (let round = 0; round < 8; round++) {
      const { claim, lent } = await lend({ maxAttempts: 1 })
      await runtime.database.query(
        `update task.attempt set lease_expires_at = clock_timestamp() - interval '1 second' where id = $1`,
        [claim.attemptId],
      )
      await Promise.allSettled([
        store.complete(claim, { result: 4, trace: null }),
        store.letTimePass(lent.task.id),
        store.changeHeld(claim, (task, attempt, now) => complete(task, attempt, 'other', now)),
      ])
      const events = await runtime.database.query<{ type: string; version: number }>(
        `select type, version from events.event where stream = 'task' and entity_id = $1 order by version`,
        [lent.task.id],
      )
      const ends = events.filter(({ type }) => type === 'RESULT_RECEIVED' || type === 'LEASE_EXPIRED')
      expect(ends).toHaveLength(1)
      expect(events.map(({ version }) => version)).toEqual(events.map((_, index) => index + 1))
    }
  })

  it('is revoked where its agent registers again, but not where it was lent after that', async () => {
    const type = `again-${randomUUID().slice(0, 8)}`
    await waiting(type)
    await waiting(type)
    const agent = taker({ skills: [type], concurrency: 2 })
    const [before] = await store.take(agent, 1)
    await new Promise((resolve) => setTimeout(resolve, 5))
    const [clock] = await runtime.database.query<{ now: Date }>('select clock_timestamp() as now')
    await new Promise((resolve) => setTimeout(resolve, 5))
    const [after] = await store.take(agent, 1)
    if (!before || !after || !clock) throw new Error('nothing was lent')
    await store.revokeLeases(runtime.database.client(PrismaClient), [{ agentId: agent.agentId, at: clock.now }])
    const old = store.complete(claimOf(agent, before), { result: 1, trace: null })
    await expect(old).rejects.toMatchObject({ code: 'STALE_ASSIGNMENT' })
    expect(await store.takeSteps({ ofPeers: 500, ofTime: 0 })).not.toContainEqual(
      expect.objectContaining({ taskId: before.task.id }),
    )
    const due = await store.takeSteps({ ofPeers: 0, ofTime: 500 })
    expect(due.map(({ taskId }) => taskId)).toContain(before.task.id)
    for (const { taskId } of due) await store.letTimePass(taskId)
    const [task] = await store.findTasks([before.task.id])
    expect(task).toMatchObject({ state: 'DIRECTED', attempts: 1, agentId: null })
    await store.complete(claimOf(agent, after), { result: 1, trace: null })
  })
})
