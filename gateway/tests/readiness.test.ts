import { telling } from '@mothership/platform/progress'
import { expect, it } from 'vitest'
import { untilReady } from '../src/readiness.ts'

/** A system that waits for one thing after the other, each for two looks. */
const waitsFor = (...things: readonly string[]) => {
  const answers = things.flatMap((thing) => [thing, thing])
  return async () => answers.shift() ?? null
}
const never = new AbortController().signal

it('what a start waits for is told once, with how long it took', async () => {
  const lines: string[] = []
  const waiting = await untilReady({
    ready: waitsFor('ontology: seeding', 'task: something', 'the math agent'),
    tell: telling((line) => void lines.push(line)),
    ending: never,
  })
  expect(waiting).toBe(null)
  expect(lines.map((line) => line.replace(/[\d.]+ s$/, 'n s'))).toEqual([
    'Seeding the starter ontology ...',
    'Seeding the starter ontology: done in n s',
    'Waiting for task: something ...',
    'Waiting for task: something: done in n s',
    'Starting the math agent ...',
    'Starting the math agent: done in n s',
  ])
})

it('a wait ends with the process, and says of nothing that it is done', async () => {
  const lines: string[] = []
  const ending = new AbortController()
  const waiting = untilReady({
    ready: async () => 'the math agent',
    tell: telling((line) => {
      lines.push(line)
      ending.abort()
    }),
    ending: ending.signal,
  })
  expect(await waiting).toBe('the math agent')
  expect(lines).toEqual(['Starting the math agent ...'])
})

it('a wait has an end, also where the health cannot be told', async () => {
  const ready = () => Promise.reject(new Error('no connection'))
  expect(await untilReady({ ready, ending: never, patienceMilliseconds: 300 })).toBe('the database')
})
