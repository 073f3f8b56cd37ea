import { existsSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { isAlive, isReady, type Program, start, startTypeScript, waitUntil } from '../processes.ts'
import {
  ADMIN_PASSWORD,
  childPids,
  giveTasksTime,
  isDistributed,
  READY_MILLISECONDS,
  signIn,
  startSystem,
} from '../system.ts'
import type { Client } from '../client.ts'

const submitMany = async (client: Client, count: number): Promise<string[]> =>
  Promise.all(
    Array.from({ length: count }, async (_, index) => {
      const { submitTask } = await client.data<{ submitTask: { id: string } }>(
        'mutation($input: JSON!) { submitTask(input: {type: "math.solve", input: $input, maxAttempts: 5}) { id } }',
        { input: { operation: 'differentiate', expression: `x^2 * sin(${index + 1} * x)`, variable: 'x' } },
      )
      return submitTask.id
    }),
  )

interface State {
  id: string
  state: string
  attempts: number
  error: { message: string } | null
}
const statesOf = async (client: Client, ids: string[]): Promise<State[]> => {
  const { tasks } = await client.data<{ tasks: { nodes: State[] } }>(
    '{ tasks(first: 500) { nodes { id state attempts error { message } } } }',
  )
  return tasks.nodes.filter(({ id }) => ids.includes(id))
}
const isTaken = ({ state }: State): boolean => state !== 'SUBMITTED' && state !== 'DIRECTED'
/** For tasks that wait for an agent which is started anew: of a slow machine, that alone takes a minute. */
const COMPLETION_MILLISECONDS = 300_000
const areCompleted = (states: State[], count: number): boolean =>
  states.length === count && states.every(({ state }) => state === 'COMPLETED')

describe('kill -9 of the agent in the middle of its tasks', () => {
  it('costs another attempt, and every task completes', async () => {
    const system = await startSystem()
    /** Submits tasks, kills the agent while it has some of them, and tells how many attempts each took to complete. */
    const attemptsUnderFire = async (count: number): Promise<number[]> => {
      const ids = await submitMany(system.admin, count)
      const states = (): Promise<State[]> => statesOf(system.admin, ids)
      await waitUntil(async () => (await states()).some(isTaken), 'the agent works')
      await system.killAgent()
      const isDone = async () => areCompleted(await states(), ids.length)
      await waitUntil(isDone, 'every task completes', COMPLETION_MILLISECONDS).catch(async (error: unknown) => {
        throw new Error(`${String(error)}\n${JSON.stringify(await states())}\n${system.output()}`)
      })
      return (await states()).map(({ attempts }) => attempts)
    }
    try {
      // A task is short: what the agent had at that moment may have been answers that were on their way already, or all may
      // have been done before it was found. The more there are, the surer it is in the middle.
      let attempts: number[] = []
      for (let count = 12; count <= 192 && !attempts.some((made) => made > 1); count *= 2) {
        attempts = await attemptsUnderFire(count)
      }
      expect(Math.max(...attempts)).toBeGreaterThan(1)
    } finally {
      await system.dispose()
    }
  }, 2_400_000)
})

/** A port that nobody is given, so that nobody listens on it. */
const CLOSED_PORT = 1

const LEVEL_OF_ERRORS = 50
/** Whether a line is of the log, and tells of no error. */
const isHarmless = (line: string): boolean =>
  line.startsWith('{') && (JSON.parse(line) as { level: number }).level < LEVEL_OF_ERRORS

// What follows is about the one process of the embedded mode; six processes are ended by who runs them.
describe.skipIf(isDistributed)('the one process', () => {
  let folder: string
  const programs: Program[] = []
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'mothership-luck-'))
  })
  afterEach(async () => {
    await Promise.all(programs.splice(0).map((program) => program.stop('SIGKILL')))
    await rm(folder, { recursive: true, force: true })
  })

  const run = (variables: Record<string, string>): Program => {
    const program = startTypeScript('gateway/src/main.ts', {
      PORT: '0',
      MOTHERSHIP_DATA: join(folder, 'data'),
      MOTHERSHIP_ADMIN_PASSWORD: ADMIN_PASSWORD,
      ...variables,
    })
    programs.push(program)
    return program
  }
  const baseOf = async (program: Program): Promise<string> => {
    const [, port] = await program.shows(/Mothership is at http:\/\/localhost:(\d+)/, READY_MILLISECONDS)
    const base = `http://127.0.0.1:${port}`
    await waitUntil(() => isReady(base), 'ready', READY_MILLISECONDS)
    return base
  }
  /** Signs in where tasks are given for the first time. */
  const signInToWork = async (base: string): Promise<Client> => {
    const client = await signIn(base, 'admin', ADMIN_PASSWORD)
    await giveTasksTime(client)
    return client
  }
  const complete = (client: Client, ids: string[]): Promise<void> =>
    waitUntil(
      async () => areCompleted(await statesOf(client, ids), ids.length),
      'every task completes',
      COMPLETION_MILLISECONDS,
    )
  /** Expects a program to end with 1 after a single line on what is wrong; what it logs must be no error. */
  const refusal = async (program: Program): Promise<string> => {
    expect(await program.ended).toBe(1)
    const lines = program
      .errors()
      .trim()
      .split('\n')
      .filter((line) => !isHarmless(line))
    expect(lines).toHaveLength(1)
    return lines[0] ?? ''
  }

  it('leaves no orphan when npm start is killed; the next start goes on with every task, and Ctrl-C ends it whole', async () => {
    const variables = {
      PORT: '0',
      MOTHERSHIP_DATA: join(folder, 'data'),
      MOTHERSHIP_ADMIN_PASSWORD: ADMIN_PASSWORD,
    }
    const npm = start('npm', ['start'], variables)
    programs.push(npm)
    const base = await baseOf(npm)
    // The lock beside the data folder names its holder.
    const server = Number(await readFile(join(folder, 'data.lock'), 'utf8'))
    const agents = await childPids(server)
    expect(agents.length).toBeGreaterThan(0)
    const ids = await submitMany(await signInToWork(base), 10)
    npm.process.kill('SIGKILL')
    await waitUntil(async () => ![server, ...agents].some(isAlive), 'nothing of it runs any more')

    // A shell that replaces itself leaves npm as the parent: then npm's own signal reaches the program too.
    const shell = existsSync('/bin/bash') ? { npm_config_script_shell: '/bin/bash' } : {}
    const again = start('npm', ['start'], { ...variables, ...shell }, { detached: true })
    programs.push(again)
    await complete(await signIn(await baseOf(again), 'admin', ADMIN_PASSWORD), ids)
    const second = Number(await readFile(join(folder, 'data.lock'), 'utf8'))
    const secondAgents = await childPids(second)
    // Ctrl-C in a terminal: each process of the group gets it. 0: each part was ended and the database closed.
    process.kill(-again.process.pid!, 'SIGINT')
    expect(await again.ended).toBe(0)
    expect([second, ...secondAgents].filter(isAlive)).toEqual([])
  }, 1_200_000)

  it('keeps its data over kill -9 of the process itself, and its agent ends with it', async () => {
    const first = run({})
    const base = await baseOf(first)
    const agents = await childPids(first.process.pid!)
    expect(agents.length).toBeGreaterThan(0)
    const ids = await submitMany(await signInToWork(base), 6)
    await first.stop('SIGKILL')
    await waitUntil(async () => !agents.some(isAlive), 'the agent has ended')
    const second = run({})
    await complete(await signIn(await baseOf(second), 'admin', ADMIN_PASSWORD), ids)
    expect(await second.stop('SIGTERM')).toBe(0)
  }, 1_200_000)

  it('refuses a data folder that another process has open, and leaves it untouched', async () => {
    const first = run({})
    const base = await baseOf(first)
    const line = await refusal(run({}))
    expect(line).toContain(`is in use by process ${first.process.pid}`)
    expect(line).toContain('MOTHERSHIP_DATA')
    expect(Number(await readFile(join(folder, 'data.lock'), 'utf8'))).toBe(first.process.pid)
    const client = await signInToWork(base)
    await complete(client, await submitMany(client, 1))
  }, 1_200_000)

  it('says in one line that its port is taken', async () => {
    const taken = createServer()
    await new Promise<void>((resolve) => taken.listen(0, '127.0.0.1', resolve))
    const { port } = taken.address() as AddressInfo
    try {
      expect(await refusal(run({ PORT: String(port) }))).toBe(
        `Port ${port} is taken by another program. Stop it, or set PORT to another one.`,
      )
    } finally {
      taken.close()
    }
  })

  it.each([
    [
      'a data folder below a file',
      async () => {
        await writeFile(join(folder, 'file'), '')
        return { MOTHERSHIP_DATA: join(folder, 'file', 'data') }
      },
      'MOTHERSHIP_DATA',
    ],
    [
      'a Redis that nobody started',
      async () => ({ REDIS_URL: `redis://:hunter2@127.0.0.1:${CLOSED_PORT}` }),
      'REDIS_URL',
    ],
  ])('says in one line what to do about %s', async (_, variables, name) => {
    const line = await refusal(run(await variables()))
    expect(line).toMatch(new RegExp(`(Set|correct) ${name}`))
    expect(line).not.toContain('hunter2')
  })

  it('says in one line that its database cannot be reached', async () => {
    const line = await refusal(run({ DATABASE_URL: `postgresql://user:hunter2@127.0.0.1:${CLOSED_PORT}/mothership` }))
    expect(line).toContain('cannot be reached')
    expect(line).toContain('DATABASE_URL')
    expect(line).not.toContain('hunter2')
  })

  it('says in one line all that is wrong with its variables', async () => {
    const line = await refusal(run({ PORT: 'many', LOG_LEVEL: 'loud', DATABASE_URL: 'mysql://x' }))
    expect(line).toMatch(/PORT: must be a number/)
    expect(line).toMatch(/LOG_LEVEL: must be/)
    expect(line).toMatch(/DATABASE_URL: must be a URL such as/)
  })
})
