import { createHash, randomUUID } from 'node:crypto'
import { readFile, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { Database, SqlTransaction } from './database.ts'
import { reasonOf, StartError } from './environment.ts'

interface Migration {
  name: string
  sql: string
  checksum: string
}

/** Any number, the same for every process that migrates this database. */
const ADVISORY_LOCK = 7_206_113

// The table of Prisma's own migration tool, so that its command line agrees with what was applied here.
const HISTORY = `
  create table if not exists _prisma_migrations (
    id varchar(36) primary key,
    checksum varchar(64) not null,
    finished_at timestamptz,
    migration_name varchar(255) not null,
    logs text,
    rolled_back_at timestamptz,
    started_at timestamptz not null default now(),
    applied_steps_count integer not null default 0
  )`

/** Reads the migrations of a folder, in the order of their names: `<time>_<name>/migration.sql`. */
export const readMigrations = async (folder: string): Promise<Migration[]> => {
  const entries = await readdir(folder, { withFileTypes: true })
  const names = entries.filter((entry) => entry.isDirectory()).map((entry) => entry.name)
  return Promise.all(
    names.sort().map(async (name) => {
      const sql = await readFile(join(folder, name, 'migration.sql'), 'utf8')
      return { name, sql, checksum: createHash('sha256').update(sql).digest('hex') }
    }),
  )
}

/**
 * Applies what has not been applied yet, one transaction each, under an advisory lock: several processes may start at
 * once. Returns the names of those that were applied. Throws StartError where an applied one was changed since, and
 * where the server lacks an extension or the role a right.
 */
export const migrate = async (database: Database, folder: string): Promise<string[]> => {
  const applied: string[] = []
  for (const migration of await readMigrations(folder)) {
    const isNew = await database.transaction((sql) => applyOnce(sql, migration)).catch(orRemedy(migration.name))
    if (isNew) applied.push(migration.name)
  }
  return applied
}

/** Of an extension that the server has not got (its versions differ in which), and of a right that the role lacks. */
const LACKING = ['0A000', '58P01', '42501']

const orRemedy =
  (name: string) =>
  (error: unknown): never => {
    if (!LACKING.includes(String((error as { code?: unknown }).code))) throw error
    throw new StartError(
      `The migration ${name} cannot be applied (${reasonOf(error)}). The server of DATABASE_URL must have pgvector ` +
        'installed, and its role the right to create schemas and the extensions vector and pg_trgm in that database: ' +
        'grant it, or create both extensions as an administrator.',
      { cause: error },
    )
  }

const applyOnce = async (sql: SqlTransaction, migration: Migration): Promise<boolean> => {
  await sql.query('select pg_advisory_xact_lock($1)', [ADVISORY_LOCK])
  await sql.script(HISTORY)
  const [before] = await sql.query<{ checksum: string }>(
    'select checksum from _prisma_migrations where migration_name = $1 and rolled_back_at is null',
    [migration.name],
  )
  if (before?.checksum === migration.checksum) return false
  if (before) {
    throw new StartError(
      `The migration ${migration.name} was changed after this database had applied it. ` +
        'Restore its file, and put the change into a migration of its own.',
    )
  }
  await sql.script(migration.sql)
  await sql.query(
    `insert into _prisma_migrations (id, checksum, migration_name, finished_at, applied_steps_count)
     values ($1, $2, $3, now(), 1)`,
    [randomUUID(), migration.checksum, migration.name],
  )
  return true
}
