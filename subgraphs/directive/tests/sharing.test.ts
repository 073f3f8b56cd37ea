import { randomUUID } from 'node:crypto'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { createMemoryBus } from '@mothership/platform/bus'
import { type Cache, createMemoryCache } from '@mothership/platform/cache'
import type { Database } from '@mothership/platform/database'
import { type RunningSubgraph, startSubgraph } from '@mothership/platform/subgraph'
import { createTestDatabase, testLogger, type TestSubgraph } from '@mothership/platform/testing'
import { parseModelSettings } from '../src/environment.ts'
import { type Outcome, createSharing } from '../src/models/sharing.ts'
import { createClaimStore } from '../src/store/model-claims.ts'
import { createUsageStore } from '../src/store/model-usage.ts'
import { createDirectiveSubgraph } from '../src/subgraph.ts'
import { generate, ids, startDirectives } from './fixture.ts'
import { proposing, QUICK } from './wire/asked.ts'
import { gives, startProviders } from './wire/providers.ts'

/** A second, which is given unless it is told, is not enough where the machine is busy. */
const SOON = { timeout: 60_000 }

/** Two processes on one database, as far as sharing sees them: each has a memory of its own, but for the cache and the bus. */
describe('the same question in two processes', () => {
  let database: Database
  const bus = createMemoryBus(testLogger)
  const cache = createMemoryCache()
  const noCache: Cache = {
    get: async () => null,
    set: async () => undefined,
    delete: async () => undefined,
    dispose: async () => undefined,
  }
  beforeAll(async () => {
    database = await createTestDatabase()
  })
  afterAll(() => database.dispose())
  beforeEach(() => void (looks = 0))
  afterEach(async () => void (await database.query('delete from directive.model_claim')))

  /** How often a process has looked whose call it is: whoever has looked waits for it, or makes it. */
  let looks = 0
  const start = (kept: Cache = cache) => {
    const store = createClaimStore(database)
    const takeClaim: typeof store.takeClaim = async (...claim) => {
      const holder = await store.takeClaim(...claim)
      looks += 1
      return holder
    }
    return createSharing({ cache: kept, bus, claims: { ...store, takeClaim }, logger: testLogger })
  }
  const looked = (atLeast: number) => expect.poll(() => looks, SOON).toBeGreaterThanOrEqual(atLeast)
  /** What waits there goes on once it is opened. */
  const createGate = () => {
    let open: () => void = () => undefined
    const opened = new Promise<void>((resolve) => (open = resolve))
    return { open, opened }
  }
  const job = (key: string, work: () => Promise<Outcome>) => ({
    key,
    ttlSeconds: 60,
    deadline: performance.now() + 100_000,
    isUsable: () => true,
    work,
  })
  const pause = () => new Promise((resolve) => setTimeout(resolve, 200))
  const claims = () => database.query('select key from directive.model_claim')

  it('is asked once, whoever asks it and how often at once', async () => {
    const [one, other] = [await start(), await start()]
    const key = randomUUID()
    let calls = 0
    const work = async (): Promise<Outcome> => {
      calls += 1
      await pause()
      return { value: 'answer' }
    }
    const askers = Array.from({ length: 1000 }, (_, n) => (n % 2 === 0 ? one : other).share(job(key, work)))
    const answers = await Promise.all(askers)
    expect(calls).toBe(1)
    expect(answers.every((answer) => 'value' in answer && answer.value === 'answer')).toBe(true)
    expect(answers.filter(({ isCached }) => !isCached)).toHaveLength(1)
    expect(await one.share(job(key, work))).toEqual({ value: 'answer', isCached: true })
    expect(await claims()).toEqual([])
  })

  it('fails for all who waited, and is asked anew by who comes later', async () => {
    const [one, other] = [await start(), await start()]
    const key = randomUUID()
    const gate = createGate()
    let calls = 0
    const work = async (): Promise<Outcome> => {
      calls += 1
      await gate.opened
      return { reason: 'all failed' }
    }
    const askers = Array.from({ length: 100 }, (_, n) => (n % 2 === 0 ? one : other).share(job(key, work)))
    // Each of the two processes: one that came only after the failure would rightly ask anew.
    await looked(2)
    gate.open()
    expect(new Set((await Promise.all(askers)).map((answer) => JSON.stringify({ ...answer, isCached: 0 })))).toEqual(
      new Set([JSON.stringify({ reason: 'all failed', isCached: 0 })]),
    )
    expect(calls).toBe(1)
    expect(await other.share(job(key, async () => ({ value: 'later' })))).toEqual({ value: 'later', isCached: false })
  })

  it.each([
    ['the same process', true],
    ['another process', false],
  ])('is asked once more by who has much more time than the one that failed, in %s', async (_, isSame) => {
    const one = await start()
    const other = isSame ? one : await start()
    const key = randomUUID()
    const gate = createGate()
    const failing = one.share({
      ...job(key, async () => {
        await gate.opened
        return { reason: 'there was no time' }
      }),
      deadline: performance.now() + 60_000,
    })
    await expect.poll(claims, SOON).toHaveLength(1)
    const patient = other.share(job(key, async () => ({ value: 'had the time' })))
    await looked(isSame ? 1 : 2)
    gate.open()
    expect(await failing).toEqual({ reason: 'there was no time', isCached: false })
    expect(await patient).toEqual({ value: 'had the time', isCached: false })
  })

  it('is given up by a process that ends, for another to ask', async () => {
    const one = await start()
    const key = randomUUID()
    await createClaimStore(database).takeClaim(key, randomUUID(), 600)
    const waiting = one.share(job(key, async () => ({ value: 'never' })))
    const answer = expect(waiting).rejects.toMatchObject({ code: 'UNAVAILABLE' })
    await one.dispose()
    await answer
  })

  it('is taken over from a process that died', async () => {
    const key = randomUUID()
    await createClaimStore(database).takeClaim(key, randomUUID(), 1)
    const answer = await (await start()).share(job(key, async () => ({ value: 'taken over' })))
    expect(answer).toEqual({ value: 'taken over', isCached: false })
  })

  it('is not waited for longer than the answer is of use', async () => {
    const key = randomUUID()
    await createClaimStore(database).takeClaim(key, randomUUID(), 600)
    const impatient = { ...job(key, async () => ({ value: 'never' })), deadline: performance.now() + 500 }
    expect(await (await start()).share(impatient)).toMatchObject({ reason: expect.stringContaining('Another process') })
  })

  it('leaves who shares a call within one process its own patience', async () => {
    const one = await start()
    const key = randomUUID()
    const [begun, answered] = [createGate(), createGate()]
    const work = async (): Promise<Outcome> => {
      begun.open()
      await answered.opened
      return { value: 'at last' }
    }
    const slow = one.share(job(key, work))
    await begun.opened
    const impatient = { ...job(key, async () => ({ value: 'never' })), deadline: performance.now() + 100 }
    expect(await one.share(impatient)).toMatchObject({ reason: expect.stringContaining('did not answer in time') })
    answered.open()
    expect(await slow).toEqual({ value: 'at last', isCached: false })
  })

  it('costs calls without a cache, and never an answer', async () => {
    const [one, other] = [await start(noCache), await start(noCache)]
    const key = randomUUID()
    let calls = 0
    const work = async (): Promise<Outcome> => ({ value: ++calls })
    const answers = await Promise.all([one.share(job(key, work)), other.share(job(key, work))])
    expect(answers.map((answer) => 'value' in answer)).toEqual([true, true])
    expect(calls).toBe(2)
  })

  it('holds nobody up where its work throws', async () => {
    const one = await start()
    const key = randomUUID()
    await expect(one.share(job(key, () => Promise.reject(new Error('a bug'))))).rejects.toThrow('a bug')
    expect(await one.share(job(key, async () => ({ value: 'after' })))).toEqual({ value: 'after', isCached: false })
  })

  it('has its claim by the database alone: one holder, until it is released or runs out', async () => {
    const store = createClaimStore(database)
    const [key, mine, theirs] = [randomUUID(), randomUUID(), randomUUID()]
    expect(await store.takeClaim(key, mine, 600)).toBe(mine)
    expect(await store.takeClaim(key, theirs, 600)).toBe(mine)
    await store.releaseClaim(key, theirs)
    expect(await store.takeClaim(key, theirs, 600)).toBe(mine)
    await store.renewClaim(key, mine, -1)
    expect(await store.takeClaim(key, theirs, 600)).toBe(theirs)
    await store.releaseClaim(key, theirs)
    expect(await claims()).toEqual([])
    expect((await createUsageStore(database, { keptDays: 400 }).usageToday()).calls).toBe(0)
  })
})

