import { startTestSubgraph, type TestSubgraph } from '@mothership/platform/testing'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { agentSubgraph } from '../src/subgraph.ts'
import { asAgent, beat, codeOf, register, runningAgent, silence, stateOf } from './fixture.ts'

let agents: TestSubgraph
beforeAll(async () => {
  agents = await startTestSubgraph(agentSubgraph)
})
afterAll(() => agents.dispose())

const act = (mutation: string, id: string) =>
  agents.data<Record<string, { state: string }>>(`mutation ($id: ID!) { ${mutation}(id: $id) { state } }`, { id })

interface Update {
  agentUpdates: { cursor: string; change: string; state: string; agent: { id: string; state: string } }
}

const UPDATES = `subscription ($id: ID, $after: Cursor) {
  agentUpdates(id: $id, after: $after) { cursor change state agent { id state } } }`

const nextUpdate = async (
  updates: AsyncIterator<{ data?: unknown; errors?: unknown }>,
): Promise<Update['agentUpdates']> => {
  const { value } = await updates.next()
  expect(value?.errors).toBeUndefined()
  return (value.data as Update).agentUpdates
}

/** Passes over what happened just before the subscription, and got its position only after. */
const updateOf = async (updates: AsyncIterator<{ data?: unknown; errors?: unknown }>, change: string) => {
  let update = await nextUpdate(updates)
  while (update.change !== change) update = await nextUpdate(updates)
  return update
}

/** The state of an agent; undefined where it was silent for 30 seconds by now. */
const stateWithin30Seconds = async (id: string): Promise<string | undefined> => {
  const [row] = await agents.runtime.database.query<{ state: string }>(
    `select state from agent.agent where id = $1::uuid and last_seen_at > clock_timestamp() - interval '30 seconds'`,
    [id],
  )
  return row?.state
}

describe('a heartbeat', () => {
  it('makes a starting agent IDLE, keeps its load, and is no event', async () => {
    const { agent, credential } = await runningAgent(agents)
    expect(await stateOf(agents, agent.id)).toBe('IDLE')
    const count = async () =>
      (await agents.runtime.database.query('select 1 from events.event where entity_id = $1', [agent.id])).length
    const before = await count()
    await beat(agents, agent.id, credential.id, 0.75)
    await beat(agents, agent.id, credential.id, 0.5)
    expect(await count()).toBe(before)
    const source = 'query ($id: ID!) { agent(id: $id) { health { load active completed medianMilliseconds } } }'
    expect(await agents.data(source, { id: agent.id })).toEqual({
      agent: { health: { load: 0.5, active: 0, completed: 0, medianMilliseconds: null } },
    })
  })

  it('is only the agent’s own', async () => {
    const { agent, credential } = await runningAgent(agents)
    const other = await runningAgent(agents)
    const source = 'mutation ($id: ID!, $load: Float! = 0) { heartbeat(agentId: $id, load: $load) { drain } }'
    expect(await codeOf(agents, source, { id: agent.id }, asAgent(other.credential.id))).toBe('FORBIDDEN')
    expect(await codeOf(agents, source, { id: agent.id }, asAgent(credential.id, 'two'))).toBe('FORBIDDEN')
    expect(await codeOf(agents, source, { id: agent.id }, { role: 'ADMIN' })).toBe('FORBIDDEN')
    expect(await codeOf(agents, source, { id: 'nonsense' }, asAgent(credential.id))).toBe('NOT_FOUND')
    expect(await codeOf(agents, source, { id: agent.id, load: 1.1 }, asAgent(credential.id))).toBe('BAD_USER_INPUT')
    const off = 'mutation ($id: ID!) { signOffAgent(agentId: $id) }'
    expect(await codeOf(agents, off, { id: agent.id }, asAgent(other.credential.id))).toBe('FORBIDDEN')
  })

  it('that fails to come for 30 seconds makes the agent OFFLINE, and the next one brings it back', async () => {
    const { agent, credential } = await runningAgent(agents)
    const updates = await agents.subscribe(UPDATES, { id: agent.id })
    const other = await runningAgent(agents)
    const others = await agents.subscribe(UPDATES, { id: other.agent.id })
    // Within the first 10 seconds of the subgraph nobody is taken for silent.
    await silence(agents, other.agent.id, 31)
    await updateOf(others, 'OFFLINE')
    for (let state: string | undefined; state === undefined;) {
      await beat(agents, agent.id, credential.id)
      await beat(agents, other.agent.id, other.credential.id)
      await silence(agents, agent.id, 24)
      await silence(agents, other.agent.id, 31)
      // Whoever was silent for too long is found by then.
      await updateOf(others, 'OFFLINE')
      // On a busy machine that took so long that this one was silent for too long as well: then once more.
      state = await stateWithin30Seconds(agent.id)
      expect(state ?? 'IDLE').toBe('IDLE')
    }
    await silence(agents, agent.id, 31)
    expect(await updateOf(updates, 'OFFLINE')).toMatchObject({ state: 'OFFLINE', agent: { state: 'OFFLINE' } })
    await beat(agents, agent.id, credential.id)
    expect(await nextUpdate(updates)).toMatchObject({ change: 'STATE_CHANGED', state: 'IDLE' })
    await updates.return?.()
  })
})

