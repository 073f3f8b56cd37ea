import { LRUCache } from 'lru-cache'
import { RateLimiterMemory, type RateLimiterRes } from 'rate-limiter-flexible'

type Key = string | number

/** Keys that a limiter counts at a time. Far more than guesses can be wrong within a minute: each hashes a password. */
const MAX_KEYS = 10_000

/**
 * A limiter in memory that keeps a bounded number of keys, which are the caller's own words, and none that all was given
 * back of. Beyond the bound it forgets the one that was counted the longest ago.
 */
export class BoundedLimiter extends RateLimiterMemory {
  readonly #taken: LRUCache<Key, number>

  constructor({
    maxKeys = MAX_KEYS,
    ...options
  }: ConstructorParameters<typeof RateLimiterMemory>[0] & { maxKeys?: number }) {
    super(options)
    this.#taken = new LRUCache({
      max: maxKeys,
      dispose: (_taken, key, reason) => {
        if (reason === 'evict') void super.delete(key)
      },
    })
  }

  override consume(key: Key, points?: number): Promise<RateLimiterRes> {
    this.#taken.set(key, (this.#taken.get(key) ?? 0) + (points ?? 1))
    return super.consume(key, points)
  }

  override reward(key: Key, points?: number): Promise<RateLimiterRes> {
    const rewarded = super.reward(key, points)
    const taken = (this.#taken.get(key) ?? 0) - (points ?? 1)
    if (taken > 0) this.#taken.set(key, taken)
    else {
      this.#taken.delete(key)
      void super.delete(key)
    }
    return rewarded
  }
}
