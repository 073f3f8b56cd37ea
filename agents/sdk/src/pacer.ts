import { backoff } from './backoff.ts'
import type { Clock } from './clock.ts'

export interface Pacer {
  /** There is something to send. */
  touch(): void
  /** Nothing more is sent; resolves when what is being sent has arrived or failed. */
  stop(): Promise<void>
}

/**
 * Calls `send` soon after each `touch`, but never sooner than `minMilliseconds` after the last time, so that what comes
 * between goes out together and the last value is never left behind; and at least every `maxMilliseconds()`. Never two
 * at a time. Where `send` throws, it is called again after a back-off.
 */
export const startPacer = (options: {
  minMilliseconds: number
  maxMilliseconds: () => number
  send: () => Promise<void>
  clock: Clock
}): Pacer => {
  const { clock, minMilliseconds } = options
  let isStopped = false
  let isTouched = false
  let lastAt = clock.now() - minMilliseconds
  let retryAt: number | null = null
  let failures = 0
  let sleeping = new AbortController()

  const dueAt = (): number => retryAt ?? lastAt + (isTouched ? minMilliseconds : options.maxMilliseconds())

  const send = async (): Promise<void> => {
    isTouched = false
    retryAt = null
    lastAt = clock.now()
    try {
      await options.send()
      failures = 0
    } catch {
      isTouched = true
      retryAt = clock.now() + Math.max(minMilliseconds, backoff(failures++))
    }
  }
  const loop = async (): Promise<void> => {
    while (!isStopped) {
      const wait = dueAt() - clock.now()
      if (wait <= 0) {
        await send()
        continue
      }
      sleeping = new AbortController()
      await clock.sleep(wait, sleeping.signal)
    }
  }
  const running = loop()
  return {
    touch: () => {
      isTouched = true
      sleeping.abort()
    },
    stop: async () => {
      isStopped = true
      sleeping.abort()
      await running
    },
  }
}
