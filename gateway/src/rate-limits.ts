import { createHash } from 'node:crypto'
import { RateLimitedError, UnauthenticatedError } from '@mothership/platform/errors'
import { Redis } from 'ioredis'
import { once, type Disposer } from '@mothership/platform/time'
import { RateLimiterRedis, RateLimiterRes, type RateLimiterAbstract } from 'rate-limiter-flexible'
import { BoundedLimiter } from './bounded-limiter.ts'

/** Failed sign-ins within a minute: of one account, and from one address, behind which there may be an office. */
const GUESSES = { account: { points: 10, duration: 60 }, address: { points: 100, duration: 60 } }
/** Failed refreshes of one token within a minute. */
const REFRESHES = { points: 10, duration: 60 }
/** Operations of one person or agent within ten seconds. */
const REQUESTS = { points: 3000, duration: 10 }

/** Who guesses: somebody at an address, for an account where one is named; or whoever has a token. */
export type GuessFrom = { account?: string; address: string } | { token: string }

export interface RateLimits {
  /** Counts an operation. Throws RateLimitedError beyond the limit. */
  request(subject: string): Promise<void>
  /**
   * Runs a sign-in; only failures count, those that were tried. Throws RateLimitedError, and counts nothing, beyond the
   * limit of the account, the address or the token.
   */
  guess<T>(from: GuessFrom, work: () => Promise<T>): Promise<T>
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
    const memory = new BoundedLimiter({ keyPrefix, ...options })
    if (!redis) return memory
    const customIncrTtlLuaScript = COUNT_IN_REDIS
    return new RateLimiterRedis({
      storeClient: redis,
      keyPrefix,
      ...options,
      customIncrTtlLuaScript,
      insuranceLimiter: memory,
    })
  }
  const requests = limiter('requests', REQUESTS)
  const accounts = limiter('guesses:account', GUESSES.account)
  const addresses = limiter('guesses:address', GUESSES.address)
  const refreshes = limiter('guesses:token', REFRESHES)
  const countersOf = (from: GuessFrom): Counter[] => {
    if ('token' in from) return [[refreshes, createHash('sha256').update(from.token).digest('base64url')]]
    const { account, address } = from
    return account === undefined
      ? [[addresses, address]]
      : [
          [accounts, account],
          [addresses, address],
        ]
  }
  return {
    request: async (subject) => void (await requests.consume(subject).catch(refuse)),
    guess: async (from, work) => {
      const counters = countersOf(from)
      // All are looked at before one is counted: an address that is used up must not lock the accounts that it names.
      for (const [limiter, key] of counters) await assertFree(limiter, key)
      const taken: Counter[] = []
      const giveBack = () => Promise.all(taken.map(([limiter, key]) => limiter.reward(key).catch(() => undefined)))
      // Counted before it is tried, and given back unless it was wrong: guesses at the same time count as well.
      for (const counter of counters) {
        taken.push(counter)
        await counter[0].consume(counter[1]).catch(async (rejected: unknown) => {
          // What is refused was counted too.
          await giveBack()
          refuse(rejected)
        })
      }
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

type Counter = readonly [limiter: RateLimiterAbstract, key: string]

const assertFree = async (limiter: RateLimiterAbstract, key: string): Promise<void> => {
  const counted = await limiter.get(key)
  if (counted && counted.consumedPoints >= limiter.points && counted.msBeforeNext > 0) refuse(counted)
}

/** The library's own, but for a count that was given back: nothing is kept of it, as in memory. */
const COUNT_IN_REDIS = `
redis.call('set', KEYS[1], 0, 'EX', ARGV[2], 'NX')
local consumed = redis.call('incrby', KEYS[1], ARGV[1])
local ttl = redis.call('pttl', KEYS[1])
if consumed <= 0 then
  redis.call('del', KEYS[1])
end
return {consumed, ttl}`

const refuse = (rejected: unknown): never => {
  if (!(rejected instanceof RateLimiterRes)) throw rejected
  const retryAfterSeconds = Math.max(1, Math.ceil(rejected.msBeforeNext / 1000))
  throw new RateLimitedError(`Too many at once. Try again in ${retryAfterSeconds} s.`, { retryAfterSeconds })
}
