import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { PrismaClient } from '@mothership/prisma'
import { startTestSubgraph, type TestSubgraph } from '../src/testing.ts'
import { noteSubgraph } from './fixture/note-subgraph.ts'

let notes: TestSubgraph
beforeAll(async () => {
  notes = await startTestSubgraph(noteSubgraph)
})
afterAll(() => notes.dispose())

const codeOf = async (source: string, role: 'VIEWER' | 'OPERATOR' | 'CURATOR' | 'AGENT', subject = 'eve') => {
  const { errors } = await notes.query(source, {}, { role, subject })
  return errors?.[0]?.extensions['code']
}

describe('the rules of a schema', () => {
  it('refuse a role that a root field does not name', async () => {
    expect(await codeOf('mutation { writeNote(text: "x") { id } }', 'VIEWER')).toBe('FORBIDDEN')
    expect(await codeOf('mutation { writeNote(text: "x") { id } }', 'OPERATOR')).toBe('FORBIDDEN')
    expect(await codeOf('mutation { writeNote(text: "x") { id } }', 'CURATOR')).toBeUndefined()
  })
  it('refuse a field to those who neither hold the role nor own the parent', async () => {
    expect(await codeOf('{ note(id: "1") { secret } }', 'VIEWER')).toBe('FORBIDDEN')
    expect(await codeOf('{ note(id: "1") { secret } }', 'VIEWER', 'ada')).toBeUndefined()
    expect(await codeOf('{ note(id: "1") { secret } }', 'OPERATOR')).toBeUndefined()
  })
  it('hold behind _entities, which goes around the roots', async () => {
    const source = '{ _entities(representations: [{__typename: "Note", id: "1"}]) { ... on Note { text secret } } }'
    expect(await codeOf(source, 'VIEWER')).toBe('FORBIDDEN')
    expect(await codeOf(source, 'OPERATOR')).toBeUndefined()
    expect(await codeOf(source, 'AGENT')).toBe('FORBIDDEN')
  })
  it('hold for subscriptions', async () => {
    await expect(notes.subscribe('subscription { notes { id } }', {}, { role: 'AGENT' })).rejects.toMatchObject({
      extensions: { code: 'FORBIDDEN' },
    })
  })
})

describe('errors', () => {
  it('of our own keep their code and details', async () => {
    const { errors } = await notes.query('{ refuse }')
    expect(errors?.[0]).toMatchObject({
      message: 'somebody was faster',
      path: ['refuse'],
      extensions: { code: 'CONFLICT', path: 'changes[0]' },
    })
  })
  it('that are bugs are masked', async () => {
    const result = await notes.query('{ bug }')
    expect(JSON.stringify(result)).not.toContain('hunter2')
    expect(result.errors?.[0]?.extensions).toMatchObject({ code: 'INTERNAL_SERVER_ERROR' })
    expect(result.errors?.[0]?.extensions['correlationId']).toMatch(/^[0-9a-f-]{36}$/)
  })
})

describe('scalars', () => {
  it('write a DateTime in UTC and take JSON whole', async () => {
    const value = { a: [1, { b: null }], 'c d': 'é' }
    expect(await notes.data('query($value: JSON) { now echo(value: $value) }', { value })).toEqual({
      now: '2026-01-31T12:00:00.000Z',
      echo: value,
    })
  })
})

describe('a subscription', () => {
  it('replays from its cursor and goes on live', async () => {
    const { events, database } = notes.runtime
    const prisma = database.client(PrismaClient)
    const write = (version: number) =>
      events.write(prisma, (_tx, append) =>
        append([{ entityId: 'n', version, type: `V${version}`, payload: null, payloadVersion: 1 }]),
      )
    await write(1)
    const updates = await notes.subscribe('subscription { notes(after: 0) { text } }')
    expect((await updates.next()).value.data).toEqual({ notes: { text: 'V1' } })
    const pending = updates.next()
    await write(2)
    expect((await pending).value.data).toEqual({ notes: { text: 'V2' } })
    const last = updates.next()
    await updates.return?.()
    expect((await last).done).toBe(true)
  })
})
