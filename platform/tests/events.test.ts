import { PrismaClient } from '@mothership/prisma'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { prismaOf, type PrismaSql } from '../src/database.ts'
import type { StoredEvent } from '../src/events.ts'
import type { Runtime } from '../src/subgraph.ts'
import { correlationId, currentCorrelationId, withCorrelationId } from '../src/telemetry.ts'
import { createTestRuntime } from '../src/testing.ts'
import { sleep } from '../src/time.ts'
import { serverUrl } from './fixture/services.ts'

let runtime: Runtime & { dispose: () => Promise<void> }
let prisma: PrismaClient

beforeAll(async () => {
  runtime = await createTestRuntime('task')
  prisma = runtime.database.client(PrismaClient)
})
afterAll(() => runtime.dispose())

const draft = (entityId: string, version: number, type = 'CHANGED') => ({
  entityId,
  version,
  type,
  payload: { version },
  payloadVersion: 1,
})

const take = async (iterator: AsyncIterator<StoredEvent>, count: number): Promise<StoredEvent[]> => {
  const taken: StoredEvent[] = []
  while (taken.length < count) {
    const result = await iterator.next()
    if (result.done) break
    taken.push(result.value)
  }
  return taken
}

describe('the event log', () => {
  it('shows 16 concurrent writers to a reader that resumes by cursor: every event once and in order', async () => {
    const WRITERS = 16
    const EACH = 25
    const start = await runtime.events.head()
    const writers = Array.from({ length: WRITERS }, async (_, writer) => {
      for (let version = 1; version <= EACH; version++) {
        await runtime.events.write(prisma, async (tx, append) => {
          await append([draft(`writer-${writer}`, version)])
          // Holds some transactions open after their event has its id, so that commits overtake each other.
          if (version % 5 === 0) await (tx as PrismaSql).$queryRawUnsafe('select pg_sleep(0.005)::text')
        })
      }
    })
    const seen: StoredEvent[] = []
    let after = start
    while (seen.length < WRITERS * EACH) {
      // Drops its subscription after a few events, as a client does, and comes back with its cursor.
      const iterator = runtime.events.follow({ stream: 'task', after })
      const taken = await take(iterator, Math.min(7, WRITERS * EACH - seen.length))
      await iterator.return?.()
      seen.push(...taken)
      after = taken.at(-1)?.position ?? after
    }
    await Promise.all(writers)
    expect(seen.map((event) => event.position)).toEqual(seen.map((_, index) => start + index + 1))
    for (let writer = 0; writer < WRITERS; writer++) {
      const versions = seen.filter((event) => event.entityId === `writer-${writer}`).map((event) => event.version)
      expect(versions).toEqual(Array.from({ length: EACH }, (_, index) => index + 1))
    }
    expect(await runtime.events.read({ stream: 'task', after, limit: 10 })).toEqual([])
  })

  it('writes no event of a transaction that rolls back', async () => {
    const before = await runtime.events.head()
    const failing = runtime.events.write(prisma, async (_tx, append) => {
      await append([draft('rolled-back', 1)])
      throw new Error('no')
    })
    await expect(failing).rejects.toThrow('no')
    await runtime.events.write(prisma, (_tx, append) => append([draft('kept', 1)]))
    const iterator = runtime.events.follow({ stream: 'task', after: before })
    const [event] = await take(iterator, 1)
    await iterator.return?.()
    expect(event?.entityId).toBe('kept')
  })

  it('has everything that was committed behind its head, numbered already or not', async () => {
    await prisma.$executeRawUnsafe(
      `insert into events.event (stream, entity_id, version, type, payload, payload_version)
       values ('task', 'left', 1, 'TEST', '{}', 1)`,
    )
    const after = await runtime.events.head()
    await runtime.events.write(prisma, (_tx, append) => append([draft('next', 1)]))
    const iterator = runtime.events.follow({ stream: 'task', after })
    const [event] = await take(iterator, 1)
    await iterator.return?.()
    expect(event?.entityId).toBe('next')
  })

  it('tells a transaction that takes too long as UNAVAILABLE, and writes nothing', async () => {
    const inMilliseconds = (timeout: number) => ({
      $transaction: <R>(work: (tx: PrismaSql) => Promise<R>): Promise<R> => prisma.$transaction(work, { timeout }),
    })
    const slowly = (entityId: string, timeout: number) =>
      runtime.events.write(inMilliseconds(timeout), async (tx, append) => {
        await append([draft(entityId, 1)])
        await sleep(600)
        await tx.$queryRawUnsafe('select 1')
      })
    const start = await runtime.events.head()
    await expect(slowly('late', 200)).rejects.toMatchObject({ code: 'UNAVAILABLE' })
    await slowly('in-time', 20_000)
    await runtime.events.head()
    const read = await runtime.events.read({ stream: 'task', after: start, limit: 10 })
    expect(read.map(({ entityId }) => entityId)).toEqual(['in-time'])
  })

  it('refuses the same version of an entity twice', async () => {
    await runtime.events.write(prisma, (_tx, append) => append([draft('once', 1)]))
    await expect(runtime.events.write(prisma, (_tx, append) => append([draft('once', 1)]))).rejects.toThrow()
  })

  it('ends a follower that waits as soon as it is returned', async () => {
    const iterator = runtime.events.follow({ stream: 'task', after: await runtime.events.head() })
    const pending = iterator.next()
    await iterator.return?.()
    await expect(pending).resolves.toEqual({ done: true, value: undefined })
  })

  it('follows its own positions where a "look" tells of one that is far ahead', async () => {
    const iterator = runtime.events.follow({ stream: 'task', after: await runtime.events.head() })
    const pending = iterator.next()
    await runtime.bus.publish('events', 1_000_000)
    await runtime.events.write(prisma, (_tx, append) => append([draft('ahead', 1)]))
    expect((await pending).value?.entityId).toBe('ahead')
    await iterator.return?.()
  })

  it('shows only the events of one entity where one is named', async () => {
    const after = await runtime.events.head()
    await runtime.events.write(prisma, (_tx, append) => append([draft('a', 1), draft('b', 1), draft('a', 2)]))
    const iterator = runtime.events.follow({ stream: 'task', after, entityId: 'a' })
    const events = await take(iterator, 2)
    await iterator.return?.()
    expect(events.map((event) => [event.entityId, event.version])).toEqual([
      ['a', 1],
      ['a', 2],
    ])
  })
})

