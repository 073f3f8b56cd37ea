import { randomUUID } from 'node:crypto'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { type Cache, createMemoryCache, createRedisCache } from '../src/cache.ts'
import { testLogger } from '../src/testing.ts'
import { CLOSED_REDIS, redisUrl } from './fixture/services.ts'

/** A second, which waitFor gives unless it is told, is not enough where the machine is busy. */
const SOON = { timeout: 60_000 }

const overRedis = async (): Promise<Cache> => {
  const cache = createRedisCache(redisUrl!, randomUUID(), testLogger)
  // What is set before the connection stands is lost, as while Redis is away.
  await vi.waitFor(async () => {
    const key = randomUUID()
    await cache.set(key, true, { ttlSeconds: 1 })
    expect(await cache.get(key)).toBe(true)
  }, SOON)
  return cache
}

describe.each([
  { title: 'a cache in memory', create: async () => createMemoryCache(), isRun: true },
  {
    title: redisUrl === undefined ? 'a cache in Redis (not run: REDIS_URL is not set)' : 'a cache in Redis',
    create: overRedis,
    isRun: redisUrl !== undefined,
  },
])('$title', ({ create, isRun }) => {
  describe.runIf(isRun)('that is up', () => {
    let cache: Cache
    let key: string
    beforeEach(async () => {
      cache = await create()
      key = `test:${randomUUID()}`
    })
    afterEach(() => cache.dispose())

    it('gives back any JSON as it was set', async () => {
      const value = { list: [1, 'two', null, { é: false }], at: '2026-01-31T12:00:00.000Z' }
      await cache.set(key, value, { ttlSeconds: 60 })
      expect(await cache.get(key)).toEqual(value)
    })

    it('has null for what was never set, and for what was deleted', async () => {
      expect(await cache.get(key)).toBeNull()
      await cache.set(key, 1, { ttlSeconds: 60 })
      await cache.delete(key)
      await cache.delete(key)
      expect(await cache.get(key)).toBeNull()
    })

    it('forgets when the time to live is over, counted from the last set', async () => {
      await cache.set(key, 'first', { ttlSeconds: 60 })
      await cache.set(key, 'second', { ttlSeconds: 60 })
      expect(await cache.get(key)).toBe('second')
      await cache.set(key, 'third', { ttlSeconds: 1 })
      await vi.waitFor(async () => expect(await cache.get(key)).toBeNull(), { ...SOON, interval: 100 })
    })
  })
})

it('in memory keeps 10,000 entries, and forgets the one that was not used for longest', async () => {
  const cache = createMemoryCache()
  for (let index = 0; index < 10_000; index++) await cache.set(`key ${index}`, index, { ttlSeconds: 60 })
  await cache.get('key 0')
  await cache.set('one more', true, { ttlSeconds: 60 })
  expect([await cache.get('key 0'), await cache.get('key 1'), await cache.get('key 2')]).toEqual([0, null, 2])
})

describe.runIf(redisUrl !== undefined)('two installations on one Redis', () => {
  it('see nothing of what the other keeps', async () => {
    const [ours, theirs] = [await overRedis(), await overRedis()]
    await ours.set('key', 'ours', { ttlSeconds: 60 })
    expect([await ours.get('key'), await theirs.get('key')]).toEqual(['ours', null])
    await ours.dispose()
    await theirs.dispose()
  })
})

it('answers as an empty cache while Redis is away', async () => {
  const cache = createRedisCache(CLOSED_REDIS, randomUUID(), testLogger)
  await cache.set('key', 1, { ttlSeconds: 60 })
  expect(await cache.get('key')).toBeNull()
  await cache.delete('key')
  await cache.dispose()
})
