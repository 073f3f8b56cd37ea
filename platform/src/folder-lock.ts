import {
  closeSync,
  existsSync,
  ftruncateSync,
  lstatSync,
  mkdirSync,
  openSync,
  readFileSync,
  readlinkSync,
  realpathSync,
  writeSync,
} from 'node:fs'
import { basename, dirname, join, resolve } from 'node:path'
import { tryLock, unlock } from 'fs-native-extensions'
import { reasonOf, StartError } from './environment.ts'
import type { Disposer } from './time.ts'

/**
 * Locks a data folder for this process, by a lock of the operating system on a file beside it. The kernel releases it
 * when the holder ends, however it ends: so it is taken over only from a holder that is dead.
 * Throws StartError where another process holds it, or where no lock can be made.
 */
export const lockFolder = (folder: string): Disposer => {
  const { path, fd } = openLock(folder)
  if (!tryLock(fd)) {
    closeSync(fd)
    const holder = readFileSync(path, 'utf8').trim()
    throw new StartError(
      `The data folder ${resolve(folder)} is in use by ${holder === '' ? 'another process' : `process ${holder}`}. ` +
        'Stop that one, or set MOTHERSHIP_DATA to another folder.',
    )
  }
  ftruncateSync(fd)
  writeSync(fd, `${process.pid}\n`)
  return async () => {
    unlock(fd)
    closeSync(fd)
  }
}

/** Whether a process holds a data folder now. Throws StartError where that cannot be told. */
export const isFolderLocked = (folder: string): boolean => {
  const fd = orStartError(folder, () => {
    const path = lockPath(folder)
    return existsSync(path) ? openSync(path, 'a+') : null
  })
  if (fd === null) return false
  try {
    return !tryLock(fd)
  } finally {
    closeSync(fd)
  }
}

/** The file beside a data folder on which its lock stands. It stays when the lock is released. */
const lockPath = (folder: string): string => `${realFolder(folder)}.lock`

const openLock = (folder: string): { path: string; fd: number } =>
  orStartError(folder, () => {
    const path = lockPath(folder)
    mkdirSync(dirname(path), { recursive: true })
    return { path, fd: openSync(path, 'a+') }
  })

const orStartError = <T>(folder: string, work: () => T): T => {
  try {
    return work()
  } catch (error) {
    throw new StartError(
      `The data folder ${resolve(folder)} cannot be locked (${reasonOf(error)}). ` +
        'Set MOTHERSHIP_DATA to a folder beside which you may write.',
      { cause: error },
    )
  }
}

const MAX_LINKS = 40

/** Where a folder is, or will be, past every symbolic link: one folder has one lock, whatever name it is opened by. */
export const realFolder = (folder: string, links = 0): string => {
  const full = resolve(folder)
  if (existsSync(full)) return realpathSync(full)
  if (links > MAX_LINKS) throw new Error(`${full} leads through too many symbolic links`)
  const parent = dirname(full)
  if (parent === full) return full
  const realParent = realFolder(parent, links)
  // A link to what is not there yet: the folder will be made where it leads to.
  if (isLink(full)) return realFolder(resolve(realParent, readlinkSync(full)), links + 1)
  return join(realParent, basename(full))
}

const isLink = (path: string): boolean => lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink() ?? false
