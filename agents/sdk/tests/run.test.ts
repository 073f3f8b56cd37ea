import { pino } from 'pino'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { Shout } from '../examples/shout.ts'
import { Agent, type Assignment, type Work } from '../src/agent.ts'
import { AgentFailure, type Interruption } from '../src/failure.ts'
import type { RunningAgent, RunOptions } from '../src/run.ts'
import { startMothership, type TestMothership } from './mothership.ts'

let mothership: TestMothership
beforeAll(async () => {
  mothership = await startMothership()
}, 300_000)
afterAll(() => mothership.dispose())

/** Does what its input names, and shows the test what became of it. */
class Puppet extends Agent {
  name = 'puppet'
  version = '1.0.0'
  override concurrency = 2
  readonly skills
  readonly interruptions: string[] = []
  held = 0
  mostHeld = 0
  /** Whether what it reports has arrived. */
  isHeard = false
  release: () => void = () => undefined

  constructor(taskType: string) {
    super()
    const schema = { type: 'object' }
    this.skills = [{ id: taskType, description: 'Does as it is told.', inputSchema: schema, outputSchema: schema }]
  }

  async perform({ task, attempt }: Assignment, work: Work): Promise<unknown> {
    this.held += 1
    this.mostHeld = Math.max(this.mostHeld, this.held)
    try {
      return await this.#act((task.input as { act: string }).act, attempt, work)
    } finally {
      this.held -= 1
    }
  }

  async #act(act: string, attempt: number, work: Work): Promise<unknown> {
    switch (act) {
      case 'break once':
        if (attempt === 1) throw new Error('a secret detail')
        return { attempt }
      case 'refuse':
        throw new AgentFailure({ code: 'CANNOT', message: 'It cannot be done.', retryable: false })
      case 'report':
        for (let n = 1; n <= 200; n++) {
          work.progress(n / 200, `${n} of 200`)
          if (n % 50 === 0) work.step(`quarter ${n / 50}`, { n })
          await new Promise((resolve) => setTimeout(resolve, 5))
        }
        // What ended before its first report arrived would have no need of it any more.
        while (!this.isHeard && !work.signal.aborted) await new Promise((resolve) => setTimeout(resolve, 5))
        return { done: true }
      case 'nothing':
        return undefined
      case 'wait once':
        return attempt === 1 ? this.#act('wait', attempt, work) : { waited: true }
      default:
        await new Promise<void>((resolve) => {
          this.release = resolve
          work.signal.addEventListener('abort', () => resolve())
        })
        if (work.signal.aborted) this.interruptions.push((work.signal.reason as Interruption).kind)
        return { waited: true }
    }
  }
}

const run = async (agent: Agent, options: RunOptions = {}) => {
  const { id, secret } = await mothership.issueSecret(agent.name)
  const exits: number[] = []
  const log: string[] = []
  const logger = pino({ level: 'info' }, { write: (line) => void log.push(line) })
  const running = await agent.run({
    url: mothership.url,
    secret,
    instance: 'test',
    signals: false,
    logger,
    exit: (code) => void exits.push(code),
    ...options,
  })
  return { ...running, dispose: running.dispose, agentId: running.agentId, credentialId: id, secret, exits, log }
}

interface SeenTask {
  state: string
  attempts: number
  result: unknown
  trace: { plan?: string[]; steps?: { name: string }[]; evidence?: { type: string }[] } | null
  error: { code: string; message: string } | null
  events: { nodes: { type: string; message: string | null }[] }
}

const submit = async (type: string, input: unknown): Promise<string> => {
  const source = 'mutation ($type: String!, $input: JSON!) { submitTask(input: { type: $type, input: $input }) { id } }'
  return (await mothership.ask<{ submitTask: { id: string } }>(source, { type, input })).submitTask.id
}

const see = async (id: string): Promise<SeenTask> => {
  const source = `query ($id: ID!) { task(id: $id) {
    state attempts result trace error { code message } events(first: 100) { nodes { type message } } } }`
  return (await mothership.ask<{ task: SeenTask }>(source, { id })).task
}

const until = async (id: string, ...states: string[]): Promise<SeenTask> => {
  let task = await see(id)
  await vi.waitFor(
    async () => {
      task = await see(id)
      expect(states).toContain(task.state)
    },
    { timeout: 100_000, interval: 100 },
  )
  return task
}

