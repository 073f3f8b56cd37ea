import { type ChildProcess, spawn } from 'node:child_process'
import { createServer } from 'node:net'
import { fileURLToPath } from 'node:url'

const ROOT = fileURLToPath(new URL('..', import.meta.url))

export interface Program {
  readonly process: ChildProcess
  /** All that it has written so far, to both outputs. */
  output(): string
  /** Of that, what it has written to standard error. */
  errors(): string
  /** Resolves when the output shows a pattern; throws where the program ends before, or after the time. */
  shows(pattern: RegExp, milliseconds?: number): Promise<RegExpMatchArray>
  /** Its exit code, or the name of the signal that ended it. */
  readonly ended: Promise<number | NodeJS.Signals>
  stop(signal?: NodeJS.Signals): Promise<number | NodeJS.Signals>
}

type Variables = Readonly<Record<string, string | undefined>>

/**
 * Starts a program of the project with nothing of this process's environment but what a shell needs. `detached`: as the
 * leader of a process group, which a signal reaches as the Ctrl-C of a terminal would.
 */
export const start = (
  command: string,
  args: readonly string[],
  variables: Variables,
  { detached = false } = {},
): Program => {
  const { PATH, HOME, LANG } = process.env
  const child = spawn(command, [...args], {
    cwd: ROOT,
    env: { PATH, HOME, LANG, LOG_LEVEL: 'warn', ...variables },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached,
  })
  let written = ''
  let errors = ''
  const listeners = new Set<() => void>()
  const hear = (chunk: Buffer): void => {
    written += chunk.toString()
    for (const listener of listeners) listener()
  }
  child.stdout.on('data', hear)
  child.stderr.on('data', hear)
  child.stderr.on('data', (chunk: Buffer) => (errors += chunk.toString()))
  const ended = new Promise<number | NodeJS.Signals>((resolve) =>
    // Not 'exit': that may come before the last of what it wrote.
    child.on('close', (code, signal) => resolve(code ?? signal ?? 1)),
  )
  return {
    process: child,
    output: () => written,
    errors: () => errors,
    ended,
    shows: (pattern, milliseconds = 180_000) =>
      new Promise((resolve, reject) => {
        const done = (work: () => void): void => {
          clearTimeout(timer)
          listeners.delete(look)
          work()
        }
        const look = (): void => {
          const match = pattern.exec(written)
          if (match) done(() => resolve(match))
        }
        const timer = setTimeout(
          () => done(() => reject(new Error(`no ${pattern} in time:\n${written}`))),
          milliseconds,
        )
        listeners.add(look)
        void ended.then((code) => done(() => reject(new Error(`ended with ${code} before ${pattern}:\n${written}`))))
        look()
      }),
    stop: async (signal = 'SIGTERM') => {
      child.kill(signal)
      return ended
    },
  }
}

/** A program of ours in TypeScript, e.g. `gateway/src/main.ts`. */
export const startTypeScript = (file: string, variables: Variables): Program =>
  start(process.execPath, ['--import', 'tsx', file], variables)

/** A port that nobody listens on now. */
export const freePort = (): Promise<number> =>
  new Promise((resolve, reject) => {
    const server = createServer()
    server.on('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0))
    })
  })

export const waitUntil = async (isTrue: () => Promise<boolean>, what: string, milliseconds = 60_000): Promise<void> => {
  const deadline = performance.now() + milliseconds
  while (performance.now() < deadline) {
    if (await isTrue().catch(() => false)) return
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
  throw new Error(`${what}: not within ${milliseconds} ms`)
}

export const isReady = async (base: string): Promise<boolean> =>
  (await fetch(new URL('/health/ready', base), { signal: AbortSignal.timeout(2000) })).ok

export const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}
