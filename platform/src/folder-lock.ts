import { closeSync, existsSync, ftruncateSync, mkdirSync, openSync, readFileSync, writeSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { tryLock, unlock } from 'fs-native-extensions'
import { StartError } from './environment.ts'
import type { Disposer } from './time.ts'

/**
 * Locks a data folder for this process, by a lock of the operating system on a file beside it. The kernel releases it
 * when the holder ends, however it ends: so it is taken over only from a holder that is dead.
 * Throws StartError where another process holds it.
 */
export const lockFolder = (folder: string): Disposer => {
  const path = lockPath(folder)
  mkdirSync(dirname(path), { recursive: true })
  const fd = openSync(path, 'a+')
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

/** Whether a process holds a data folder now. */
export const isFolderLocked = (folder: string): boolean => {
  if (!existsSync(lockPath(folder))) return false
  const fd = openSync(lockPath(folder), 'a+')
  try {
    return !tryLock(fd)
  } finally {
    closeSync(fd)
  }
}

/** The file beside a data folder on which its lock stands. It stays when the lock is released. */
const lockPath = (folder: string): string => `${resolve(folder)}.lock`
