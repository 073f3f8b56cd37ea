import { RateLimitedError, UnauthenticatedError } from '@mothership/platform/errors'
import { Redis } from 'ioredis'
import { randomUUID } from 'node:crypto'
import { afterAll, afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { createRateLimits, type RateLimits } from '../src/rate-limits.ts'

/** A second, which waitFor gives unless it is told, is not enough where the machine is busy. */
const SOON = { timeout: 60_000 }

const redisUrl = process.env['REDIS_URL'] || undefined
/** Nothing listens on port 1. */
const CLOSED_REDIS = 'redis://127.0.0.1:1'
const REQUESTS = 3000

const redis = redisUrl === undefined ? undefined : new Redis(redisUrl)
afterAll(() => redis?.disconnect())

/** Limits that count in Redis: before its connection stands, a gateway counts by itself. */
const inRedisOf = async (installation: string = randomUUID()): Promise<RateLimits> => {
  const limits = createRateLimits(redisUrl, installation)
  const probe = randomUUID()
  await vi.waitFor(async () => {
    await limits.request(probe)
    expect(await redis!.keys(`mothership:${installation}:requests:${probe}`)).toHaveLength(1)
  }, SOON)
  return limits
}

const wrong = async (): Promise<never> => {
  throw new UnauthenticatedError('the password is wrong')
}
const right = async (): Promise<string> => 'signed in'

const failures = async (limits: RateLimits, from: { account?: string; address: string }, count: number) => {
  for (let index = 0; index < count; index++) {
    await expect(limits.guess(from, wrong)).rejects.toBeInstanceOf(UnauthenticatedError)
  }
}

const inRedis = redisUrl === undefined ? 'in Redis (not run: REDIS_URL is not set)' : 'in Redis'
describe.each([
  { title: 'in memory', create: async () => createRateLimits(undefined, randomUUID()), isRun: true },
  { title: inRedis, create: () => inRedisOf(), isRun: redisUrl !== undefined },
  { title: 'while Redis is away', create: async () => createRateLimits(CLOSED_REDIS, randomUUID()), isRun: true },
])('limits $title', ({ create, isRun }) => {
  describe.runIf(isRun)('of one gateway', () => {
    let limits: RateLimits
    let account: string
    let address: string
    beforeEach(async () => {
      limits = await create()
      account = `account ${randomUUID()}`
      address = `address ${randomUUID()}`
    })
    afterEach(() => limits.dispose())

    it('refuse a sign-in after ten failures of the account, with the right password too, and do not try it', async () => {
      await failures(limits, { account, address }, 10)
      let isTried = false
      const refused = await limits
        .guess({ account, address }, async () => {
          isTried = true
        })
        .catch((error: unknown) => error)
      expect(refused).toBeInstanceOf(RateLimitedError)
      const { retryAfterSeconds } = (refused as RateLimitedError).details
      expect(retryAfterSeconds).toBeGreaterThan(0)
      expect(retryAfterSeconds).toBeLessThanOrEqual(60)
      expect(isTried).toBe(false)
      expect(await limits.guess({ account: `${account} 2`, address }, right)).toBe('signed in')
    })

    it('hold for guesses that come at once, too', async () => {
      let tried = 0
      const guess = () =>
        limits.guess({ account, address }, async () => {
          tried++
          return wrong()
        })
      await Promise.allSettled(Array.from({ length: 50 }, guess))
      expect(tried).toBe(10)
    })

    it('refuse an address after a hundred failures, whatever the accounts', async () => {
      for (let person = 0; person < 20; person++)
        await failures(limits, { account: `${account} ${person}`, address }, 5)
      await expect(limits.guess({ account, address }, right)).rejects.toBeInstanceOf(RateLimitedError)
      await expect(limits.guess({ address }, right)).rejects.toBeInstanceOf(RateLimitedError)
      expect(await limits.guess({ account, address: `${address} 2` }, right)).toBe('signed in')
    })

    it('count neither a sign-in that succeeds nor a fault of ours', async () => {
      const fault = async (): Promise<never> => {
        throw new TypeError('the database is away')
      }
      for (let index = 0; index < 15; index++) {
        expect(await limits.guess({ account, address }, right)).toBe('signed in')
        await expect(limits.guess({ account, address }, fault)).rejects.toBeInstanceOf(TypeError)
      }
    })

    it('refuse the operations of one subject beyond 3,000 within ten seconds, and no one else’s', async () => {
      const askAll = (subject: string) =>
        Promise.allSettled(Array.from({ length: REQUESTS + 5 }, () => limits.request(subject)))
      let began = performance.now()
      let outcomes = await askAll(account)
      // Where asking took longer than that, there were two times of ten seconds: nobody had to be refused.
      for (let again = 0; performance.now() - began >= 10_000; again++) {
        began = performance.now()
        outcomes = await askAll(`${account} again ${again}`)
      }
      const refused = outcomes.filter((outcome) => outcome.status === 'rejected')
      expect(refused).toHaveLength(5)
      expect(refused[0]?.reason).toBeInstanceOf(RateLimitedError)
      await limits.request(`${account} 2`)
    })
  })
})

describe.runIf(redisUrl !== undefined)('limits in Redis of two gateways', () => {
  it('of two installations are their own', async () => {
    const [one, other] = [await inRedisOf(), await inRedisOf()]
    const from = { account: randomUUID(), address: randomUUID() }
    await failures(one, from, 10)
    await expect(one.guess(from, right)).rejects.toBeInstanceOf(RateLimitedError)
    expect(await other.guess(from, right)).toBe('signed in')
    await one.dispose()
    await other.dispose()
  })

  it('of one installation are shared', async () => {
    const installation = randomUUID()
    const [one, other] = [await inRedisOf(installation), await inRedisOf(installation)]
    const from = { account: randomUUID(), address: randomUUID() }
    await failures(one, from, 6)
    await failures(other, from, 4)
    await expect(one.guess(from, right)).rejects.toBeInstanceOf(RateLimitedError)
    await expect(other.guess(from, right)).rejects.toBeInstanceOf(RateLimitedError)
    await one.dispose()
    await other.dispose()
  })
})
