import { RateLimitedError, UnauthenticatedError } from '@mothership/platform/errors'
import { Redis } from 'ioredis'
import { once, type Disposer } from '@mothership/platform/time'
import { RateLimiterMemory, RateLimiterRedis, RateLimiterRes, type RateLimiterAbstract } from 'rate-limiter-flexible'

/** Failed sign-ins within a minute: of one account, and from one address, behind which there may be an office. */
const GUESSES = { account: { points: 10, duration: 60 }, address: { points: 100, duration: 60 } }
/** Operations of one person or agent within ten seconds. */
const REQUESTS = { points: 3000, duration: 10 }

export interface RateLimits {
  /** Counts an operation. Throws RateLimitedError beyond the limit. */
  request(subject: string): Promise<void>
  /** Runs a sign-in; only failures count. Throws RateLimitedError beyond the limit of the account or the address. */
  guess<T>(from: { account?: string; address: string }, work: () => Promise<T>): Promise<T>
  dispose: Disposer
}

/** Limits in memory, or in Redis where several gateways share them. While Redis is away each counts by itself. */
export const createRateLimits = (redisUrl: string | undefined, installation: string): RateLimits => {
  const redis =
    redisUrl === undefined ? undefined : new Redis(redisUrl, { maxRetriesPerRequest: 1, enableOfflineQueue: false })
  // What goes wrong is the insurance limiter's to bear; without a listener it would end the process.
  redis?.on('error', () => undefined)
  const limiter = (name: string, options: { points: number; duration: number }): RateLimiterAbstract => {
    const keyPrefix = `mothership:${installation}:${name}`
    const memory = new RateLimiterMemory({ keyPrefix, ...options })
    if (!redis) return memory
    return new RateLimiterRedis({ storeClient: redis, keyPrefix, ...options, insuranceLimiter: memory })
  }
  const requests = limiter('requests', REQUESTS)
  const accounts = limiter('guesses:account', GUESSES.account)
  const addresses = limiter('guesses:address', GUESSES.address)
  return {
    request: async (subject) => void (await requests.consume(subject).catch(refuse)),
    guess: async ({ account, address }, work) => {
      // The account first: trying a locked one uses up nothing of an address that others share.
      const counters: [RateLimiterAbstract, string][] = account === undefined ? [] : [[accounts, account]]
      counters.push([addresses, address])
      // Counted before it is tried, and given back unless it was wrong: guesses at the same time count as well.
      for (const [counter, key] of counters) await counter.consume(key).catch(refuse)
      const giveBack = () => Promise.all(counters.map(([counter, key]) => counter.reward(key).catch(() => undefined)))
      try {
        const result = await work()
        await giveBack()
        return result
      } catch (error) {
        if (!(error instanceof UnauthenticatedError)) await giveBack()
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
