import type { PGlite, PGliteInterface } from '@electric-sql/pglite'
import { PrismaPg } from '@prisma/adapter-pg'
import { PrismaPGlite } from 'pglite-prisma-adapter'
import { Pool, TypeOverrides, types } from 'pg'
import { reasonOf, StartError } from './environment.ts'
import { INT8, openPgliteFolder, startPglite } from './pglite.ts'
import { once, type Disposer } from './time.ts'

/** Runs SQL with `$1` placeholders. Times come back as Date, counts as number, jsonb parsed. */
export interface Sql {
  query<Row>(text: string, values?: readonly unknown[]): Promise<Row[]>
}

/** A transaction of the driver itself, for what the platform keeps; it can run scripts of several statements. */
export interface SqlTransaction extends Sql {
  script(text: string): Promise<void>
}

/** What every Prisma client, and a transaction of one, can do. */
export interface PrismaSql {
  $queryRawUnsafe<T = unknown>(query: string, ...values: unknown[]): PromiseLike<T>
  $executeRawUnsafe(query: string, ...values: unknown[]): PromiseLike<number>
}

/** A transaction of the driver, for what asks for one of Prisma. */
export const prismaOf = (sql: Sql): PrismaSql => ({
  $queryRawUnsafe: async <T>(text: string, ...values: unknown[]) => (await sql.query(text, values)) as T,
  $executeRawUnsafe: async (text, ...values) => (await sql.query(text, values)).length,
})

export type DriverAdapter = PrismaPGlite | PrismaPg
export interface ClientOptions {
  adapter: DriverAdapter
  transactionOptions: { maxWait: number; timeout: number }
}

/** What the database stands on, for a library that brings its own access to it (pg-boss). */
export type Connection = { kind: 'pglite'; pglite: PGlite } | { kind: 'postgresql'; url: string }

export interface Database extends Sql {
  readonly kind: 'pglite' | 'postgresql'
  readonly connection: Connection
  /**
   * Runs work in a transaction of the driver. On PGlite nothing else runs meanwhile: await nothing but `sql`. On a server
   * a statement that takes longer than is given, what it waits for locks included, ends it with STATEMENT_TIMEOUT.
   */
  transaction<T>(
    work: (sql: SqlTransaction) => Promise<T>,
    options?: { timeoutMilliseconds?: number | undefined },
  ): Promise<T>
  /** The one Prisma client of this process, made at the first call. */
  client<C extends { $disconnect(): Promise<void> }>(Client: new (options: ClientOptions) => C): C
  dispose: Disposer
}

// A transaction waits for the one connection of PGlite, or for one of the pool: longer than Prisma's 2 s under load.
const TRANSACTION_OPTIONS = { maxWait: 15_000, timeout: 30_000 }
/**
 * How every connection to a server begins. Prisma's adapters write times without an offset: the session must be at UTC.
 * Statements are short here: the planner takes a set of ids for a hundred rows or more, and would spend 100 ms and more on
 * compiling what runs for 2 ms.
 */
export const SESSION_OPTIONS = '-c TimeZone=UTC -c jit=off'
/** The code of a statement that was ended because of its time. */
export const STATEMENT_TIMEOUT = '57014'

/** Opens PostgreSQL where a URL is given, else PGlite in a folder (`memory` keeps nothing). Throws StartError. */
export const openDatabase = async (options: {
  url?: string | undefined
  folder?: string | undefined
  poolSize?: number
  /** A dumped PGlite data directory to start from, in memory. */
  dump?: Blob
}): Promise<Database> => {
  if (options.url !== undefined) return openPostgres(options.url, options.poolSize ?? 10)
  const folder = options.folder ?? 'memory'
  return openPglite(folder, options.dump)
}

const memoisedClient = (adapter: () => DriverAdapter) => {
  let made: { $disconnect(): Promise<void> } | undefined
  return {
    client: <C extends { $disconnect(): Promise<void> }>(Client: new (options: ClientOptions) => C): C => {
      made ??= new Client({ adapter: adapter(), transactionOptions: TRANSACTION_OPTIONS })
      return made as C
    },
    disconnect: async () => made?.$disconnect(),
  }
}

