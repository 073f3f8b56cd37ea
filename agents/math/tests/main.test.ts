import { type ChildProcess, fork, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:net'
import { fileURLToPath } from 'node:url'
import { afterEach, describe, expect, it, vi } from 'vitest'

const MAIN = fileURLToPath(new URL('../src/main.ts', import.meta.url))
const started: { child: ChildProcess; output: () => string }[] = []
afterEach(() => {
  for (const { child } of started.splice(0)) child.kill('SIGKILL')
})

/** As a supervisor starts it, with a channel; or as a shell does, without one. */
const start = (variables: Record<string, string>, options: { channel: boolean }) => {
  const env = { PATH: process.env['PATH'], ...variables }
  const child = options.channel
    ? fork(MAIN, { execArgv: ['--import', 'tsx'], env, stdio: ['ignore', 'pipe', 'pipe', 'ipc'] })
    : spawn(process.execPath, ['--import', 'tsx', MAIN], { env, stdio: ['ignore', 'pipe', 'pipe'] })
  let written = ''
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (chunk) => (written += String(chunk)))
  // All that it wrote has been read by then. 'close' would say so, but never comes where the channel was closed from here.
  const outputs = [child.stdout, child.stderr].map((stream) => stream && once(stream, 'close'))
  const ended = Promise.all([once(child, 'exit'), ...outputs]).then(([[code]]) => code as number | null)
  const program = { child, output: () => written, ended }
  started.push(program)
  return program
}

describe('the math agent under a supervisor', () => {
  it('asks for its credential by the channel, and ends when the channel closes', async () => {
    const { child, ended } = start({}, { channel: true })
    expect(await once(child, 'message')).toEqual([{ type: 'hello' }, undefined])
    child.disconnect()
    expect(await ended).toBe(0)
  })

  it('gives signs of life for as long as its supervisor is there', async () => {
    const { child } = start({}, { channel: true })
    const said: unknown[] = []
    child.on('message', (message) => said.push(message))
    await vi.waitFor(() => expect(said.length).toBeGreaterThanOrEqual(3), { timeout: 100_000 })
    // There may be more of them, where nobody looked for a while.
    expect(said.slice(0, 3)).toEqual([{ type: 'hello' }, { type: 'alive' }, { type: 'alive' }])
  })

  it('ends when the channel closes also in the middle of connecting, and never shows its secret', async () => {
    const { child, ended, output } = start({ LOG_LEVEL: 'trace' }, { channel: true })
    await once(child, 'message')
    // Nobody listens there: it goes on trying.
    child.send({
      type: 'credential',
      url: `http://127.0.0.1:${await freePort()}`,
      secret: 'hush-hush',
      instance: 'one',
    })
    await vi.waitFor(() => expect(output()).toContain('did not arrive'), { timeout: 100_000 })
    child.disconnect()
    expect(await ended).toBe(0)
    expect(output()).not.toContain('hush-hush')
    expect(child.spawnargs.join(' ')).not.toContain('hush-hush')
  })
})

describe('the math agent on its own', () => {
  it('answers for its health where it has a port: live at once, ready when it has registered', async () => {
    const port = await freePort()
    const nowhere = `http://127.0.0.1:${await freePort()}`
    const variables = { PORT: String(port), MOTHERSHIP_URL: nowhere, MOTHERSHIP_AGENT_SECRET: 'x', LOG_LEVEL: 'silent' }
    const { child, ended } = start(variables, { channel: false })
    const statusOf = async (path: string) => (await fetch(`http://127.0.0.1:${port}${path}`)).status
    await vi.waitFor(async () => expect(await statusOf('/health/live')).toBe(200), { timeout: 100_000, interval: 200 })
    expect(await statusOf('/health/ready')).toBe(503)
    expect(await statusOf('/other')).toBe(404)
    // Told to end while it is still trying, it ends.
    child.kill('SIGTERM')
    expect(await ended).toBe(0)
  })

  it.each([
    ['without a secret', {}, /MOTHERSHIP_AGENT_SECRET/],
    ['with a bad port', { PORT: 'x', MOTHERSHIP_AGENT_SECRET: 'hush-hush' }, /PORT must be/],
    ['with a bad address', { MOTHERSHIP_URL: 'x', MOTHERSHIP_AGENT_SECRET: 'hush-hush' }, /MOTHERSHIP_URL must be/],
    [
      'with three that are bad',
      { MOTHERSHIP_URL: 'x', LOG_LEVEL: 'loud', PORT: '-1', MOTHERSHIP_AGENT_SECRET: 'hush-hush' },
      /PORT must be .*; MOTHERSHIP_URL must be .*; LOG_LEVEL must be /,
    ],
  ])('%s says so in one line and ends with 1', async (_, variables: Record<string, string>, said) => {
    const { ended, output } = start(variables, { channel: false })
    expect(await ended).toBe(1)
    expect(output().trim()).toMatch(said)
    expect(output().trim().split('\n')).toHaveLength(1)
    expect(output()).not.toContain('hush-hush')
  })
})

it('the math agent says in one line that its port is taken, and ends with 1', async () => {
  const taken = createServer().listen(0)
  await once(taken, 'listening')
  const { port } = taken.address() as { port: number }
  try {
    const { ended, output } = start({ PORT: String(port), MOTHERSHIP_AGENT_SECRET: 'hush-hush' }, { channel: false })
    expect(await ended).toBe(1)
    expect(output().trim()).toBe(
      `Port ${port} is taken by another program. Stop it, set PORT to another one, or leave PORT out.`,
    )
  } finally {
    taken.close()
  }
})

/** Below those that a system hands out by itself: nobody is given it before the program listens there. */
const freePort = (): Promise<number> =>
  new Promise((resolve) => {
    const server = createServer()
    const port = 20_000 + Math.floor(Math.random() * 6_000)
    server.once('error', () => resolve(freePort()))
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(port)))
  })
