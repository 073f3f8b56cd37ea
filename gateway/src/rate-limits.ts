import { RateLimitedError, UnauthenticatedError } from '@mothership/platform/errors'
import { Redis } from 'ioredis'
import { once, type Disposer } from '@mothership/platform/time'
import { RateLimiterMemory, RateLimiterRedis, RateLimiterRes, type RateLimiterAbstract } from 'rate-limiter-flexible'

/** Failed sign-ins that one address or account may have within a minute. */
const GUESSES = { points: 10, duration: 60 }
/** Operations of one person or agent within ten seconds. */
const REQUESTS = { points: 3000, duration: 10 }

export interface RateLimits {
  /** Counts an operation. Throws RateLimitedError beyond the limit. */
  request(subject: string): Promise<void>
  /** Runs a sign-in; only failures count, against each of the keys. Throws RateLimitedError beyond the limit. */
  guess<T>(keys: readonly string[], work: () => Promise<T>): Promise<T>
  dispose: Disposer
}

/** Limits in memory, or in Redis where several gateways share them. While Redis is away each counts by itself. */
export const createRateLimits = (redisUrl: string | undefined): RateLimits => {
  const redis =
    redisUrl === undefined ? undefined : new Redis(redisUrl, { maxRetriesPerRequest: 1, enableOfflineQueue: false })
  // What goes wrong is the insurance limiter's to bear; without a listener it would end the process.
  redis?.on('error', () => undefined)
  const limiter = (keyPrefix: string, options: { points: number; duration: number }): RateLimiterAbstract => {
    const memory = new RateLimiterMemory({ keyPrefix, ...options })
    if (!redis) return memory
    return new RateLimiterRedis({ storeClient: redis, keyPrefix, ...options, insuranceLimiter: memory })
  }
  const requests = limiter('mothership:requests', REQUESTS)
  const guesses = limiter('mothership:guesses', GUESSES)
  return {
    request: async (subject) => void (await requests.consume(subject).catch(refuse)),
    guess: async (keys, work) => {
      for (const key of keys) {
        const used = await guesses.get(key)
        if (used && used.consumedPoints >= GUESSES.points) refuse(used)
      }
      try {
        return await work()
      } catch (error) {
        if (error instanceof UnauthenticatedError) {
          await Promise.all(keys.map((key) => guesses.consume(key).catch(() => undefined)))
        }
        throw error
      }
    },
    dispose: once(async () => redis?.disconnect()),
  }
}

const refuse = (rejected: unknown): never => {
  if (!(rejected instanceof RateLimiterRes)) throw rejected
  const retryAfterSeconds = Math.max(1, Math.ceil(rejected.msBeforeNext / 1000))
  throw new RateLimitedError(`Too many at once. Try again in ${retryAfterSeconds} s.`, { retryAfterSeconds })
}