const openPostgres = async (url: string, poolSize: number): Promise<Database> => {
  const overrides = new TypeOverrides(types)
  overrides.setTypeParser(INT8, Number)
  const pool = new Pool({
    connectionString: url,
    max: poolSize,
    connectionTimeoutMillis: 15_000,
    options: SESSION_OPTIONS,
    types: overrides,
  })
  // An idle connection that dies (the server restarts) must not end the process: the pool makes a new one.
  pool.on('error', () => undefined)
  try {
    await pool.query('select 1')
  } catch (error) {
    await pool.end()
    const { hostname, port, pathname } = new URL(url)
    throw new StartError(
      `The database ${pathname.slice(1)} at ${hostname}:${port || 5432} cannot be reached (${reasonOf(error)}). ` +
        'Start it, or correct DATABASE_URL; without DATABASE_URL an embedded database is used.',
      { cause: error },
    )
  }
  const prisma = memoisedClient(() => new PrismaPg(pool))
  return {
    kind: 'postgresql',
    connection: { kind: 'postgresql', url },
    query: async <Row>(text: string, values: readonly unknown[] = []) =>
      (await pool.query(text, [...values])).rows as Row[],
    transaction: async (work, { timeoutMilliseconds } = {}) => {
      const connection = await pool.connect()
      try {
        await connection.query(
          timeoutMilliseconds === undefined ? 'begin' : `begin; set local statement_timeout = ${timeoutMilliseconds}`,
        )
        const result = await work({
          query: async <Row>(text: string, values: readonly unknown[] = []) =>
            (await connection.query(text, [...values])).rows as Row[],
          script: async (text) => void (await connection.query(text)),
        })
        await connection.query('commit')
        connection.release()
        return result
      } catch (error) {
        // A connection that cannot roll back is broken: it must not go back to the pool.
        await connection.query('rollback').then(
          () => connection.release(),
          () => connection.release(true),
        )
        throw error
      }
    },
    client: prisma.client,
    dispose: once(async () => {
      await prisma.disconnect()
      await pool.end()
    }),
  }
}

const openPglite = async (folder: string, dump?: Blob): Promise<Database> => {
  if (folder === 'memory') return pgliteDatabase(await startPglite(dump))
  const { pglite, unlock } = await openPgliteFolder(folder)
  return pgliteDatabase(pglite, unlock)
}

const pgliteDatabase = (pglite: PGlite, unlock?: Disposer): Database => {
  const run =
    (on: Pick<PGliteInterface, 'query'>) =>
    async <Row>(text: string, values: readonly unknown[] = []) =>
      (await on.query<Row>(text, [...values])).rows
  const prisma = memoisedClient(() => new PrismaPGlite(pglite))
  return {
    kind: 'pglite',
    connection: { kind: 'pglite', pglite },
    query: run(pglite),
    transaction: <T>(work: (sql: SqlTransaction) => Promise<T>) =>
      pglite.transaction((tx) => work({ query: run(tx), script: async (text) => void (await tx.exec(text)) })),
    client: prisma.client,
    dispose: once(async () => {
      await prisma.disconnect()
      // Closing does not wait for what still runs (a reader that was just ended): its turn comes after all of that.
      await pglite.transaction(async () => undefined)
      await pglite.close()
      await unlock?.()
    }),
  }
}

/** A copy of an in-memory database that `build` filled, to start others from: `openDatabase({ dump })`. */
export const dumpPglite = async (build: (database: Database) => Promise<void>): Promise<Blob> => {
  const pglite = await startPglite()
  await build(pgliteDatabase(pglite))
  const dump = await pglite.dumpDataDir('none')
  await pglite.close()
  return dump
}

/** The database's clock, within a transaction: leases and deadlines are told by it. */
export const databaseNow = async (tx: Pick<PrismaSql, '$queryRawUnsafe'>): Promise<Date> => {
  const [row] = await tx.$queryRawUnsafe<{ now: Date }[]>('select clock_timestamp() as now')
  if (!row) throw new Error('the database did not tell its time')
  return row.now
}
