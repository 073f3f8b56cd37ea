import { execFileSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { expect, it, vi } from 'vitest'
import { parseJsonLd, TooMuchError } from '../src/exchange/json-ld-process.ts'

/** A second, which waitFor gives unless it is told, is not enough where the machine is busy. */
const SOON = { timeout: 60_000 }

const LIMITS = { milliseconds: 4000, megabytes: 512 }
/** It takes longer than it may: each value of a property is compared with all others. */
const slow = JSON.stringify({
  '@id': 'https://e.org/a',
  'https://e.org/p': Array.from({ length: 100_000 }, (_, place) => `v${place}`),
})
const small = '{"@id":"https://e.org/a","https://e.org/p":"x"}'

/** Lines of a parent's pid and a command, of all processes: from /proc where there is one, a slim image having no `ps`. */
const processes = (): string[] => {
  if (!existsSync('/proc/self/stat')) return execFileSync('ps', ['-A', '-o', 'ppid=,args=']).toString().split('\n')
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap(readProc)
}

const readProc = (pid: string): string[] => {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    // "pid (name) state parent ...", where the name may hold spaces and brackets.
    const [, parent] = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    return [`${parent} ${readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ')}`]
  } catch (error) {
    // It ended while it was read.
    if (['ENOENT', 'ESRCH'].includes((error as NodeJS.ErrnoException).code ?? '')) return []
    throw error
  }
}

const readers = (): number =>
  processes().filter((line) => line.trim().startsWith(`${process.pid} `) && line.includes('json-ld-worker')).length

it('reads two texts of JSON-LD at once; the others wait, and are told when their turn does not come', async () => {
  const reading = [0, 1, 2, 3].map(() => parseJsonLd(slow, LIMITS).catch((error: unknown) => error))
  await vi.waitFor(() => expect(readers()).toBe(2), SOON)
  await expect(parseJsonLd(small, LIMITS, 100)).rejects.toMatchObject({
    code: 'UNAVAILABLE',
    details: { retryAfterSeconds: 15 },
  })
  let most = 0
  const counting = setInterval(() => (most = Math.max(most, readers())), 100)
  const last = parseJsonLd(small, { milliseconds: 20_000, megabytes: 512 })
  expect((await Promise.all(reading)).every((answer) => answer instanceof TooMuchError)).toBe(true)
  expect((await last).quads).toHaveLength(1)
  clearInterval(counting)
  expect(most).toBe(2)
  await vi.waitFor(() => expect(readers()).toBe(0), SOON)
})
