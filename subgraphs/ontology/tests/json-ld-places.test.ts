import { execFileSync } from 'node:child_process'
import { expect, it, vi } from 'vitest'
import { parseJsonLd, TooMuchError } from '../src/exchange/json-ld-process.ts'

const LIMITS = { milliseconds: 4000, megabytes: 512 }
/** It takes longer than it may: each value of a property is compared with all others. */
const slow = JSON.stringify({
  '@id': 'https://e.org/a',
  'https://e.org/p': Array.from({ length: 100_000 }, (_, place) => `v${place}`),
})
const small = '{"@id":"https://e.org/a","https://e.org/p":"x"}'

const readers = (): number =>
  execFileSync('ps', ['-A', '-o', 'ppid=,args='])
    .toString()
    .split('\n')
    .filter((line) => line.trim().startsWith(`${process.pid} `) && line.includes('json-ld-worker')).length

it('reads two texts of JSON-LD at once; the others wait, and are told when their turn does not come', async () => {
  const reading = [0, 1, 2, 3].map(() => parseJsonLd(slow, LIMITS).catch((error: unknown) => error))
  await vi.waitFor(() => expect(readers()).toBe(2), 3000)
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
  await vi.waitFor(() => expect(readers()).toBe(0))
}, 60_000)
