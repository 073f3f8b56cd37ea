import { fork, type ChildProcess } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import type { Logger } from '@mothership/platform/telemetry'
import { backoff, once, sleep, type Disposer } from '@mothership/platform/time'

const MATH_AGENT = fileURLToPath(new URL('../../agents/math/src/main.ts', import.meta.url))
const ROOT = fileURLToPath(new URL('../..', import.meta.url))
/** An agent asks for its own restart by this exit code (EX_TEMPFAIL): no back-off then. */
const RESTART_CODE = 75
const STOP_MILLISECONDS = 6000
/** A wish for a restart within this time of the start is a fault like any other. */
const STARTED_MILLISECONDS = 3000
/** An agent that ran this long was well: its next restart starts at the shortest wait again. */
const WELL_MILLISECONDS = 30_000

export interface AgentCredential {
  url: string
  secret: string
  instance: string
}

/**
 * Keeps the math agent running as a child process. It gets its secret by IPC, when it says hello, never by arguments
 * or environment; it ends by itself when the channel closes, so that no orphan outlives this process.
 */
export const superviseMathAgent = (options: {
  issueCredential: () => Promise<AgentCredential>
  logLevel: string
  /** Where programs are found: all that the agent gets of this process's environment. */
  path: string | undefined
  logger: Logger
}): Disposer => {
  const { logger } = options
  const ending = new AbortController()
  let child: ChildProcess | undefined

  const runOnce = (): Promise<number | null> =>
    new Promise((resolve) => {
      const started = fork(MATH_AGENT, {
        cwd: ROOT,
        execArgv: ['--import', 'tsx'],
        env: { PATH: options.path, LOG_LEVEL: options.logLevel },
        stdio: ['ignore', 2, 2, 'ipc'],
      })
      child = started
      started.on('message', (message) => {
        if (!isHello(message)) return
        options.issueCredential().then(
          (credential) => started.connected && started.send({ type: 'credential', ...credential }),
          (error: unknown) => {
            logger.warn({ error }, 'the math agent got no credential; it is started again')
            started.kill()
          },
        )
      })
      started.on('error', (error) => {
        logger.error({ error }, 'the math agent failed')
        // What was never started does not exit either.
        if (started.pid !== undefined) return
        child = undefined
        resolve(null)
      })
      started.on('exit', (code) => {
        child = undefined
        resolve(code)
      })
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
      const ran = performance.now() - startedAt
      if (code === RESTART_CODE && ran > STARTED_MILLISECONDS) continue
      if (ran > WELL_MILLISECONDS) failures = 0
      const wait = 200 + backoff({ attempt: failures++, baseMilliseconds: 300, maxMilliseconds: 15_000 })
      logger.warn({ code, wait }, 'the math agent ended; it is started again')
      await sleep(wait, ending.signal)
    }
  }
  const running = loop()
  return once(async () => {
    ending.abort()
    child?.kill('SIGTERM')
    const kill = setTimeout(() => child?.kill('SIGKILL'), STOP_MILLISECONDS)
    await running
    clearTimeout(kill)
  })
}

const isHello = (message: unknown): boolean =>
  typeof message === 'object' && message !== null && 'type' in message && message.type === 'hello'
