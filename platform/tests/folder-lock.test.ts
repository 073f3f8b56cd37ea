import { mkdir, mkdtemp, rm, symlink } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { StartError } from '../src/environment.ts'
import { isFolderLocked, lockFolder } from '../src/folder-lock.ts'
import { startProcess, type TestProcess } from './fixture/process.ts'

let parent: string
let folder: string
let holders: TestProcess[]

beforeEach(async () => {
  parent = await mkdtemp(join(tmpdir(), 'mothership-lock-'))
  folder = join(parent, 'data')
  holders = []
})
afterEach(async () => {
  await Promise.all(holders.map((holder) => holder.end('SIGKILL')))
  await rm(parent, { recursive: true })
})

const start = (): TestProcess => {
  const holder = startProcess(new URL('fixture/hold-folder.ts', import.meta.url), { arguments: [folder] })
  holders.push(holder)
  return holder
}
const holds = (holder: TestProcess) => holder.says((written) => written.includes('holds') || null)

describe('the lock of a data folder', () => {
  it('keeps a second process out, and tells it who holds the folder', async () => {
    const holder = start()
    await holds(holder)
    expect(isFolderLocked(folder)).toBe(true)
    expect(() => lockFolder(folder)).toThrow(StartError)
    expect(() => lockFolder(folder)).toThrow(`is in use by process ${holder.pid}`)
    const second = start()
    expect(await second.ended()).toBe(1)
    expect(second.written()).toContain(`is in use by process ${holder.pid}`)
    expect(second.written().trim().split('\n')).toHaveLength(1)
  })

  it('is given to one of two processes that start at once', async () => {
    const rivals = [start(), start()]
    const outcomes = await Promise.all(
      rivals.map((rival) =>
        rival.says((written) => {
          if (written.includes('holds')) return 'holds'
          return written.includes('is in use') ? 'refused' : null
        }),
      ),
    )
    expect(outcomes.sort()).toEqual(['holds', 'refused'])
  })

  it('is taken over from a holder that was killed', async () => {
    const holder = start()
    await holds(holder)
    await holder.end('SIGKILL')
    expect(isFolderLocked(folder)).toBe(false)
    const heir = start()
    await holds(heir)
    expect(() => lockFolder(folder)).toThrow(`is in use by process ${heir.pid}`)
  })

  it.each([
    { what: 'the folder', isMade: true },
    { what: 'what the folder will be', isMade: false },
  ])('is the same by a link to $what', async ({ isMade }) => {
    const link = join(parent, 'link')
    if (isMade) await mkdir(folder)
    await symlink('data', link)
    const unlock = lockFolder(folder)
    expect(isFolderLocked(link)).toBe(true)
    expect(() => lockFolder(link)).toThrow('is in use by process')
    await unlock()
    const unlockLink = lockFolder(join(link, '.'))
    expect(isFolderLocked(folder)).toBe(true)
    await unlockLink()
  })

  it('cannot be told of links in a circle, and says so', async () => {
    await symlink('circle', join(parent, 'circle'))
    expect(() => isFolderLocked(join(parent, 'circle'))).toThrow(StartError)
    expect(() => lockFolder(join(parent, 'circle'))).toThrow('too many symbolic links')
  })

  it('is free again once it was released', async () => {
    const holder = start()
    await holds(holder)
    expect(await holder.end('SIGTERM')).toBe(0)
    const unlock = lockFolder(folder)
    await unlock()
    expect(isFolderLocked(folder)).toBe(false)
  })

  it('of a folder that nobody ever held is free, and looking leaves no file', () => {
    expect(isFolderLocked(folder)).toBe(false)
    const unlock = lockFolder(folder)
    return unlock()
  })
})
