import { fileURLToPath } from 'node:url'
import { createMemoryBus, createRedisBus, type Bus } from './bus.ts'
import { createMemoryCache, createRedisCache, type Cache } from './cache.ts'
import { openDatabase, type Database } from './database.ts'
import { openEventLog } from './events.ts'
import { createJobs, type Jobs } from './jobs.ts'
import { migrate } from './migrations.ts'
import { createPeers } from './peers.ts'
import { silently, type Tell } from './progress.ts'
import { assertRedis } from './redis.ts'
import {
  startSubgraph,
  type RequestContext,
  type RunningSubgraph,
  type Runtime,
  type SubgraphDefinition,
} from './subgraph.ts'
import type { SubgraphClient, SubgraphName } from './subgraph-client.ts'
import { createMetrics, type Logger, type Metrics } from './telemetry.ts'
import { disposeAll, once, type Disposer } from './time.ts'

/** The SQL migrations of the whole system: one history. */
export const MIGRATIONS = fileURLToPath(new URL('../../prisma/migrations', import.meta.url))

/** What all subgraphs of one process share. */
export interface Foundation {
  readonly database: Database
  /** Which installation this is, of those that may share a Redis: the same in every process on its database. */
  readonly installation: string
  readonly bus: Bus
  readonly cache: Cache
  readonly jobs: Jobs
  readonly metrics: Metrics
  readonly logger: Logger
  dispose: Disposer
}

/** Opens the database, migrates it, and connects the bus and the cache: Redis where a URL is given, else memory. Throws StartError. */
export const openFoundation = async (options: {
  databaseUrl?: string | undefined
  folder?: string | undefined
  redisUrl?: string | undefined
  logger: Logger
  database?: Database
  tell?: Tell
}): Promise<Foundation> => {
  const { redisUrl, logger, tell = silently } = options
  if (redisUrl !== undefined) await assertRedis(redisUrl)
  const open = () => openDatabase({ url: options.databaseUrl, folder: options.folder })
  const database = options.database ?? (await tell('Opening the database', open))
  let installation: string
  try {
    const applied = await tell('Migrating the database', () => migrate(database, MIGRATIONS))
    if (applied.length > 0) logger.info({ applied }, 'migrations were applied')
    installation = await readInstallation(database)
  } catch (error) {
    await database.dispose()
    throw error
  }
  const bus = redisUrl === undefined ? createMemoryBus(logger) : createRedisBus(redisUrl, installation, logger)
  const cache = redisUrl === undefined ? createMemoryCache() : createRedisCache(redisUrl, installation, logger)
  const jobs = createJobs(database, logger)
  const dispose = once(() => disposeAll([jobs.dispose, cache.dispose, bus.dispose, database.dispose]))
  return { database, installation, bus, cache, jobs, metrics: createMetrics(), logger, dispose }
}

const readInstallation = async (database: Database): Promise<string> => {
  const [row] = await database.query<{ id: string }>('select id from events.installation')
  if (!row) throw new Error('events.installation has no row: the migrations have not run')
  return row.id
}

/** The runtime of one subgraph on a foundation: its own stream of events, and its peers. */
export const createRuntime = async (
  foundation: Foundation,
  name: SubgraphName,
  find: (name: SubgraphName) => SubgraphClient | undefined,
): Promise<Runtime> => {
  const logger = foundation.logger.child({ subgraph: name })
  return {
    ...foundation,
    logger,
    events: await openEventLog({ ...foundation, logger, stream: name }),
    peers: createPeers(name, find),
  }
}

/** Starts a subgraph on a foundation; its disposer ends its event log too. */
export const startOn = async <C extends RequestContext>(
  foundation: Foundation,
  definition: SubgraphDefinition<C>,
  find: (name: SubgraphName) => SubgraphClient | undefined,
): Promise<RunningSubgraph> => {
  const runtime = await createRuntime(foundation, definition.name, find)
  const subgraph = await startSubgraph(definition, runtime)
  return {
    ...subgraph,
    ready: async () => {
      await foundation.database.query('select 1')
      return subgraph.ready()
    },
    dispose: once(() => disposeAll([subgraph.dispose, runtime.events.dispose])),
  }
}
