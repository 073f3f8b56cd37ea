import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type Database, openDatabase } from '../src/database.ts'
import { StartError } from '../src/environment.ts'
import { migrate } from '../src/migrations.ts'
import { createTestDatabase } from '../src/testing.ts'

let database: Awaited<ReturnType<typeof createTestDatabase>>
/** On a server the same database through another pool, as a second process has it; PGlite has one connection. */
let other: Database
let folder: string
let count = 0

beforeAll(async () => {
  database = await createTestDatabase()
  other = database.url === undefined ? database : await openDatabase({ url: database.url })
})
afterAll(async () => {
  await other.dispose()
  await database.dispose()
})
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'mothership-migrations-'))
  count++
})
afterEach(() => rm(folder, { recursive: true }))

const put = async (name: string, sql: string): Promise<string> => {
  const full = `2000010100000${count}_${name}`
  await mkdir(join(folder, full), { recursive: true })
  await writeFile(join(folder, full, 'migration.sql'), sql)
  return full
}
const tables = async (): Promise<string[]> => {
  const rows = await database.query<{ table_name: string }>(
    `select table_name from information_schema.tables where table_name like 'migrated_%' order by 1`,
  )
  return rows.map((row) => row.table_name)
}

describe('migrations', () => {
  it('are applied once, in the order of their names, by two that start at once', async () => {
    // The second would fail before the first, and either would fail a second time.
    const second = await put(
      'b',
      'alter table migrated_one add column extra int; insert into migrated_one values (1, 2)',
    )
    const first = await put('a', 'create table migrated_one (id int)')
    const [one, two] = await Promise.all([migrate(database, folder), migrate(other, folder)])
    expect([...one, ...two].sort()).toEqual([first, second])
    expect(await database.query('select id, extra from migrated_one')).toEqual([{ id: 1, extra: 2 }])
    expect(await migrate(database, folder)).toEqual([])
    const history = await database.query(
      `select applied_steps_count as steps, finished_at is not null as finished from _prisma_migrations
       where migration_name = any($1)`,
      [[first, second]],
    )
    expect(history).toEqual([
      { steps: 1, finished: true },
      { steps: 1, finished: true },
    ])
  })

  it('that were changed after they were applied are refused by name, and nothing behind them runs', async () => {
    const name = await put('a', 'create table migrated_two (id int)')
    await migrate(database, folder)
    await put('a', 'create table migrated_two (id bigint)')
    await put('b', 'create table migrated_never (id int)')
    const refused = await migrate(database, folder).catch((error: unknown) => error)
    expect(refused).toBeInstanceOf(StartError)
    expect((refused as StartError).message).toContain(`The migration ${name} was changed`)
    expect(await tables()).not.toContain('migrated_never')
  })

  it('that fail in the middle leave nothing behind, and are applied once they are mended', async () => {
    await put('a', 'create table migrated_three (id int); select no_such_function()')
    await expect(migrate(database, folder)).rejects.toThrow('no_such_function')
    expect(await tables()).not.toContain('migrated_three')
    const name = await put('a', 'create table migrated_three (id int)')
    expect(await migrate(database, folder)).toEqual([name])
  })

  it.each([
    { what: 'an extension that the server has not got', sql: 'create extension no_such_extension' },
    {
      what: 'a right that the role lacks',
      sql: 'create role migrated_poor; set local role migrated_poor; create schema migrated_poor',
    },
  ])('that need $what are refused in one line that says what to do', async ({ sql }) => {
    const name = await put('a', sql)
    const refused = await migrate(database, folder).catch((error: unknown) => error)
    expect(refused).toBeInstanceOf(StartError)
    const { message } = refused as StartError
    expect(message).toMatch(
      new RegExp(`^The migration ${name} cannot be applied \\(.+\\)\\. The server of DATABASE_URL`),
    )
    expect(message).toContain('pgvector')
    expect(message).not.toContain('\n')
  })
})
