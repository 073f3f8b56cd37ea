import { existsSync, readdirSync } from 'node:fs'
import { mkdir, mkdtemp, readdir, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { openDatabase } from '../src/database.ts'
import { StartError } from '../src/environment.ts'
import { migrate } from '../src/migrations.ts'
import { MIGRATIONS } from '../src/runtime.ts'
import { startProcess } from './fixture/process.ts'

/** A first start takes seconds, and the more where others use the machine. */
const PATIENCE = 180_000

let parent: string
let folder: string
beforeEach(async () => {
  parent = await mkdtemp(join(tmpdir(), 'mothership-pglite-'))
  folder = join(parent, 'data')
})
afterEach(() => rm(parent, { recursive: true, force: true }))

const filesBelow = (path: string): number => (existsSync(path) ? readdirSync(path, { recursive: true }).length : 0)

describe('the database of a data folder', () => {
  it(
    'is whole or not there when a first start is killed, and the next start makes it',
    async () => {
      const killAmid = async (): Promise<string> => {
        const first = startProcess(new URL('fixture/open-folder.ts', import.meta.url), { arguments: [folder] })
        await vi.waitFor(() => expect(filesBelow(parent)).toBeGreaterThan(10), { timeout: PATIENCE, interval: 5 })
        await first.end('SIGKILL')
        return first.written()
      }
      let written = await killAmid()
      // Where this process was held up meanwhile, the other one had made it already: then once more.
      for (let again = 0; existsSync(folder) && again < 5; again++) {
        await rm(folder, { recursive: true })
        written = await killAmid()
      }
      expect(written).toBe('')
      expect((await readdir(parent)).sort()).toEqual(['data.lock', 'data.new'])
      const database = await openDatabase({ folder })
      try {
        await migrate(database, MIGRATIONS)
        expect((await readdir(parent)).sort()).toEqual(['data', 'data.lock'])
      } finally {
        await database.dispose()
      }
    },
    PATIENCE,
  )

  it(
    'is made in an empty folder that a link leads to, and found there again by its own name',
    async () => {
      await mkdir(join(parent, 'real'))
      await symlink('real', folder)
      const made = await openDatabase({ folder })
      await made.query('create table kept (id int)')
      await made.dispose()
      const found = await openDatabase({ folder: join(parent, 'real') })
      try {
        expect(await found.query('select id from kept')).toEqual([])
      } finally {
        await found.dispose()
      }
    },
    PATIENCE,
  )

  it('is not made among files of something else, which stay', async () => {
    await mkdir(folder)
    await writeFile(join(folder, 'thesis.txt'), 'mine')
    await expect(openDatabase({ folder })).rejects.toThrow(StartError)
    await expect(openDatabase({ folder })).rejects.toThrow('it holds files, but no database')
    expect(await readdir(folder)).toEqual(['thesis.txt'])
  })

  it('is refused in one line where the folder is below a file', async () => {
    await writeFile(folder, '')
    const opened = openDatabase({ folder: join(folder, 'deeper', 'data') })
    await expect(opened).rejects.toThrow(StartError)
    await expect(opened).rejects.toThrow(/^The data folder .*data cannot be locked \(.*\)\. Set MOTHERSHIP_DATA/)
  })
})
