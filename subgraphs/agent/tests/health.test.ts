import { randomUUID } from 'node:crypto'
import { type EventLog, openEventLog } from '@mothership/platform/events'
import type { JsonValue } from '@mothership/platform/json'
import { startTestSubgraph, type TestSubgraph } from '@mothership/platform/testing'
import { PrismaClient } from '@mothership/prisma'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { agentSubgraph } from '../src/subgraph.ts'
import { runningAgent, silence, stateOf as storedStateOf } from './fixture.ts'

let agents: TestSubgraph
let tasks: EventLog
const versions = new Map<string, number>()
beforeAll(async () => {
  agents = await startTestSubgraph(agentSubgraph)
  tasks = await openEventLog({ ...agents.runtime, stream: 'task' })
})
afterAll(async () => {
  await tasks.dispose()
  await agents.dispose()
})

/** Writes what the task subgraph would: an event of a task, in the stream 'task'. */
const happen = (taskId: string, type: string, payload: Record<string, JsonValue>): Promise<void> => {
  const version = (versions.get(taskId) ?? 0) + 1
  versions.set(taskId, version)
  const prisma = agents.runtime.database.client(PrismaClient)
  return tasks.write(prisma, (_, append) => append([{ entityId: taskId, version, type, payload, payloadVersion: 1 }]))
}

const healthOf = async (id: string) => {
  const source = `query ($id: ID!) { agent(id: $id) {
    health { active completed failed violations medianMilliseconds lastError } } }`
  return (await agents.data<{ agent: { health: Record<string, unknown> } }>(source, { id })).agent.health
}

/** Its state, as of an agent that was heard a moment ago: on a busy machine a test takes longer than one may be silent. */
const stateOf = async (id: string): Promise<string | undefined> => {
  await silence(agents, id, 0)
  return storedStateOf(agents, id)
}

const eventually = (assertion: () => Promise<void>): Promise<void> =>
  vi.waitFor(assertion, { timeout: 100_000, interval: 30 })

describe('the record of an agent', () => {
  it('follows its tasks: BUSY while it holds one, then counted with its time', async () => {
    const { agent } = await runningAgent(agents)
    for (const milliseconds of [30, 10, 20]) {
      const task = randomUUID()
      await happen(task, 'SUBMITTED', { from: null, to: 'SUBMITTED' })
      await happen(task, 'ASSIGNED', { from: 'DIRECTED', to: 'ASSIGNED', agentId: agent.id, attempt: 1 })
      await eventually(async () => expect(await stateOf(agent.id)).toBe('BUSY'))
      await happen(task, 'STARTED', { from: 'ASSIGNED', to: 'RUNNING', agentId: agent.id })
      await happen(task, 'PROGRESS', { from: null, to: null, agentId: agent.id })
      await happen(task, 'RESULT_RECEIVED', { from: 'RUNNING', to: 'VALIDATING', agentId: agent.id })
      await happen(task, 'COMPLETED', { from: 'VALIDATING', to: 'COMPLETED', agentId: agent.id, milliseconds })
      await eventually(async () => expect(await stateOf(agent.id)).toBe('IDLE'))
    }
    expect(await healthOf(agent.id)).toEqual({
      active: 0,
      completed: 3,
      failed: 0,
      violations: 0,
      medianMilliseconds: 20,
      lastError: null,
    })
  })

  it('counts what it holds by task, and hands a task over where another agent is given it', async () => {
    const { agent: first } = await runningAgent(agents)
    const { agent: second } = await runningAgent(agents)
    const [one, two] = [randomUUID(), randomUUID()]
    await happen(one, 'ASSIGNED', { to: 'ASSIGNED', agentId: first.id })
    await happen(two, 'ASSIGNED', { to: 'ASSIGNED', agentId: first.id })
    await eventually(async () => expect((await healthOf(first.id))['active']).toBe(2))
    await happen(one, 'LEASE_EXPIRED', { to: 'DIRECTED', agentId: first.id })
    await happen(one, 'ASSIGNED', { to: 'ASSIGNED', agentId: second.id })
    // An event that leaves the agent out is of the one that holds the task.
    await happen(two, 'CANCELLED', { to: 'CANCELLED' })
    await eventually(async () => {
      expect((await healthOf(first.id))['active']).toBe(0)
      expect((await healthOf(second.id))['active']).toBe(1)
    })
  })

  it('turns DEGRADED by three failures of its own, and well again by a success', async () => {
    const { agent } = await runningAgent(agents)
    const fail = (type: string, data: JsonValue) =>
      happen(randomUUID(), type, { to: 'FAILED', agentId: agent.id, message: 'it broke', data })
    await fail('FAILED', { code: 'BAD_INPUT' })
    await fail('FAILED', { code: 'BAD_INPUT' })
    await fail('FAILED', { code: 'INTERNAL' })
    await fail('VIOLATION', null)
    await eventually(async () => expect(await healthOf(agent.id)).toMatchObject({ failed: 3, violations: 1 }))
    expect(await stateOf(agent.id)).toBe('IDLE')
    await fail('LEASE_EXPIRED', null)
    await eventually(async () => expect(await stateOf(agent.id)).toBe('DEGRADED'))
    expect((await healthOf(agent.id))['lastError']).toBe('it broke')
    const lastError = 'query ($id: ID!) { agent(id: $id) { health { lastError } } }'
    expect(await agents.data(lastError, { id: agent.id }, { role: 'VIEWER' })).toEqual({
      agent: { health: { lastError: null } },
    })
    await happen(randomUUID(), 'COMPLETED', { to: 'COMPLETED', agentId: agent.id, milliseconds: 5 })
    await eventually(async () => expect(await stateOf(agent.id)).toBe('IDLE'))
  })

  it('is not disturbed by events that it cannot read, or of agents that it does not know', async () => {
    await happen(randomUUID(), 'COMPLETED', { to: 'COMPLETED', agentId: randomUUID() })
    await happen(randomUUID(), 'COMPLETED', { to: 7, agentId: 'nobody' })
    const { agent } = await runningAgent(agents)
    await happen(randomUUID(), 'COMPLETED', { to: 'COMPLETED', agentId: agent.id })
    await eventually(async () =>
      expect(await healthOf(agent.id)).toMatchObject({ completed: 1, medianMilliseconds: null }),
    )
  })
})