const finish = (id: string): Promise<SeenTask> => until(id, 'COMPLETED', 'FAILED', 'CANCELLED', 'NEEDS_REVIEW')

/** Resolves when its heart has beaten once more: it has heard by then what an operator asked of it before. */
const nextBeat = async ({ agentId }: Pick<RunningAgent, 'agentId'>): Promise<void> => {
  const source = 'query ($id: ID!) { agent(id: $id) { lastSeenAt } }'
  const lastSeen = async () =>
    (await mothership.ask<{ agent: { lastSeenAt: string } }>(source, { id: agentId })).agent.lastSeenAt
  const before = await lastSeen()
  await vi.waitFor(async () => expect(await lastSeen()).not.toBe(before), { timeout: 100_000, interval: 100 })
}

const stateOf = async ({ agentId }: Pick<RunningAgent, 'agentId'>): Promise<string> => {
  const source = 'query ($id: ID!) { agent(id: $id) { state } }'
  return (await mothership.ask<{ agent: { state: string } }>(source, { id: agentId })).agent.state
}

const operate = (mutation: string, id: string): Promise<unknown> =>
  mothership.ask(`mutation ($id: ID!) { ${mutation}(id: $id) { state } }`, { id })

describe('the example of the README', () => {
  it('shouts, shows its plan, steps and evidence, and signs off at the end', async () => {
    const agent = await run(new Shout())
    const task = await finish(await submit('text.shout', { text: 'hello' }))
    expect(task).toMatchObject({ state: 'COMPLETED', attempts: 1, result: { text: 'HELLO' } })
    expect(task.trace).toMatchObject({
      plan: ['raise', 'compare'],
      steps: [{ name: 'raise' }, { name: 'compare' }],
      evidence: [{ type: 'length' }],
    })
    expect(task.events.nodes.map(({ type }) => type)).toContain('STARTED')
    const silent = await finish(await submit('text.shout', { text: ' ' }))
    expect(silent.error).toEqual({ code: 'SILENCE', message: 'There is nothing to shout.' })
    const wrong = await finish(await submit('text.shout', { text: 7 }))
    expect(wrong).toMatchObject({ attempts: 1, error: { code: 'BAD_INPUT', message: 'input/text must be string' } })
    await agent.dispose()
    expect(await stateOf(agent)).toBe('OFFLINE')
    expect(agent.exits).toEqual([])
  })
})