describe('an operator', () => {
  it('drains an agent, which learns it with its next heartbeat, and resumes it', async () => {
    const { agent, credential } = await runningAgent(agents)
    expect(await act('drainAgent', agent.id)).toEqual({ drainAgent: { state: 'DRAINING' } })
    expect(await beat(agents, agent.id, credential.id)).toMatchObject({ drain: true, restart: false })
    expect(await act('resumeAgent', agent.id)).toEqual({ resumeAgent: { state: 'IDLE' } })
    expect(await beat(agents, agent.id, credential.id)).toMatchObject({ drain: false, restart: false })
  })

  it('restarts an agent, which drains first, and comes back afresh', async () => {
    const { agent, credential } = await runningAgent(agents)
    expect(await act('restartAgent', agent.id)).toEqual({ restartAgent: { state: 'DRAINING' } })
    expect(await beat(agents, agent.id, credential.id)).toMatchObject({ drain: true, restart: true })
    expect(await register(agents, credential.id)).toMatchObject({ id: agent.id, restarts: 1, state: 'STARTING' })
    expect(await beat(agents, agent.id, credential.id)).toMatchObject({ drain: false, restart: false })
  })

  it('configures an agent by its own schema', async () => {
    const configSchema = {
      type: 'object',
      properties: { volume: { type: 'number', maximum: 10 }, word: { type: 'string', pattern: '^(a+)+$' } },
      additionalProperties: false,
    }
    const { agent, credential } = await runningAgent(agents, { configSchema })
    const source = 'mutation ($id: ID!, $config: JSON!) { configureAgent(id: $id, config: $config) { config } }'
    const configure = (config: unknown) => agents.query(source, { id: agent.id, config })
    expect((await configure({ volume: 11 })).errors?.[0]?.extensions).toEqual({
      code: 'BAD_USER_INPUT',
      path: 'config/volume',
    })
    expect((await configure([])).errors?.[0]?.extensions['code']).toBe('BAD_USER_INPUT')
    expect((await configure({ other: 1 })).errors?.[0]?.extensions['code']).toBe('BAD_USER_INPUT')
    // A pattern on which JavaScript's expressions would run for minutes.
    expect((await configure({ word: `${'a'.repeat(40_000)}!` })).errors?.[0]?.extensions['code']).toBe('BAD_USER_INPUT')
    expect((await configure({ volume: 7 })).data).toEqual({ configureAgent: { config: { volume: 7 } } })
    expect((await beat(agents, agent.id, credential.id)).config).toEqual({ volume: 7 })
    expect((await register(agents, credential.id, { configSchema })).config).toEqual({ volume: 7 })
  })

  it('is needed for all of that: neither a viewer, a curator nor an agent may', async () => {
    const { agent, credential } = await runningAgent(agents)
    for (const identity of [{ role: 'VIEWER' }, { role: 'CURATOR' }, asAgent(credential.id)] as const) {
      for (const mutation of ['drainAgent', 'resumeAgent', 'restartAgent']) {
        const source = `mutation ($id: ID!) { ${mutation}(id: $id) { id } }`
        expect(await codeOf(agents, source, { id: agent.id }, identity)).toBe('FORBIDDEN')
      }
      const configure = 'mutation ($id: ID!) { configureAgent(id: $id, config: {}) { id } }'
      expect(await codeOf(agents, configure, { id: agent.id }, identity)).toBe('FORBIDDEN')
    }
    expect(await stateOf(agents, agent.id)).toBe('IDLE')
    const unknown = 'mutation { drainAgent(id: "4bd4a0cc-6ae1-4a5c-a4a2-a1b2ed8eb6e0") { id } }'
    expect(await codeOf(agents, unknown, {}, { role: 'OPERATOR' })).toBe('NOT_FOUND')
  })
})

describe('agentUpdates', () => {
  it('replays from a cursor, goes on live, and leaves credentials out', async () => {
    const all = await agents.subscribe(UPDATES)
    const { agent, credential } = await runningAgent(agents)
    const first = await updateOf(all, 'REGISTERED')
    expect(first).toMatchObject({ change: 'REGISTERED', state: 'STARTING', agent: { id: agent.id } })
    await all.return?.()
    await act('drainAgent', agent.id)
    await act('drainAgent', agent.id)
    const resumed = await agents.subscribe(UPDATES, { id: agent.id, after: first.cursor })
    expect(await nextUpdate(resumed)).toMatchObject({ change: 'STATE_CHANGED', state: 'IDLE' })
    // Asked for twice, it happened once.
    expect(await nextUpdate(resumed)).toMatchObject({ change: 'DRAINING', state: 'DRAINING' })
    const live = nextUpdate(resumed)
    await agents.data('mutation ($id: ID!) { signOffAgent(agentId: $id) }', { id: agent.id }, asAgent(credential.id))
    expect(await live).toMatchObject({ change: 'OFFLINE', state: 'OFFLINE' })
    await resumed.return?.()
  })

  it('ends at once when its client leaves while it waits', async () => {
    const updates = await agents.subscribe(UPDATES)
    const pending = updates.next()
    await updates.return?.()
    expect(await pending).toMatchObject({ done: true })
  })

  it('is for viewers, of agents that exist, from cursors that are some', async () => {
    const refused = async (variables: Record<string, unknown>, role: 'VIEWER' | 'AGENT') => {
      const failure: unknown = await agents.subscribe(UPDATES, variables, { role }).catch((error: unknown) => error)
      return (failure as { extensions: { code: string } }).extensions.code
    }
    expect(await refused({}, 'AGENT')).toBe('FORBIDDEN')
    expect(await refused({ id: '4bd4a0cc-6ae1-4a5c-a4a2-a1b2ed8eb6e0' }, 'VIEWER')).toBe('NOT_FOUND')
    expect(await refused({ after: 'x' }, 'VIEWER')).toBe('BAD_USER_INPUT')
  })
})
