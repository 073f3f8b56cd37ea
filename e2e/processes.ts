import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { readdir, readFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { fileURLToPath } from 'node:url'
import type { Readable } from 'node:stream'
import { promisify } from 'node:util'

const ROOT = fileURLToPath(new URL('..', import.meta.url))

export interface Program {
  readonly process: ChildProcess
  /** All whole lines that it has written so far, to both outputs. */
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
  const hear = (lines: string): void => {
    written += lines
    for (const listener of listeners) listener()
  }
  readLines(child.stdout, hear)
  readLines(child.stderr, (lines) => {
    errors += lines
    hear(lines)
  })
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

/** Hands on whole lines: what comes of one output in parts is not torn apart by the other. */
const readLines = (output: Readable, take: (lines: string) => void): void => {
  let rest = ''
  output.setEncoding('utf8').on('data', (chunk: string) => {
    const end = chunk.lastIndexOf('\n') + 1
    if (end > 0) take(rest + chunk.slice(0, end))
    rest = end > 0 ? chunk.slice(end) : rest + chunk
  })
  output.on('end', () => take(rest))
}

/** A program of ours in TypeScript, e.g. `gateway/src/main.ts`. */
export const startTypeScript = (file: string, variables: Variables): Program =>
  start(process.execPath, ['--import', 'tsx', file], variables)

/** Below those that a system gives out by itself, to connections too: it would give one away before it is listened on. */
const PORTS = { first: 20_000, count: 12_000 }
/** Processes that look for ports at the same time begin at different ones. */
let nextPort = (process.pid * 97) % PORTS.count

/** A port that nobody listens on now, and that nobody else is told of soon. */
export const freePort = async (): Promise<number> => {
  for (let tries = 0; tries < PORTS.count; tries++) {
    const port = PORTS.first + nextPort
    nextPort = (nextPort + 1) % PORTS.count
    if (await isFree(port)) return port
  }
  throw new Error('no port is free')
}

const isFree = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const server = createServer()
    server.on('error', () => resolve(false))
    server.listen(port, () => server.close(() => resolve(true)))
  })

export const waitUntil = async (
  isTrue: () => Promise<boolean>,
  what: string,
  milliseconds = 120_000,
): Promise<void> => {
  const deadline = performance.now() + milliseconds
  while (performance.now() < deadline) {
    if (await isTrue().catch(() => false)) return
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
  throw new Error(`${what}: not within ${milliseconds} ms`)
}

export const isReady = async (base: string): Promise<boolean> =>
  (await fetch(new URL('/health/ready', base), { signal: AbortSignal.timeout(15_000) })).ok

interface ListedProcess {
  readonly pid: number
  readonly parent: number
  /** The command line, its arguments joined by spaces. */
  readonly command: string
}

/** All processes of this machine: from /proc where there is one, for a slim image has no `ps`; by `ps` elsewhere. */
export const listProcesses = async (): Promise<ListedProcess[]> =>
  existsSync('/proc/self/stat') ? listFromProc() : listFromPs()

const listFromProc = async (): Promise<ListedProcess[]> => {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name))
  const listed = await Promise.all(pids.map(readProc))
  return listed.filter((each) => each !== null)
}

/** Null for a process that ended while it was read. */
const readProc = async (pid: string): Promise<ListedProcess | null> => {
  try {
    const [stat, cmdline] = await Promise.all([
      readFile(`/proc/${pid}/stat`, 'utf8'),
      readFile(`/proc/${pid}/cmdline`, 'utf8'),
    ])
    // "pid (name) state parent ...", where the name may hold spaces and brackets.
    const [, parent] = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    return { pid: Number(pid), parent: Number(parent), command: cmdline.replaceAll('\0', ' ') }
  } catch (error) {
    if (['ENOENT', 'ESRCH'].includes((error as NodeJS.ErrnoException).code ?? '')) return null
    throw error
  }
}

const listFromPs = async (): Promise<ListedProcess[]> => {
  const { stdout } = await promisify(execFile)('ps', ['-A', '-o', 'pid=,ppid=,args='])
  return [...stdout.matchAll(/^\s*(\d+)\s+(\d+)\s+(.*)$/gm)].map(([, pid, parent, command = '']) => ({
    pid: Number(pid),
    parent: Number(parent),
    command,
  }))
}

export const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}
