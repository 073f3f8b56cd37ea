import { copyFile, mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { createLogger } from '@mothership/platform/telemetry'
import type { Disposer } from '@mothership/platform/time'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { PATIENCE, type Patience, planRestart, superviseMathAgent } from '../src/supervisor.ts'

const CHILD = fileURLToPath(new URL('./supervised-child.mjs', import.meta.url))
/**
 * None of these ends by itself while a test runs; each test shortens the one that it is about. Where the child has to note
 * its start, it leaves it enough time for that on a busy machine.
 */
const ENDLESS: Patience = { ...PATIENCE, hello: 600_000, silence: 600_000, leastWait: 0, firstBackoff: 0 }
const WAIT = { timeout: 100_000, interval: 50 }

let folder: string
const disposers: Disposer[] = []
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'mothership-supervisor-'))
})
afterEach(async () => {
  await Promise.all(disposers.splice(0).map((dispose) => dispose()))
  await rm(folder, { recursive: true, force: true })
})

/** Supervises a child that does what the behaviour says, in a folder of its own. */
const supervise = async (behaviour: 'fails' | 'mute' | 'hangs' | 'lives', patience: Partial<Patience>) => {
  const home = await mkdtemp(join(folder, 'child-'))
  const program = join(home, `${behaviour}.mjs`)
  await copyFile(CHILD, program)
  let credentials = 0
  let replaced = 0
  const logger = createLogger({ name: 'test', level: 'silent' })
  logger.warn = (...given: unknown[]) => {
    if (String(given.at(-1)).includes('it is killed')) replaced += 1
  }
  const dispose = superviseMathAgent({
    program,
    patience: { ...ENDLESS, stop: 100, ...patience },
    logger,
    logLevel: 'silent',
    path: process.env['PATH'],
    issueCredential: () => {
      credentials += 1
      return Promise.resolve({ url: 'http://localhost', secret: 'x', instance: 'one' })
    },
  })
  disposers.push(dispose)
  const pids = async (): Promise<number[]> => {
    const noted = await readFile(`${program}.started`, 'utf8').catch(() => '')
    return noted.split('\n').filter(Boolean).map(Number)
  }
  return { pids, credentials: () => credentials, replaced: () => replaced, dispose }
}

const isAlive = (pid: number): boolean => {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}

describe('the supervisor', () => {
  it('replaces a child that never says hello, and one that ignores being told to end', async () => {
    const { pids } = await supervise('mute', { hello: 6_000 })
    await vi.waitFor(async () => expect((await pids()).length).toBeGreaterThan(1), WAIT)
    const [first = 0] = await pids()
    expect(isAlive(first)).toBe(false)
  })

  it('replaces a child that hangs after it got its credential', async () => {
    const { pids, credentials } = await supervise('hangs', { silence: 2_000 })
    await vi.waitFor(() => expect(credentials()).toBeGreaterThan(1), WAIT)
    const [first = 0] = await pids()
    expect(isAlive(first)).toBe(false)
  })

  it('lets a child be that gives signs of life', async () => {
    const living = await supervise('lives', { hello: 30_000, silence: 30_000 })
    const mute = await supervise('mute', { hello: 500 })
    await vi.waitFor(() => expect(living.credentials()).toBe(1), WAIT)
    // By then a child that says nothing was replaced three times over.
    await vi.waitFor(() => expect(mute.replaced()).toBeGreaterThanOrEqual(3), WAIT)
    expect(await living.pids()).toHaveLength(1)
  })

  it('waits before it starts a failing child again', async () => {
    const patient = await supervise('fails', { leastWait: 600_000 })
    await vi.waitFor(async () => expect(await patient.pids()).toHaveLength(1), WAIT)
    const hasty = await supervise('fails', {})
    await vi.waitFor(async () => expect((await hasty.pids()).length).toBeGreaterThan(3), WAIT)
    expect(await patient.pids()).toHaveLength(1)
  })

  it('ends a child that will not end, and starts none after it', async () => {
    const { pids, dispose, credentials } = await supervise('lives', {})
    await vi.waitFor(() => expect(credentials()).toBe(1), WAIT)
    await dispose()
    const [pid = 0, ...others] = await pids()
    expect(isAlive(pid)).toBe(false)
    expect(others).toEqual([])
  })
})

describe('the wait before a restart', () => {
  const ended = { code: 1, ranMilliseconds: 1_000, patience: PATIENCE, random: () => 1 }

  it('doubles with each failure in a row, up to a limit', () => {
    let failures = 0
    const waits = Array.from({ length: 8 }, () => {
      const next = planRestart({ ...ended, failures })
      failures = next.failures
      return next.wait
    })
    expect(waits).toEqual([500, 800, 1_400, 2_600, 5_000, 9_800, 15_200, 15_200])
  })

  it('is the shortest again after a child that ran well', () => {
    expect(planRestart({ ...ended, failures: 7, ranMilliseconds: 30_001 })).toEqual({ wait: 500, failures: 1 })
  })

  it('is none for a child that asks for its restart, unless it does so at once', () => {
    expect(planRestart({ ...ended, failures: 2, code: 75, ranMilliseconds: 3_001 })).toEqual({ wait: 0, failures: 2 })
    expect(planRestart({ ...ended, failures: 2, code: 75 })).toEqual({ wait: 1_400, failures: 3 })
  })
})