// PGlite has one connection, and so never two transactions that wait for each other.
describe.runIf(serverUrl !== undefined)(
  serverUrl === undefined ? 'two writers (not run: DATABASE_URL is not set)' : 'two writers',
  () => {
    it('wait for each other no longer than they may', async () => {
      await runtime.database.query('create table public.single (id integer primary key)')
      const client = {
        $transaction: <R>(work: (tx: PrismaSql) => Promise<R>): Promise<R> =>
          runtime.database.transaction((sql) => work(prismaOf(sql)), { timeoutMilliseconds: 200 }),
      }
      await runtime.database.transaction(async (other) => {
        await other.query('insert into public.single values (1)')
        const waiting = runtime.events.write(
          client,
          async (tx) => void (await tx.$executeRawUnsafe('insert into public.single values (1)')),
        )
        await expect(waiting).rejects.toMatchObject({ code: 'UNAVAILABLE' })
      })
    })

    it.each([
      ['a deadlock', 'read committed'],
      ['a serialization failure', 'serializable'],
    ])('are both done after %s, each once', async (title, isolation) => {
      const table = `public.pair_${isolation.replace(' ', '_')}`
      await runtime.database.query(`create table ${table} (id integer primary key, seen integer not null)`)
      await runtime.database.query(`insert into ${table} values (1, 0), (2, 0)`)
      const after = await runtime.events.head()
      let tries = 0
      const haveBegun = barrier(2)
      const write = (entityId: string, first: number, second: number) =>
        runtime.events.write(prisma, async (tx, append) => {
          tries += 1
          await tx.$executeRawUnsafe(`set transaction isolation level ${isolation}`)
          await append([draft(entityId, 1)])
          if (isolation === 'serializable') await tx.$queryRawUnsafe(`select sum(seen)::integer as sum from ${table}`)
          else await tx.$executeRawUnsafe(`update ${table} set seen = seen + 1 where id = ${first}`)
          // Only together do they stand in each other's way; who tries again finds the other one begun already.
          await haveBegun()
          await tx.$executeRawUnsafe(`update ${table} set seen = seen + 1 where id = ${second}`)
        })
      const [one, two] = [`${title} one`, `${title} two`]
      await Promise.all([write(one, 1, 2), write(two, 2, 1)])
      expect(tries).toBeGreaterThan(2)
      const iterator = runtime.events.follow({ stream: 'task', after })
      const written = await take(iterator, 2)
      await iterator.return?.()
      expect(written.map(({ entityId }) => entityId).sort()).toEqual([one, two])
      expect(await runtime.events.read({ stream: 'task', after: written.at(-1)?.position ?? 0, limit: 10 })).toEqual([])
      const [row] = await runtime.database.query<{ seen: number }>(`select sum(seen)::integer as seen from ${table}`)
      expect(row?.seen).toBe(isolation === 'serializable' ? 2 : 4)
    })
  },
)

