import { randomUUID } from 'node:crypto'
import type { ExecutionResult } from 'graphql'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { eventsOf, hire, see, startSystem, submit, type System, untilState, untilTaken } from './system.ts'

let system: System
beforeAll(async () => {
  system = await startSystem()
})
afterAll(() => system.dispose())

const newType = (): string => `test.t${randomUUID().slice(0, 8)}`

describe('assignmentsAvailable', () => {
  const AVAILABLE = 'subscription { assignmentsAvailable }'
  const next = async (source: AsyncIterator<ExecutionResult>): Promise<unknown> => {
    const { value } = await source.next()
    return (value as ExecutionResult<{ assignmentsAvailable: number }>).data?.assignmentsAvailable
  }

  it('tells how much waits for the skills of the caller: at once, and when it changes', async () => {
    const type = newType()
    const agent = await hire(system, [type], { concurrency: 5 })
    const counts = await system.task.subscribe(AVAILABLE, {}, agent.identity)
    expect(await next(counts)).toBe(0)
    const waiting = counts.next()
    await submit(system, newType())
    await submit(system, type)
    expect(await waiting).toMatchObject({ value: { data: { assignmentsAvailable: 1 } } })
    await untilTaken(agent)
    for (;;) if ((await next(counts)) === 0) break
    await counts.return?.()
  })

  it('gives a slow reader the latest count, not one for each change', async () => {
    const type = newType()
    const agent = await hire(system, [type], { concurrency: 5 })
    const counts = await system.task.subscribe(AVAILABLE, {}, agent.identity)
    expect(await next(counts)).toBe(0)
    const submitted = await Promise.all(Array.from({ length: 6 }, () => submit(system, type)))
    for (const { id } of submitted) await untilState(system, id, 'DIRECTED')
    expect(await next(counts)).toBe(6)
    await counts.return?.()
  })

  it('ends at once where the agent leaves, also while it waits', async () => {
    const agent = await hire(system, [newType()])
    const counts = await system.task.subscribe(AVAILABLE, {}, agent.identity)
    expect(await next(counts)).toBe(0)
    const pending = counts.next()
    await counts.return?.()
    expect(await pending).toMatchObject({ done: true })
  })

  it('is for agents that have registered', async () => {
    const nobody = { role: 'AGENT', subject: randomUUID(), name: 'nobody' } as const
    await expect(system.task.subscribe(AVAILABLE, {}, nobody)).rejects.toMatchObject({
      extensions: { code: 'FORBIDDEN' },
    })
  })
})

describe("an agent's words", () => {
  it('are shown to those who may see the result, and left out for other viewers', async () => {
    const type = newType()
    const ada = { role: 'VIEWER', subject: 'ada', name: 'Ada' } as const
    const bob = { role: 'VIEWER', subject: 'bob', name: 'Bob' } as const
    const agent = await hire(system, [type])
    const { id } = await submit(system, type, {}, ada)
    const lent = await untilTaken(agent)
    await agent.start(lent)
    await agent.hold(lent, { progress: 0.2, message: 'a zebra' })
    expect(await see(system, id, ada)).toMatchObject({ progressMessage: 'a zebra' })
    expect(await see(system, id, { ...bob, subject: agent.identity.subject ?? '' })).toMatchObject({
      progressMessage: 'a zebra',
    })
    await agent.fail(lent, { code: 'NO', message: 'no zebra fits', retryable: false })
    expect(await see(system, id, ada)).toMatchObject({ error: { code: 'NO', message: 'no zebra fits' } })
    const others = await system.task.data<{ task: unknown }>(
      'query ($id: ID!) { task(id: $id) { progressMessage error { code message } } }',
      { id },
      bob,
    )
    const told = JSON.stringify([others, await eventsOf(system, id, bob)])
    expect(told).not.toContain('zebra')
    expect(JSON.stringify(await eventsOf(system, id, ada))).toContain('no zebra fits')
  })
})
