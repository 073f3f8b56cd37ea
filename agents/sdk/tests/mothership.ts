import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const ROOT = fileURLToPath(new URL('../../..', import.meta.url))
const PASSWORD = 'correct-horse-battery'
const START_MILLISECONDS = 280_000

/** A whole mothership in a process of its own, and what an administrator asks of it. */
export interface TestMothership {
  readonly url: string
  /** The data of an operation as `admin`. Throws its first error. */
  ask<T>(query: string, variables?: Record<string, unknown>): Promise<T>
  issueSecret(name: string): Promise<{ id: string; secret: string }>
  /** Ends its process without a warning. */
  kill(): Promise<void>
  /** Starts its process on the same data and at the same port. */
  start(): Promise<void>
  dispose(): Promise<void>
}

/** Starts a mothership on an empty folder. */
export const startMothership = async (): Promise<TestMothership> => {
  const folder = await mkdtemp(join(tmpdir(), 'mothership-sdk-'))
  const port = await freePort()
  const url = `http://127.0.0.1:${port}`
  let process: ChildProcess | undefined
  let token: Promise<string> | undefined

  const start = async (): Promise<void> => {
    process = launch(port, join(folder, 'data'))
    let log = ''
    process.stderr?.on('data', (chunk) => (log = `${log}${chunk}`.slice(-4_000)))
    const end = performance.now() + START_MILLISECONDS
    while (!(await isServing(url))) {
      if (process.exitCode !== null) throw new Error(`the mothership ended with ${process.exitCode}: ${log}`)
      if (performance.now() > end) throw new Error(`the mothership did not start: ${log}`)
      await new Promise((resolve) => setTimeout(resolve, 200))
    }
  }
  const stop = async (signal: 'SIGKILL' | 'SIGTERM'): Promise<void> => {
    const ending = process
    if (!ending || ending.exitCode !== null || ending.signalCode !== null) return
    const ended = new Promise((resolve) => ending.once('exit', resolve))
    ending.kill(signal)
    await ended
  }
  const signIn = async (): Promise<string> => {
    const answer = (await post(`${url}/auth/token`, { username: 'admin', password: PASSWORD })) as {
      accessToken: string
    }
    return answer.accessToken
  }
  const ask = async <T>(query: string, variables: Record<string, unknown> = {}): Promise<T> => {
    token ??= signIn()
    const { data, errors } = (await post(`${url}/graphql`, { query, variables }, await token)) as {
      data: T
      errors?: { message: string }[]
    }
    if (errors?.[0]) throw new Error(errors[0].message)
    return data
  }
  const dispose = async (): Promise<void> => {
    await stop('SIGTERM')
    await rm(folder, { recursive: true, force: true })
  }
  await start().catch(async (error: unknown) => {
    await dispose()
    throw error
  })
  return {
    url,
    ask,
    issueSecret: async (name) => {
      const issue = 'mutation ($name: String!) { issueAgentCredential(name: $name) { id secret } }'
      const data = await ask<{ issueAgentCredential: { id: string; secret: string } }>(issue, { name })
      return data.issueAgentCredential
    },
    kill: () => stop('SIGKILL'),
    start,
    dispose,
  }
}

const launch = (port: number, folder: string): ChildProcess =>
  spawn(process.execPath, ['--import', 'tsx', 'gateway/src/main.ts'], {
    cwd: ROOT,
    stdio: ['ignore', 'ignore', 'pipe'],
    env: {
      PATH: process.env['PATH'],
      PORT: String(port),
      MOTHERSHIP_DATA: folder,
      MOTHERSHIP_ADMIN_PASSWORD: PASSWORD,
      LOG_LEVEL: 'warn',
    },
  })

const isServing = async (url: string): Promise<boolean> => {
  try {
    const response = await fetch(`${url}/health/ready`)
    const { for: waitsFor } = (await response.json()) as { for?: string }
    // The math agent is another test's.
    return response.ok || waitsFor === 'the math agent'
  } catch {
    return false
  }
}

const post = async (url: string, body: unknown, token?: string): Promise<unknown> => {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...(token !== undefined && { authorization: `Bearer ${token}` }) },
    body: JSON.stringify(body),
  })
  return response.json()
}

/** Below those that a system hands out by itself: nobody is given it before the process listens there, or once it was killed. */
const freePort = (): Promise<number> =>
  new Promise((resolve) => {
    const server = createServer()
    const port = 26_000 + Math.floor(Math.random() * 6_000)
    server.once('error', () => resolve(freePort()))
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(port)))
  })
