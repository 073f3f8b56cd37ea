import { PgBoss, fromPglite, fromPrisma } from 'pg-boss'
import { type Database, type PrismaSql, SESSION_OPTIONS } from './database.ts'
import type { JsonValue } from './json.ts'
import { correlationId, withCorrelationId, type Logger } from './telemetry.ts'
import { once, type Disposer } from './time.ts'

/** Background jobs: at least once, so what a job does must be idempotent. Not for the steps of tasks. */
export interface Jobs {
  /**
   * Starts to take jobs of a name, up to `batchSize` at a time. What it throws is retried with back-off. The handler runs
   * once for those of each request, one after the other; `asOne`: once for all that were taken, under the id of the
   * first. All of a batch must be done within 5 minutes.
   */
  work<D extends JsonValue>(
    name: string,
    handler: (data: D[]) => Promise<void>,
    options?: { batchSize?: number; asOne?: boolean },
  ): Promise<void>
  /** Sends a job within the caller's transaction: it exists only where that commits. `work` must have been called. */
  send(tx: PrismaSql, name: string, data: JsonValue): Promise<void>
  /** Whether a job of a name waits to be taken, by whatever process. */
  isQueued(name: string): Promise<boolean>
  /** There is a job: take it now rather than at the next poll. Call it after the commit. */
  wake(name: string): void
  dispose: Disposer
}

interface Envelope {
  correlationId: string
  data: JsonValue
}

const POLL_SECONDS = 1

/** Jobs on pg-boss, in the schema `pgboss` of the same database. It starts at the first use. */
export const createJobs = (database: Database, logger: Logger): Jobs => {
  const workers = new Map<string, string>()
  let started: Promise<PgBoss> | undefined
  const start = (): Promise<PgBoss> =>
    (started ??= (async () => {
      const boss = new PgBoss(bossOptions(database))
      boss.on('error', (error: unknown) => logger.warn({ error }, 'background jobs failed; they are tried again'))
      await boss.start()
      return boss
    })())
  return {
    work: async (name, handler, options = {}) => {
      const boss = await start()
      await boss.createQueue(name, { retryLimit: 10, retryDelay: 1, retryBackoff: true, expireInSeconds: 300 })
      const worker = await boss.work<Envelope>(
        name,
        { batchSize: options.batchSize ?? 20, pollingIntervalSeconds: POLL_SECONDS },
        async (jobs) => {
          // Each job runs under the id of the request that sent it; those of one request run together.
          const ids = [...new Set(jobs.map((job) => job.data.correlationId))]
          for (const id of options.asOne ? ids.slice(0, 1) : ids) {
            const own = options.asOne ? jobs : jobs.filter((job) => job.data.correlationId === id)
            const data = own.map((job) => job.data.data)
            await withCorrelationId(id, () => handler(data as never))
          }
        },
      )
      workers.set(name, worker)
    },
    send: async (tx, name, data) => {
      const boss = await start()
      const envelope: Envelope = { correlationId: correlationId(), data }
      await boss.send(name, envelope, {
        db: fromPrisma({
          $queryRawUnsafe: async <T>(text: string, ...values: unknown[]) => tx.$queryRawUnsafe<T>(text, ...values),
        }),
      })
    },
    isQueued: async (name) => {
      await start()
      const queued = await database.query(
        `select id from pgboss.job where name = $1 and state in ('created', 'retry') limit 1`,
        [name],
      )
      return queued.length > 0
    },
    wake: (name) => {
      const worker = workers.get(name)
      if (worker !== undefined) void start().then((boss) => boss.notifyWorker(worker))
    },
    dispose: once(async () => {
      if (started) await (await started).stop({ graceful: true, timeout: 5000, close: true })
    }),
  }
}

const bossOptions = ({ connection }: Database): ConstructorParameters<typeof PgBoss>[0] & object => {
  const options = { schema: 'pgboss', superviseIntervalSeconds: 60, maintenanceIntervalSeconds: 3600 }
  return connection.kind === 'pglite'
    ? { ...options, backend: 'pglite', db: fromPglite(connection.pglite) }
    : { ...options, connectionString: connection.url, options: SESSION_OPTIONS, max: 3 }
}
