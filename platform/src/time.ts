import type { Logger } from './telemetry.ts'

/** Ends what was started. Safe to call more than once. */
export type Disposer = () => Promise<void>

/** Resolves after so many milliseconds, or at once when the signal aborts. */
export const sleep = (milliseconds: number, signal?: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (signal?.aborted) return resolve()
    const done = (): void => {
      clearTimeout(timer)
      signal?.removeEventListener('abort', done)
      resolve()
    }
    const timer = setTimeout(done, milliseconds)
    signal?.addEventListener('abort', done, { once: true })
  })

/** Exponential back-off with full jitter: a random time in [0, min(max, base * 2^attempt)], in milliseconds. */
export const backoff = (options: {
  attempt: number
  baseMilliseconds: number
  maxMilliseconds: number
  random?: () => number
}): number => {
  const ceiling = Math.min(options.maxMilliseconds, options.baseMilliseconds * 2 ** Math.min(options.attempt, 30))
  return Math.round((options.random ?? Math.random)() * ceiling)
}

/** Repeats work, never overlapping itself; what it throws is logged. The disposer waits for the run in progress. */
export const every = (milliseconds: number, work: () => Promise<void>, logger: Logger): Disposer => {
  const ending = new AbortController()
  const loop = (async () => {
    while (!ending.signal.aborted) {
      await sleep(milliseconds, ending.signal)
      if (ending.signal.aborted) return
      try {
        await work()
      } catch (error) {
        if (!ending.signal.aborted) logger.warn({ error }, 'repeated work failed; it runs again')
      }
    }
  })()
  return async () => {
    ending.abort()
    await loop
  }
}

/** Runs disposers one after the other, in the order given, all of them even where one fails. */
export const disposeAll = async (disposers: readonly Disposer[]): Promise<void> => {
  const failures: unknown[] = []
  for (const dispose of disposers) {
    try {
      await dispose()
    } catch (error) {
      failures.push(error)
    }
  }
  if (failures.length > 0) throw new AggregateError(failures, 'not everything could be ended cleanly')
}

/** A disposer that does its work once, however often it is called. */
export const once = (dispose: () => Promise<void>): Disposer => {
  let running: Promise<void> | undefined
  return () => (running ??= dispose())
}
