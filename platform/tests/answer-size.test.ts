import { randomUUID } from 'node:crypto'
import { PrismaClient } from '@mothership/prisma'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type AnswerSize, createAnswerSize } from '../src/answer-size.ts'
import type { Identity } from '../src/identity.ts'
import { createLargeReads } from '../src/large-reads.ts'
import { isStream } from '../src/subgraph-client.ts'
import { startTestSubgraph, type TestSubgraph } from '../src/testing.ts'
import { noteSubgraph } from './fixture/note-subgraph.ts'

let notes: TestSubgraph
beforeAll(async () => {
  notes = await startTestSubgraph(noteSubgraph)
})
afterAll(() => notes.dispose())

const ada: Identity = { role: 'ADMIN', subject: 'ada', name: 'Ada' }
const request = (query: string, answer?: AnswerSize, variables = {}) => ({
  ...{ query, variables, identity: ada, correlationId: randomUUID() },
  ...(answer && { answer }),
})
const aliases = (count: number, field: string) =>
  Array.from({ length: count }, (_, index) => `a${index}: ${field}`).join(' ')
const MEGABYTE = 'x'.repeat(999_998)

describe('an answer', () => {
  it('holds texts and JSON up to its limit, and says what to do beyond it', async () => {
    const source = `query ($value: JSON) { ${aliases(4, 'echo(value: $value)')} now }`
    const value = { text: 'x'.repeat(389) }
    const { data, errors } = await notes.subgraph.execute(request(source, createAnswerSize(1000), { value }))
    expect(data).toMatchObject({ a0: value, a1: value, a2: value, a3: null })
    expect(data?.['now']).toBeDefined()
    expect(errors).toHaveLength(1)
    expect(errors?.[0]).toMatchObject({
      path: ['a3'],
      message: expect.stringMatching(/Ask for fewer at a time/),
      extensions: { code: 'QUERY_TOO_COSTLY', limit: 1000 },
    })
  })

  it('holds one value that is beyond the limit by itself', async () => {
    const answer = createAnswerSize(1000)
    const { data, errors } = await notes.subgraph.execute(
      request('query ($value: JSON) { echo(value: $value) }', answer, { value: MEGABYTE }),
    )
    expect(errors).toBeUndefined()
    expect(data?.['echo']).toBe(MEGABYTE)
    expect(() => answer.assertRoom()).toThrow(/at a time/)
  })

  it('shares its limit with the others of one operation', async () => {
    const answer = createAnswerSize(1000)
    const source = 'query ($value: JSON) { echo(value: $value) }'
    await notes.subgraph.execute(request(source, answer, { value: 'x'.repeat(2000) }))
    const { errors } = await notes.subgraph.execute(request(source, answer, { value: 'x' }))
    expect(errors?.[0]?.extensions['code']).toBe('QUERY_TOO_COSTLY')
    expect((await notes.subgraph.execute(request(source, createAnswerSize(1000), { value: 'x' }))).errors).toBe(
      undefined,
    )
  })

  it('holds 64 MB for whoever asks, and as much as it takes for another subgraph', async () => {
    const source = `query ($value: JSON) { ${aliases(70, 'echo(value: $value)')} }`
    const { data, errors } = await notes.query(source, { value: MEGABYTE })
    expect(Object.values(data ?? {}).filter((value) => value !== null)).toHaveLength(65)
    expect(errors?.map(({ extensions }) => extensions['code'])).toEqual(Array(5).fill('QUERY_TOO_COSTLY'))
    const peer = await notes.query(source, { value: MEGABYTE }, { role: 'SERVICE' })
    expect(peer.errors).toBeUndefined()
    expect(Object.keys(peer.data ?? {})).toHaveLength(70)
  })

  it('of a subscription is each of its events', async () => {
    const source = 'subscription { notes(after: 0) { a: text b: text } }'
    const updates = await notes.subgraph.subscribe(request(source, createAnswerSize(20)))
    if (!isStream(updates)) throw new Error('not a stream')
    const type = 'OF_15_LETTERS__'
    const { database, events } = notes.runtime
    for (const version of [1, 2]) {
      const event = { entityId: 'answer', version, type, payload: null, payloadVersion: 1 }
      await events.write(database.client(PrismaClient), (_tx, append) => append([event]))
    }
    for (let event = 0; event < 2; event++) {
      expect((await updates.next()).value).toEqual({ data: { notes: { a: type, b: type } } })
    }
    await updates.return?.()
  })
})

describe('large reads', () => {
  const start = () => {
    let reading = 0
    const told = { most: 0, done: 0 }
    const read = async (): Promise<void> => {
      told.most = Math.max(told.most, ++reading)
      await new Promise((resolve) => setTimeout(resolve, 5))
      reading--
      told.done++
    }
    return { read, told }
  }

  it('are two at a time, whoever asks', async () => {
    const { read, told } = start()
    const readLarge = createLargeReads()
    await Promise.all(Array.from({ length: 20 }, () => readLarge(createAnswerSize())(read)))
    expect(told).toEqual({ most: 2, done: 20 })
  })

  it('are not made any more where the answer is full, and make room for those of others', async () => {
    const { read, told } = start()
    const readLarge = createLargeReads()
    const answer = createAnswerSize(1000)
    const reads = Array.from({ length: 50 }, () => readLarge(answer)(read).then(() => answer.add(400)))
    const outcomes = await Promise.allSettled(reads)
    expect(told.done).toBeLessThanOrEqual(7)
    expect(outcomes.filter(({ status }) => status === 'rejected')).toHaveLength(50 - told.done)
    await readLarge(createAnswerSize())(read)
    expect(told.most).toBeLessThanOrEqual(2)
  })
})