// Each has an agent and a task type of its own: side by side they wait for heartbeats and leases together.
describe.concurrent('an agent', () => {
  it('that breaks is tried again, and tells nothing of its insides', async () => {
    const agent = await run(new Puppet('test.break'))
    const task = await finish(await submit('test.break', { act: 'break once' }))
    expect(task).toMatchObject({ state: 'COMPLETED', attempts: 2, result: { attempt: 2 } })
    expect(JSON.stringify(task)).not.toContain('secret detail')
    const refused = await finish(await submit('test.break', { act: 'refuse' }))
    expect(refused).toMatchObject({ state: 'FAILED', attempts: 1, error: { code: 'CANNOT' } })
    const nothing = await finish(await submit('test.break', { act: 'nothing' }))
    expect(nothing).toMatchObject({ state: 'FAILED', attempts: 3 })
    await agent.dispose()
  })

  it('reports at most 4 times a second, and every step', async () => {
    const puppet = new Puppet('test.report')
    const agent = await run(puppet)
    const began = performance.now()
    const id = await submit('test.report', { act: 'report' })
    const progressOf = ({ events }: SeenTask) => events.nodes.filter(({ type }) => type === 'PROGRESS')
    await vi.waitFor(async () => expect(progressOf(await see(id))).not.toEqual([]), { timeout: 100_000, interval: 100 })
    puppet.isHeard = true
    const task = await finish(id)
    const seconds = (performance.now() - began) / 1_000
    const progress = progressOf(task)
    expect(progress.length).toBeGreaterThan(0)
    expect(progress.length).toBeLessThanOrEqual(Math.ceil(seconds * 4) + 1)
    expect(task.trace?.steps?.map(({ name }) => name)).toEqual(['quarter 1', 'quarter 2', 'quarter 3', 'quarter 4'])
    await agent.dispose()
  })

  it('works on as many assignments as its concurrency allows, and stops one that is called off', async () => {
    const puppet = new Puppet('test.wait')
    const agent = await run(puppet)
    const held = [await submit('test.wait', {}), await submit('test.wait', {})]
    await vi.waitFor(() => expect(puppet.held).toBe(2), { timeout: 100_000 })
    const waiting = await submit('test.wait', {})
    await until(waiting, 'DIRECTED')
    await new Promise((resolve) => setTimeout(resolve, 1_000))
    expect(puppet.mostHeld).toBe(2)
    // The one that waits first: it would take the place of another that is called off.
    for (const id of [waiting, ...held]) await operate('cancelTask', id)
    await vi.waitFor(() => expect(puppet.held).toBe(0), { timeout: 100_000 })
    expect(puppet.interruptions).toEqual(['cancelled', 'cancelled'])
    await agent.dispose()
  })

  it('that is drained takes nothing new until it is resumed', async () => {
    const puppet = new Puppet('test.drain')
    const agent = await run(puppet)
    await operate('drainAgent', agent.agentId)
    await nextBeat(agent)
    const id = await submit('test.drain', { act: 'refuse' })
    await until(id, 'DIRECTED')
    await new Promise((resolve) => setTimeout(resolve, 2_000))
    expect((await see(id)).state).toBe('DIRECTED')
    await operate('resumeAgent', agent.agentId)
    expect((await finish(id)).error?.code).toBe('CANNOT')
    await agent.dispose()
  })

  it('that is asked to restart finishes what it holds, and ends with 75', async () => {
    const puppet = new Puppet('test.restart')
    const agent = await run(puppet)
    const id = await submit('test.restart', {})
    await vi.waitFor(() => expect(puppet.held).toBe(1), { timeout: 100_000 })
    await operate('restartAgent', agent.agentId)
    await vi.waitFor(() => expect(agent.log.join('')).toContain('"code":75'), { timeout: 100_000 })
    expect(puppet.held).toBe(1)
    expect(agent.exits).toEqual([])
    puppet.release()
    expect(await finish(id)).toMatchObject({ state: 'COMPLETED', result: { waited: true } })
    await vi.waitFor(() => expect(agent.exits).toEqual([75]), { timeout: 100_000 })
    expect(await stateOf(agent)).toBe('OFFLINE')
  })

  it('gives back what it cannot finish in time when it has to end', async () => {
    const puppet = new Puppet('test.end')
    const agent = await run(puppet, { graceMilliseconds: 100 })
    const id = await submit('test.end', {})
    await vi.waitFor(() => expect(puppet.held).toBe(1), { timeout: 100_000 })
    await agent.dispose()
    expect(puppet.interruptions).toEqual(['ending'])
    // At once, rather than when the lease has run out.
    expect(await until(id, 'DIRECTED')).toMatchObject({ attempts: 1 })
  })

  it('whose credential is revoked ends with 77, and a secret that is none is refused at once', async () => {
    const agent = await run(new Puppet('test.revoke'))
    await mothership.ask('mutation ($id: ID!) { revokeAgentCredential(id: $id) }', { id: agent.credentialId })
    await vi.waitFor(() => expect(agent.exits).toEqual([77]), { timeout: 100_000 })
    await expect(run(new Puppet('test.revoke'), { secret: 'nobody’s' })).rejects.toThrow(/refuses this agent’s secret/)
  })
})

describe('an agent whose mothership was killed', () => {
  it('brings its result home', async () => {
    const puppet = new Puppet('test.kill')
    const agent = await run(puppet)
    const id = await submit('test.kill', { act: 'wait once' })
    await until(id, 'RUNNING')
    await mothership.kill()
    puppet.release()
    await new Promise((resolve) => setTimeout(resolve, 1_000))
    await mothership.start()
    const task = await finish(id)
    expect(task).toMatchObject({ state: 'COMPLETED', result: { waited: true } })
    // Once, whether it was away for less than a lease, or so long that a second attempt came first.
    expect(task.events.nodes.filter(({ type }) => type === 'RESULT_RECEIVED')).toHaveLength(1)
    await agent.dispose()
  }, 480_000)
})
