import type { Clock } from './clock.ts'
import { isPassing } from './failure.ts'

const BASE_MILLISECONDS = 200
const MAX_MILLISECONDS = 5_000

/**
 * How long to wait before attempt number `attempt + 2`: exponential with full jitter, a random time in
 * [0, min(5 s, 200 ms * 2^attempt)].
 */
export const backoff = (attempt: number, random: () => number = Math.random): number =>
  Math.round(random() * Math.min(MAX_MILLISECONDS, BASE_MILLISECONDS * 2 ** Math.min(attempt, 20)))

/**
 * Repeats work until it succeeds or fails for good. Throws what it failed with: also a passing failure, once the signal
 * has aborted.
 */
export const persist = async <T>(
  work: () => Promise<T>,
  options: { clock: Clock; signal: AbortSignal; onFailure?: (error: unknown) => void },
): Promise<T> => {
  for (let attempt = 0; ; attempt++) {
    try {
      return await work()
    } catch (error) {
      if (options.signal.aborted || !isPassing(error)) throw error
      options.onFailure?.(error)
      await options.clock.sleep(backoff(attempt), options.signal)
    }
  }
}
