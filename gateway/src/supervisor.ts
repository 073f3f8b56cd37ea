import { fork, type ChildProcess } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import type { Logger } from '@mothership/platform/telemetry'
import { backoff, once, sleep, type Disposer } from '@mothership/platform/time'

const MATH_AGENT = fileURLToPath(new URL('../../agents/math/src/main.ts', import.meta.url))
const ROOT = fileURLToPath(new URL('../..', import.meta.url))
/** An agent asks for its own restart by this exit code (EX_TEMPFAIL): no back-off then. */
const RESTART_CODE = 75

/** How patient a supervisor is, in milliseconds. */
export interface Patience {
  /** Until the child says hello: it loads first, on a machine that may be busy. */
  readonly hello: number
  /** Between two signs of life, of which a child gives one every 5 seconds. */
  readonly silence: number
  /** Until a child that was told to end is killed. */
  readonly stop: number
  /** A wish for a restart within this time of the start is a fault like any other. */
  readonly started: number
  /** A child that ran this long was well: its next restart starts at the shortest wait again. */
  readonly well: number
  /** Before each restart, and on top of it a random part of the back-off, from `firstBackoff` to `mostBackoff`. */
  readonly leastWait: number
  readonly firstBackoff: number
  readonly mostBackoff: number
}

export const PATIENCE: Patience = {
  hello: 120_000,
  silence: 60_000,
  stop: 6_000,
  started: 3_000,
  well: 30_000,
  leastWait: 200,
  firstBackoff: 300,
  mostBackoff: 15_000,
}

export interface AgentCredential {
  url: string
  secret: string
  instance: string
}

export interface SupervisorOptions {
  issueCredential: () => Promise<AgentCredential>
  logLevel: string
  /** Where programs are found: all that the agent gets of this process's environment. */
  path: string | undefined
  logger: Logger
  /** The file that the child runs; the math agent where nothing is said. */
  program?: string
  patience?: Patience
}

/**
 * Keeps the math agent running as a child process. It gets its secret by IPC, when it says hello, never by arguments
 * or environment; it ends by itself when the channel closes, so that no orphan outlives this process. A child that says
 * nothing for too long hangs: it is killed, and another takes its place.
 */
export const superviseMathAgent = (options: SupervisorOptions): Disposer => {
  const { logger, patience = PATIENCE } = options
  const ending = new AbortController()
  let child: ChildProcess | undefined

  const runOnce = (): Promise<number | null> =>
    new Promise((resolve) => {
      const started = startChild(options)
      child = started
      const stopWatching = watch(started, patience, () => {
        logger.warn('the math agent gives no sign of life; it is killed')
        started.kill('SIGKILL')
      })
      const end = (code: number | null): void => {
        stopWatching()
        child = undefined
        resolve(code)
      }
      started.on('error', (error) => {
        logger.error({ error }, 'the math agent failed')
        // What was never started does not exit either.
        if (started.pid === undefined) end(null)
      })
      started.on('exit', end)
    })

  const loop = async (): Promise<void> => {
    let failures = 0
    while (!ending.signal.aborted) {
      const startedAt = performance.now()
      const code = await runOnce().catch((error: unknown) => {
        logger.error({ error }, 'the math agent could not be started')
        return null
      })
      if (ending.signal.aborted) return
      const next = planRestart({ code, failures, ranMilliseconds: performance.now() - startedAt, patience })
      failures = next.failures
      if (next.wait === 0) continue
      logger.warn({ code, wait: next.wait }, 'the math agent ended; it is started again')
      await sleep(next.wait, ending.signal)
    }
  }
  const running = loop()
  return once(async () => {
    ending.abort()
    child?.kill('SIGTERM')
    const kill = setTimeout(() => child?.kill('SIGKILL'), patience.stop)
    await running
    clearTimeout(kill)
  })
}

const startChild = ({
  issueCredential,
  logLevel,
  path,
  logger,
  program = MATH_AGENT,
}: SupervisorOptions): ChildProcess => {
  const started = fork(program, {
    cwd: ROOT,
    execArgv: ['--import', 'tsx'],
    env: { PATH: path, LOG_LEVEL: logLevel },
    stdio: ['ignore', 2, 2, 'ipc'],
  })
  started.on('message', (message) => {
    if (!isHello(message)) return
    issueCredential().then(
      (credential) => started.connected && started.send({ type: 'credential', ...credential }),
      (error: unknown) => {
        logger.warn({ error }, 'the math agent got no credential; it is started again')
        started.kill()
      },
    )
  })
  return started
}

/**
 * Calls `onSilence` where a child says no hello in its time, or nothing for too long after that. The time is taken in
 * halves, of which two must pass without a word: after a pause of this very process, what the child said meanwhile is
 * read between them.
 */
const watch = (child: ChildProcess, { hello, silence }: Patience, onSilence: () => void): (() => void) => {
  let timer: NodeJS.Timeout | undefined
  const expectWord = (within: number): void => {
    clearTimeout(timer)
    timer = setTimeout(() => {
      timer = setTimeout(onSilence, within / 2)
    }, within / 2)
  }
  expectWord(hello)
  child.on('message', () => expectWord(silence))
  return () => clearTimeout(timer)
}

/** How long to wait before a child that ended is started again, in milliseconds, and how many failures that makes. */
export const planRestart = (ended: {
  code: number | null
  ranMilliseconds: number
  /** In a row, before this one. */
  failures: number
  patience: Patience
  random?: () => number
}): { wait: number; failures: number } => {
  const { code, ranMilliseconds, patience, random } = ended
  if (code === RESTART_CODE && ranMilliseconds > patience.started) return { wait: 0, failures: ended.failures }
  const failures = ranMilliseconds > patience.well ? 0 : ended.failures
  const jitter = backoff({
    attempt: failures,
    baseMilliseconds: patience.firstBackoff,
    maxMilliseconds: patience.mostBackoff,
    ...(random && { random }),
  })
  return { wait: patience.leastWait + jitter, failures: failures + 1 }
}

const isHello = (message: unknown): boolean =>
  typeof message === 'object' && message !== null && 'type' in message && message.type === 'hello'