/** Resolves for all when so many have come, and at once for who comes later. */
const barrier = (count: number): (() => Promise<void>) => {
  let open: () => void = () => undefined
  const opened = new Promise<void>((resolve) => (open = resolve))
  let come = 0
  return () => {
    if (++come >= count) open()
    return opened
  }
}

describe('a durable consumer', () => {
  it('takes each event into effect once, over failures and restarts', async () => {
    await prisma.$executeRawUnsafe('create table public.effect (position bigint primary key)')
    const options = { name: 'test.effects', stream: 'task', client: prisma }
    let failures = 2
    const handle = async (tx: PrismaSql, events: StoredEvent[]): Promise<void> => {
      for (const event of events) {
        await tx.$executeRawUnsafe('insert into public.effect (position) values ($1)', event.position)
      }
      if (failures-- > 0) throw new Error('not now')
    }
    const first = runtime.events.consume({ ...options, handle })
    await runtime.events.write(prisma, (_tx, append) => append([draft('c', 1), draft('c', 2)]))
    const effects = async (): Promise<number> => {
      const [row] = await runtime.database.query<{ count: number }>('select count(*) as count from public.effect')
      return row?.count ?? 0
    }
    const isUpToDate = async (): Promise<boolean> => {
      const [pending] = await runtime.database.query('select 1 from events.event where position is null')
      return !pending && (await effects()) === (await runtime.events.head())
    }
    await expect.poll(isUpToDate, { timeout: 60_000 }).toBe(true)
    await first()
    await runtime.events.write(prisma, (_tx, append) => append([draft('c', 3)]))
    const second = runtime.events.consume({ ...options, handle })
    await expect.poll(isUpToDate, { timeout: 60_000 }).toBe(true)
    await second()
    expect(await effects()).toBe(await runtime.events.head())
  })
})

describe('a correlation id', () => {
  it('is that of the request that wrote an event, and its consumer works under it', async () => {
    const before = await runtime.events.head()
    await withCorrelationId('req-1', () =>
      runtime.events.write(prisma, (_tx, append) => append([draft('correlated', 1), draft('correlated', 2)])),
    )
    await runtime.events.write(prisma, (_tx, append) => append([draft('uncorrelated', 1)]))
    await runtime.events.head()
    const written = await runtime.events.read({ stream: 'task', after: before, limit: 10 })
    expect(written.map((event) => event.correlationId)).toEqual(['req-1', 'req-1', null])
    let position = 0
    const seen = new Map<string, string | null>()
    const stop = runtime.events.consume({
      name: 'test.correlated',
      stream: 'task',
      client: prisma,
      handle: (_tx, events) => {
        for (const event of events) seen.set(event.entityId, currentCorrelationId())
        position = events.at(-1)?.position ?? position
        return Promise.resolve()
      },
    })
    const head = await runtime.events.head()
    await expect.poll(() => position, { timeout: 60_000 }).toBe(head)
    for (const id of ['req-4', 'req-5']) {
      await withCorrelationId(id, () => runtime.events.write(prisma, (_tx, append) => append([draft(id, 1)])))
      await expect.poll(() => seen.get(id), { timeout: 60_000 }).toBe(id)
    }
    await stop()
  })
})

describe('a background job', () => {
  it('runs under the correlation id of the request that sent it', async () => {
    const seen = new Map<string, string>()
    await runtime.jobs.work<string>('test.correlated', (data) => {
      for (const each of data) seen.set(each, correlationId())
      return Promise.resolve()
    })
    for (const id of ['req-2', 'req-3']) {
      await withCorrelationId(id, () =>
        prisma.$transaction((tx) => runtime.jobs.send(tx, 'test.correlated', `of ${id}`)),
      )
    }
    runtime.jobs.wake('test.correlated')
    await expect
      .poll(() => Object.fromEntries(seen), { timeout: 60_000 })
      .toEqual({
        'of req-2': 'req-2',
        'of req-3': 'req-3',
      })
  })

  it('exists only where its transaction commits, and runs at least once', async () => {
    const done: unknown[] = []
    let failures = 1
    await runtime.jobs.work<string>('test.job', async (data) => {
      if (failures-- > 0) throw new Error('again')
      done.push(...data)
    })
    const failing = prisma.$transaction(async (tx) => {
      await runtime.jobs.send(tx, 'test.job', 'rolled back')
      throw new Error('no')
    })
    await expect(failing).rejects.toThrow('no')
    await prisma.$transaction((tx) => runtime.jobs.send(tx, 'test.job', 'kept'))
    runtime.jobs.wake('test.job')
    await expect.poll(() => done, { timeout: 60_000 }).toEqual(['kept'])
  })
})
