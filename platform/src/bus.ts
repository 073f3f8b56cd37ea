import { RedisPubSub } from 'graphql-redis-subscriptions'
import { PubSub, type PubSubEngine } from 'graphql-subscriptions'
import { Redis } from 'ioredis'
import type { JsonValue } from './json.ts'
import type { Logger } from './telemetry.ts'
import { once, type Disposer } from './time.ts'

/**
 * Says "look" between parts and processes. A message may be lost (Redis restarts): whoever depends on one also looks
 * by itself from time to time.
 */
export interface Bus {
  /** Never throws and never waits for long: a message that cannot be sent is lost. */
  publish(topic: string, message: JsonValue): Promise<void>
  subscribe(topic: string, listener: (message: JsonValue) => void): Promise<Disposer>
  dispose: Disposer
}

const busOf = (engine: PubSubEngine, logger: Logger, dispose: () => Promise<void>): Bus => ({
  publish: async (topic, message) => {
    try {
      await engine.publish(topic, message)
    } catch (error) {
      logger.warn({ error, topic }, 'a message on the bus was lost; its readers look by themselves')
    }
  },
  subscribe: async (topic, listener) => {
    const id = await engine.subscribe(topic, listener, {})
    return once(async () => void engine.unsubscribe(id))
  },
  dispose: once(dispose),
})

/** Within one process. */
export const createMemoryBus = (logger: Logger): Bus => busOf(new PubSub(), logger, async () => undefined)

/** Between the processes of one installation, over a Redis that it may share with others. */
export const createRedisBus = (url: string, installation: string, logger: Logger): Bus => {
  // A message that cannot be sent now is not worth keeping: fail it, so that nobody waits for Redis.
  const publisher = new Redis(url, { maxRetriesPerRequest: 1, enableOfflineQueue: false, commandTimeout: 2000 })
  const subscriber = new Redis(url, { maxRetriesPerRequest: null })
  for (const redis of [publisher, subscriber]) {
    redis.on('error', (error: unknown) => logger.warn({ error }, 'Redis cannot be reached; trying again'))
  }
  const engine = new RedisPubSub({ publisher, subscriber })
  const bus = busOf(engine, logger, async () => {
    publisher.disconnect()
    subscriber.disconnect()
  })
  const channel = (topic: string): string => `mothership:${installation}:${topic}`
  return {
    ...bus,
    publish: (topic, message) => bus.publish(channel(topic), message),
    subscribe: (topic, listener) => bus.subscribe(channel(topic), listener),
  }
}
