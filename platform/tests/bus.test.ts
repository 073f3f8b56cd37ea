import { randomUUID } from 'node:crypto'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { type Bus, createMemoryBus, createRedisBus } from '../src/bus.ts'
import type { JsonValue } from '../src/json.ts'
import { testLogger } from '../src/testing.ts'
import { CLOSED_REDIS, redisUrl } from './fixture/services.ts'

/** A second, which waitFor gives unless it is told, is not enough where the machine is busy. */
const SOON = { timeout: 60_000 }

/** Who speaks and who listens: one part of a process, or two processes. */
interface Ends {
  speaker: Bus
  listener: Bus
}

const inMemory = async (): Promise<Ends> => {
  const bus = createMemoryBus(testLogger)
  return { speaker: bus, listener: bus }
}

const overRedis = async (): Promise<Ends> => {
  const installation = randomUUID()
  const ends = {
    speaker: createRedisBus(redisUrl!, installation, testLogger),
    listener: createRedisBus(redisUrl!, installation, testLogger),
  }
  const topic = randomUUID()
  const heard = vi.fn()
  const stop = await ends.listener.subscribe(topic, heard)
  // A message that is sent before the connection stands is lost.
  await vi.waitFor(async () => {
    await ends.speaker.publish(topic, null)
    expect(heard).toHaveBeenCalled()
  }, SOON)
  await stop()
  return ends
}

describe.each([
  { title: 'a bus in memory', create: inMemory, isRun: true },
  {
    title: redisUrl === undefined ? 'a bus over Redis (not run: REDIS_URL is not set)' : 'a bus over Redis',
    create: overRedis,
    isRun: redisUrl !== undefined,
  },
])('$title', ({ create, isRun }) => {
  describe.runIf(isRun)('with both ends up', () => {
    let ends: Ends
    let topic: string
    beforeEach(async () => {
      ends = await create()
      topic = `test.${randomUUID()}`
    })
    afterEach(async () => {
      await ends.speaker.dispose()
      await ends.listener.dispose()
    })

    it('brings each message whole and in order to every listener of its topic', async () => {
      const messages: JsonValue[] = [1, 'two', null, { three: [true, { é: '2026-01-31T12:00:00.000Z' }] }]
      const heard: JsonValue[][] = [[], []]
      for (const each of heard) await ends.listener.subscribe(topic, (message) => each.push(message))
      for (const message of messages) await ends.speaker.publish(topic, message)
      await vi.waitFor(() => expect(heard).toEqual([messages, messages]), SOON)
    })

    it('keeps topics apart, where one begins like the other too', async () => {
      const heard: JsonValue[] = []
      await ends.listener.subscribe(topic, (message) => heard.push(message))
      await ends.speaker.publish(`${topic}.more`, 'another')
      await ends.speaker.publish(`${topic.slice(0, -1)}*`, 'a pattern')
      await ends.speaker.publish(topic, 'this')
      await vi.waitFor(() => expect(heard).toEqual(['this']), SOON)
    })

    it('tells a listener that was disposed of nothing more, and the others still', async () => {
      const ended = vi.fn()
      const heard: JsonValue[] = []
      const stop = await ends.listener.subscribe(topic, ended)
      await ends.listener.subscribe(topic, (message) => heard.push(message))
      await stop()
      await stop()
      await ends.speaker.publish(topic, 1)
      await vi.waitFor(() => expect(heard).toEqual([1]), SOON)
      expect(ended).not.toHaveBeenCalled()
    })

    it('loses a message that nobody listens to', async () => {
      await ends.speaker.publish(topic, 'early')
      const heard: JsonValue[] = []
      await ends.listener.subscribe(topic, (message) => heard.push(message))
      await ends.speaker.publish(topic, 'late')
      await vi.waitFor(() => expect(heard).toEqual(['late']), SOON)
    })
  })
})

describe.runIf(redisUrl !== undefined)('two installations on one Redis', () => {
  it('hear nothing of each other', async () => {
    const [ours, theirs] = [await overRedis(), await overRedis()]
    const heard: JsonValue[] = []
    await ours.listener.subscribe('events', (message) => heard.push(message))
    await theirs.speaker.publish('events', 'theirs')
    await vi.waitFor(async () => {
      await ours.speaker.publish('events', 'ours')
      expect(heard).toContain('ours')
    }, SOON)
    expect(heard).not.toContain('theirs')
    for (const bus of [ours.speaker, ours.listener, theirs.speaker, theirs.listener]) await bus.dispose()
  })
})

it('loses a message, waits for nothing and throws nothing, while Redis is away', async () => {
  const bus = createRedisBus(CLOSED_REDIS, randomUUID(), testLogger)
  await bus.publish('test', 'lost')
  await bus.dispose()
})
