import { PGlite } from '@electric-sql/pglite'
import { pg_trgm } from '@electric-sql/pglite/contrib/pg_trgm'
import { vector } from '@electric-sql/pglite-pgvector'
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { reasonOf, StartError } from './environment.ts'
import { lockFolder, realFolder } from './folder-lock.ts'
import type { Disposer } from './time.ts'

/** PostgreSQL's number of the type int8. */
export const INT8 = 20

/** Starts PGlite in memory, from a dumped data directory where one is given. */
export const startPglite = (dump?: Blob): Promise<PGlite> => create(dump && { loadDataDir: dump })

/**
 * Opens the database of a data folder, which is made where there is none, and holds the folder's lock: release it when
 * the database is closed. Throws StartError.
 */
export const openPgliteFolder = async (folder: string): Promise<{ pglite: PGlite; unlock: Disposer }> => {
  const unlock = lockFolder(folder)
  try {
    const path = realFolder(folder)
    // What a start left behind that was killed while it made the database.
    rmSync(partial(path), { recursive: true, force: true })
    if (!isDatabase(path)) await makeDatabase(path)
    return { pglite: await create({ dataDir: path }), unlock }
  } catch (error) {
    await unlock()
    throw new StartError(
      `The data folder ${folder} cannot be opened (${reasonOf(error)}). Is it writable, and made by Mothership? ` +
        'Set MOTHERSHIP_DATA to another folder to start afresh.',
      { cause: error },
    )
  }
}

const isDatabase = (path: string): boolean => existsSync(join(path, 'PG_VERSION'))

/** Where a database is made: beside its place, so that a name within one file system is all that changes. */
const partial = (path: string): string => `${path}.new`

/** Takes seconds, in which the process may be killed: only what is whole gets the name by which it is opened. */
const makeDatabase = async (path: string): Promise<void> => {
  if (existsSync(path) && readdirSync(path).length > 0) throw new Error('it holds files, but no database')
  mkdirSync(partial(path), { recursive: true })
  const pglite = await create({ dataDir: partial(path) })
  await pglite.close()
  renameSync(partial(path), path)
}

const create = async (options: { dataDir?: string; loadDataDir?: Blob } = {}): Promise<PGlite> => {
  const pglite = await PGlite.create({ ...options, extensions: { vector, pg_trgm }, parsers: { [INT8]: Number } })
  await pglite.exec(`set time zone 'UTC'`)
  return pglite
}
