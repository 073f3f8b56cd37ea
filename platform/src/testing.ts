import { createHash, randomUUID } from 'node:crypto'
import { existsSync } from 'node:fs'
import { readFile, rename, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { ExecutionResult } from 'graphql'
import { Client } from 'pg'
import { dumpPglite, openDatabase, type Database } from './database.ts'
import { parseEnvironment, databaseUrlVariable, redisUrlVariable } from './environment.ts'
import type { Identity } from './identity.ts'
import { migrate, readMigrations } from './migrations.ts'
import { createRuntime, type Foundation, MIGRATIONS, openFoundation } from './runtime.ts'
import {
  startSubgraph,
  type RequestContext,
  type RunningSubgraph,
  type Runtime,
  type SubgraphDefinition,
} from './subgraph.ts'
import { isStream, type SubgraphName } from './subgraph-client.ts'
import { createLogger } from './telemetry.ts'
import { disposeAll, once, type Disposer } from './time.ts'
import { z } from 'zod'

const services = parseEnvironment(
  z.object({
    DATABASE_URL: databaseUrlVariable.optional(),
    REDIS_URL: redisUrlVariable.optional(),
    LOG_LEVEL: z.string().default('silent'),
  }),
  process.env,
)

export const testLogger = createLogger({ name: 'test', level: services.LOG_LEVEL })

/** A migrated database of its own: on PGlite, or on the server of DATABASE_URL where that is set. */
export const createTestDatabase = async (): Promise<Database & { url: string | undefined }> => {
  if (services.DATABASE_URL !== undefined) return createServerDatabase(services.DATABASE_URL)
  return { ...(await openDatabase({ folder: 'memory', dump: await migratedDump() })), url: undefined }
}

// initdb takes seconds: one dump of a migrated data directory serves all tests, until a migration changes.
const migratedDump = async (): Promise<Blob> => {
  const hash = createHash('sha256')
  for (const { name, checksum } of await readMigrations(MIGRATIONS)) hash.update(name).update(checksum)
  const path = join(tmpdir(), `mothership-test-${hash.digest('hex').slice(0, 16)}.tar`)
  if (!existsSync(path)) {
    const dump = await dumpPglite(async (database) => void (await migrate(database, MIGRATIONS)))
    const partial = `${path}.${process.pid}`
    await writeFile(partial, Buffer.from(await dump.arrayBuffer()))
    await rename(partial, path)
  }
  return new Blob([await readFile(path)])
}

const createServerDatabase = async (server: string): Promise<Database & { url: string }> => {
  const name = `mothership_test_${randomUUID().replaceAll('-', '').slice(0, 16)}`
  await asAdministrator(server, `create database ${name}`)
  const url = new URL(server)
  url.pathname = `/${name}`
  const database = await openDatabase({ url: url.href })
  await migrate(database, MIGRATIONS)
  const dispose = once(async () => {
    await database.dispose()
    await asAdministrator(server, `drop database ${name} with (force)`)
  })
  return { ...database, url: url.href, dispose }
}

const asAdministrator = async (server: string, statement: string): Promise<void> => {
  const client = new Client({ connectionString: server })
  await client.connect()
  try {
    await client.query(statement)
  } finally {
    await client.end()
  }
}

/** A foundation for a test: a database of its own, and Redis where REDIS_URL is set. */
export const createTestFoundation = async (): Promise<Foundation> => {
  const database = await createTestDatabase()
  return openFoundation({ database, redisUrl: services.REDIS_URL, logger: testLogger })
}

/** A runtime without peers, for tests of a store. */
export const createTestRuntime = async (name: SubgraphName): Promise<Runtime & { dispose: Disposer }> => {
  const foundation = await createTestFoundation()
  const runtime = await createRuntime(foundation, name, () => undefined)
  return { ...runtime, dispose: once(() => disposeAll([runtime.events.dispose, foundation.dispose])) }
}

export interface TestSubgraph {
  readonly runtime: Runtime
  readonly subgraph: RunningSubgraph
  query(source: string, variables?: Record<string, unknown>, identity?: Partial<Identity>): Promise<ExecutionResult>
  /** The data of a query that must succeed. Throws its first error otherwise. */
  data<T>(source: string, variables?: Record<string, unknown>, identity?: Partial<Identity>): Promise<T>
  subscribe(
    source: string,
    variables?: Record<string, unknown>,
    identity?: Partial<Identity>,
  ): Promise<AsyncIterableIterator<ExecutionResult>>
  /** As `data`, of one of the peers. */
  peerData<T>(name: SubgraphName, source: string, variables?: Record<string, unknown>): Promise<T>
  dispose: Disposer
}

const ADMIN: Identity = { role: 'ADMIN', subject: 'admin', name: 'admin' }

/** Starts a subgraph, and the real ones that it asks, on a database of their own. Queries run as `admin` by default. */
export const startTestSubgraph = async <C extends RequestContext>(
  definition: SubgraphDefinition<C>,
  options: { peers?: readonly SubgraphDefinition<never>[] } = {},
): Promise<TestSubgraph> => {
  const foundation = await createTestFoundation()
  const running = new Map<SubgraphName, RunningSubgraph>()
  const disposers: Disposer[] = []
  const start = async (one: SubgraphDefinition<never>): Promise<Runtime> => {
    const runtime = await createRuntime(foundation, one.name, (name) => running.get(name))
    const subgraph = await startSubgraph(one, runtime)
    running.set(one.name, subgraph)
    disposers.push(subgraph.dispose, runtime.events.dispose)
    return runtime
  }
  for (const peer of options.peers ?? []) await start(peer)
  const runtime = await start(definition as unknown as SubgraphDefinition<never>)
  const subgraph = running.get(definition.name)
  if (!subgraph) throw new Error(`${definition.name} did not start`)
  const request = (query: string, variables?: Record<string, unknown>, identity: Partial<Identity> = {}) => ({
    query,
    variables,
    identity: { ...ADMIN, ...identity },
    correlationId: randomUUID(),
  })
  const dataOf = async <T>(one: RunningSubgraph | undefined, ...args: Parameters<typeof request>): Promise<T> => {
    if (!one) throw new Error('there is no such peer')
    const { data, errors } = await one.execute(request(...args))
    if (errors?.[0]) throw errors[0]
    return data as T
  }
  return {
    runtime,
    subgraph,
    query: (...args) => subgraph.execute(request(...args)),
    data: (...args) => dataOf(subgraph, ...args),
    peerData: (name, ...args) => dataOf(running.get(name), ...args),
    subscribe: async (...args) => {
      const result = await subgraph.subscribe(request(...args))
      if (isStream(result)) return result
      throw result.errors?.[0] ?? new Error('the subscription did not start')
    },
    dispose: once(() => disposeAll([...disposers, foundation.dispose])),
  }
}
