import { StartError } from './environment.ts'
import type { Disposer } from './time.ts'

/** What hangs must not keep the process: 10 s are more than any part is given. */
const END_MILLISECONDS = 10_000
/**
 * One Ctrl-C arrives twice: the terminal signals the whole group, and npm passes its own on to the program. Only one that
 * comes later than this is a person who will not wait.
 */
const SAME_SIGNAL_MILLISECONDS = 1000

/**
 * Runs a process: what keeps it from starting becomes one line on standard error and exit code 1. SIGINT and SIGTERM end
 * it through the disposer that `start` resolves to, also where they come before that; `start` may end its waiting when
 * `ending` aborts. A SIGINT more than a second after the first signal ends it at once.
 */
export const runProcess = async (start: (ending: AbortSignal) => Promise<Disposer>): Promise<void> => {
  const ending = new AbortController()
  let firstAt: number | null = null
  let dispose: Disposer | null = null
  const finish = (disposer: Disposer): void =>
    void disposer().then(
      () => process.exit(0),
      (error: unknown) => {
        console.error('Not everything could be ended cleanly.', error)
        process.exit(1)
      },
    )
  const end = (signal: NodeJS.Signals): void => {
    if (firstAt !== null) {
      if (signal === 'SIGINT' && performance.now() - firstAt > SAME_SIGNAL_MILLISECONDS) process.exit(130)
      return
    }
    firstAt = performance.now()
    setTimeout(() => process.exit(1), END_MILLISECONDS).unref()
    ending.abort()
    if (dispose) finish(dispose)
  }
  process.on('SIGINT', end)
  process.on('SIGTERM', end)
  await runCommand(async () => {
    dispose = await start(ending.signal)
    if (ending.signal.aborted) finish(dispose)
  })
}

/** Runs what ends by itself: what it cannot do becomes one line on standard error and exit code 1. */
export const runCommand = async (work: () => Promise<void>): Promise<void> => {
  try {
    await work()
  } catch (error) {
    if (!(error instanceof StartError)) throw error
    console.error(error.message)
    process.exit(1)
  }
}
