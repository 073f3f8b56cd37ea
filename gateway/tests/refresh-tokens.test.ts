import { randomUUID } from 'node:crypto'
import { openDatabase } from '@mothership/platform/database'
import { createTestDatabase } from '@mothership/platform/testing'
import { sleep } from '@mothership/platform/time'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type AccountStore, createAccountStore } from '../src/accounts/store.ts'

let database: Awaited<ReturnType<typeof createTestDatabase>>
let store: AccountStore
beforeAll(async () => {
  database = await createTestDatabase()
  store = createAccountStore(database)
  await store.createAccount({ username: 'olga', role: 'OPERATOR', passwordHash: null })
}, 60_000)
afterAll(() => database.dispose())

const HOUR = 3_600_000
const successor = (tokenHash: string) => ({ tokenHash, lifetimeSeconds: 3600 })

/** A family whose first token was used: its second one is alive. */
const newFamily = async (): Promise<[used: string, alive: string]> => {
  const familyId = randomUUID()
  const [first, second] = [`${familyId}-1`, `${familyId}-2`]
  const expiresAt = new Date(Date.now() + HOUR)
  await store.saveRefreshToken({ tokenHash: first, familyId, username: 'olga', expiresAt })
  expect(await store.rotateRefreshToken(first, successor(second))).toEqual({ kind: 'rotated', username: 'olga' })
  return [first, second]
}

/**
 * Lets the second of two calls begin while the first has begun and not ended. On a server the row of a token is held until
 * both wait, so that it is so for certain; embedded there is one connection, and the first ends before the second begins.
 */
const overlapping = async <A, B>(heldToken: string, calls: [() => Promise<A>, () => Promise<B>]): Promise<[A, B]> => {
  const [first, second] = calls
  if (database.url === undefined) return Promise.all([first(), second()])
  const holder = await openDatabase({ url: database.url })
  const waiting = async (count: number): Promise<void> => {
    const blocked = `select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`
    while ((await holder.query(blocked)).length !== count) await sleep(20)
  }
  try {
    const begun = await holder.transaction(async (held) => {
      await held.query('select from identity.refresh_token where token_hash = $1 for update', [heldToken])
      const one = first()
      await waiting(1)
      const other = second()
      await waiting(2)
      return { both: Promise.all([one, other]) }
    })
    return await begun.both
  } finally {
    await holder.dispose()
  }
}

describe('a family of refresh tokens', () => {
  it('ends with a reused token, also while its newest one is being rotated', async () => {
    const [used, alive] = await newFamily()
    const next = `${alive}-next`
    const [rotated, reused] = await overlapping(alive, [
      () => store.rotateRefreshToken(alive, successor(next)),
      () => store.rotateRefreshToken(used, successor(`${used}-again`)),
    ])
    expect([rotated.kind, reused.kind]).toEqual(['rotated', 'reused'])
    expect(await store.rotateRefreshToken(next, successor(`${next}-next`))).toEqual({ kind: 'unknown' })
  })

  it('ends with who signs out, also while its newest one is being rotated', async () => {
    const [used, alive] = await newFamily()
    const next = `${alive}-next`
    const [rotated] = await overlapping(alive, [
      () => store.rotateRefreshToken(alive, successor(next)),
      () => store.revokeFamilyOf(used),
    ])
    expect(rotated.kind).toBe('rotated')
    expect(await store.rotateRefreshToken(next, successor(`${next}-next`))).toEqual({ kind: 'unknown' })
  })

  it('is rotated once by a token that comes twice at a time, and ends by it', async () => {
    const [, alive] = await newFamily()
    const answers = await overlapping(alive, [
      () => store.rotateRefreshToken(alive, successor(`${alive}-a`)),
      () => store.rotateRefreshToken(alive, successor(`${alive}-b`)),
    ])
    expect(answers.map(({ kind }) => kind)).toEqual(['rotated', 'reused'])
    expect(await store.rotateRefreshToken(`${alive}-a`, successor(`${alive}-c`))).toEqual({ kind: 'unknown' })
  })

  it('is no other family', async () => {
    const [used] = await newFamily()
    const [, other] = await newFamily()
    await store.revokeFamilyOf(used)
    await store.revokeFamilyOf('nobody has this one')
    expect(await store.rotateRefreshToken(other, successor(`${other}-next`))).toMatchObject({ kind: 'rotated' })
  })
})
