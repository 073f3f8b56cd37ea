import { Redis } from 'ioredis'
import { LRUCache } from 'lru-cache'
import type { JsonValue } from './json.ts'
import type { Logger } from './telemetry.ts'
import { once, type Disposer } from './time.ts'

/** Keeps what can be computed again. A cache that is down answers as an empty one. */
export interface Cache {
  get<T extends JsonValue>(key: string): Promise<T | null>
  set(key: string, value: JsonValue, options: { ttlSeconds: number }): Promise<void>
  delete(key: string): Promise<void>
  dispose: Disposer
}

const MAX_ENTRIES = 10_000

/** Within one process, bounded to 10,000 entries. */
export const createMemoryCache = (): Cache => {
  const entries = new LRUCache<string, { value: JsonValue }>({ max: MAX_ENTRIES })
  return {
    get: async <T extends JsonValue>(key: string) => structuredClone(entries.get(key)?.value ?? null) as T | null,
    set: async (key, value, { ttlSeconds }) =>
      void entries.set(key, { value: structuredClone(value) }, { ttl: ttlSeconds * 1000 }),
    delete: async (key) => void entries.delete(key),
    dispose: async () => entries.clear(),
  }
}

/** Between the processes of one installation, in a Redis that it may share with others. */
export const createRedisCache = (url: string, installation: string, logger: Logger): Cache => {
  const redis = new Redis(url, {
    keyPrefix: `mothership:${installation}:cache:`,
    maxRetriesPerRequest: 1,
    enableOfflineQueue: false,
    commandTimeout: 1000,
  })
  redis.on('error', (error: unknown) => logger.warn({ error }, 'Redis cannot be reached; going on without a cache'))
  const orElse = async <T>(work: Promise<T>, fallback: T): Promise<T> => {
    try {
      return await work
    } catch {
      return fallback
    }
  }
  return {
    get: async <T extends JsonValue>(key: string) => {
      const text = await orElse(redis.get(key), null)
      return text === null ? null : (JSON.parse(text) as T)
    },
    set: async (key, value, { ttlSeconds }) =>
      void (await orElse(redis.set(key, JSON.stringify(value), 'EX', Math.max(1, Math.ceil(ttlSeconds))), null)),
    delete: async (key) => void (await orElse(redis.del(key), 0)),
    dispose: once(async () => redis.disconnect()),
  }
}