/** `data` of a test's subgraph, for one that was started beside it. */
const dataOf =
  (subgraph: RunningSubgraph): TestSubgraph['data'] =>
  async <T>(query: string, variables?: Record<string, unknown>) => {
    const identity = { role: 'ADMIN', subject: 'admin', name: 'admin' } as const
    const { data, errors } = await subgraph.execute({ query, variables, identity, correlationId: randomUUID() })
    if (errors?.[0]) throw errors[0]
    return data as T
  }

describe('many requests for the same directive at once, to two directive subgraphs', () => {
  let directives: TestSubgraph
  let second: RunningSubgraph
  const wired = startProviders()
  beforeAll(async () => {
    const { urls } = await wired
    const variables = { OPENAI_API_KEY: 'a', MOTHERSHIP_MODELS: 'openai:gpt-test', ...urls }
    directives = await startDirectives(variables, QUICK)
    const another = createDirectiveSubgraph({ settings: () => parseModelSettings(variables), pacing: QUICK })
    second = await startSubgraph(another, directives.runtime)
  })
  afterAll(async () => {
    await second.dispose()
    await directives.dispose()
    await (await wired).dispose()
  })

  it('are one call of the provider', async () => {
    const wire = await wired
    const added = {
      statement: 'One more.',
      phase: 'RESULT',
      check: { kind: 'steps', require: ['more'] },
      because: [ids.verify],
    }
    wire.next(gives.late(300, proposing(added)))
    const request = { taskType: 'test.solve', input: { same: true } }
    const other: TestSubgraph = { ...directives, data: dataOf(second) }
    const all = await Promise.all(
      Array.from({ length: 200 }, (_, n) => generate(n % 2 === 0 ? directives : other, request)),
    )
    expect(wire.requests).toHaveLength(1)
    expect(all.every(({ engine }) => engine.provider === 'openai')).toBe(true)
    expect(all.every(({ constraints }) => constraints.some(({ origin }) => origin === 'MODEL'))).toBe(true)
    expect(all.filter(({ engine }) => !engine.cached)).toHaveLength(1)
    expect(all.reduce((sum, { modelUsage }) => sum + modelUsage.calls, 0)).toBe(1)
    expect((await generate(other, request)).engine.cached).toBe(true)
  })
})
