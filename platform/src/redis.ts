import { Redis } from 'ioredis'
import { reasonOf, StartError } from './environment.ts'

/** How long a Redis may take to answer at the start, in milliseconds. */
const PATIENCE_MILLISECONDS = 5000

/**
 * Asks Redis once, before anything relies on it: later it may be away for a while, but one that was never there is a
 * mistake that somebody has to mend. Throws StartError.
 */
export const assertRedis = async (url: string): Promise<void> => {
  const redis = new Redis(url, {
    lazyConnect: true,
    maxRetriesPerRequest: 0,
    retryStrategy: () => null,
    connectTimeout: PATIENCE_MILLISECONDS,
    commandTimeout: PATIENCE_MILLISECONDS,
  })
  // What a command fails with says only that there is no connection; this says why.
  let fault: unknown
  redis.on('error', (error: unknown) => (fault = error))
  try {
    await redis.ping()
  } catch (error) {
    const { hostname, port } = new URL(url)
    throw new StartError(
      `Redis at ${hostname}:${port || 6379} cannot be reached (${reasonOf(fault ?? error)}). ` +
        'Start it, or correct REDIS_URL; in one process nothing needs a Redis: leave REDIS_URL out.',
      { cause: error },
    )
  } finally {
    redis.disconnect()
  }
}
