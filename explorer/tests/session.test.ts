import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createPageLocks } from '../src/app/locks.ts'
import { type Session, createSession, refreshTokenKey } from '../src/app/session.ts'
import { RefusedError, createAuthApi, readPerson } from '../src/app/tokens.ts'
import { startAuthServer } from './auth-server.ts'

const storageOf = (entries = new Map<string, string>()) => ({
  getItem: (key: string) => entries.get(key) ?? null,
  setItem: (key: string, value: string) => void entries.set(key, value),
  removeItem: (key: string) => void entries.delete(key),
})

let server: Awaited<ReturnType<typeof startAuthServer>>
let sessions: Session[] = []

beforeEach(async () => {
  server = await startAuthServer()
  sessions = []
})
afterEach(async () => {
  for (const session of sessions) session.dispose()
  await server.dispose()
})

/** One tab: tabs of a browser share their storage and their locks. */
const openTab = (shared = { storage: storageOf(), locks: createPageLocks() }, now?: () => number): Session => {
  const session = createSession({ api: createAuthApi(server.origin), ...shared, ...(now && { now }) })
  sessions.push(session)
  return session
}
const credentials = { username: 'zoe', password: 'right' }
const refreshes = () => server.log.filter((line) => line === '/auth/token refresh').length

describe('signing in', () => {
  it('tells who is signed in, and keeps the access token out of storage', async () => {
    const entries = new Map<string, string>()
    const session = openTab({ storage: storageOf(entries), locks: createPageLocks() })
    await session.signIn(credentials)
    expect(session.state()).toEqual({ phase: 'signed-in', person: { id: 'u1', name: 'Zoë', role: 'CURATOR' } })
    expect([...entries.keys()]).toEqual([refreshTokenKey])
    expect([...entries.values()]).not.toContain(await session.accessToken())
  })

  it('refuses a wrong password in words, and stays signed out', async () => {
    const session = openTab()
    await expect(session.signIn({ username: 'zoe', password: 'wrong' })).rejects.toThrow(
      'The user name or the password is wrong.',
    )
    expect(session.state().phase).toBe('signed-out')
  })

  it('takes the code of a one-time link', async () => {
    const session = openTab()
    await session.signIn({ signInCode: 'once' })
    expect(session.state().phase).toBe('signed-in')
    await expect(openTab().signIn({ signInCode: 'used' })).rejects.toThrow('used already')
  })
})

describe('a reload', () => {
  it('goes on with the kept refresh token', async () => {
    const shared = { storage: storageOf(), locks: createPageLocks() }
    await openTab(shared).signIn(credentials)
    const reloaded = openTab(shared)
    expect(reloaded.state().phase).toBe('restoring')
    await reloaded.restore()
    expect(reloaded.state().phase).toBe('signed-in')
  })

  it('does not sign anybody out because the server is starting', async () => {
    const shared = { storage: storageOf(), locks: createPageLocks() }
    await openTab(shared).signIn(credentials)
    server.setDown(true)
    const reloaded = openTab(shared)
    await reloaded.restore()
    expect(reloaded.state()).toMatchObject({
      phase: 'restoring',
      error: { message: expect.stringContaining('not ready') },
    })
    server.setDown(false)
    await reloaded.restore()
    expect(reloaded.state().phase).toBe('signed-in')
  })
})

describe('refreshing', () => {
  it('sends one refresh for many callers, and gives all of them the same token', async () => {
    const session = openTab()
    await session.signIn(credentials)
    const old = await session.accessToken()
    const renewed = await Promise.all(Array.from({ length: 10 }, () => session.renew(old)))
    expect(new Set(renewed).size).toBe(1)
    expect(renewed[0]).not.toBe(old)
    expect(refreshes()).toBe(1)
  })

  it('does not refresh for a refusal of a token that was replaced meanwhile', async () => {
    const session = openTab()
    await session.signIn(credentials)
    const old = await session.accessToken()
    const current = await session.renew(old)
    expect(await session.renew(old)).toBe(current)
    expect(refreshes()).toBe(1)
  })

  it('never uses one refresh token twice in two tabs that refresh at once', async () => {
    const shared = { storage: storageOf(), locks: createPageLocks() }
    const first = openTab(shared)
    await first.signIn(credentials)
    const second = openTab(shared)
    await second.restore()
    const tokens = [await first.accessToken(), await second.accessToken()]
    for (let round = 0; round < 5; round++) {
      const renewed = await Promise.all([first.renew(tokens[0] ?? ''), second.renew(tokens[1] ?? '')])
      tokens.splice(0, 2, ...renewed)
    }
    expect([first.state().phase, second.state().phase]).toEqual(['signed-in', 'signed-in'])
    expect(refreshes()).toBe(11)
  })

  it('replaces a token shortly before its end, without waiting for a refusal', async () => {
    let time = 0
    const session = openTab(undefined, () => time)
    await session.signIn(credentials)
    const token = await session.accessToken()
    time = 580_000
    expect(await session.accessToken()).toBe(token)
    time = 595_000
    expect(await session.accessToken()).not.toBe(token)
  })

  it('ends the session where the server refuses, and says so', async () => {
    const session = openTab()
    await session.signIn(credentials)
    server.refuseAll()
    await expect(session.renew(await session.accessToken())).rejects.toBeInstanceOf(RefusedError)
    expect(session.state()).toEqual({ phase: 'signed-out', because: 'ended' })
  })

  it('keeps the session where the server cannot be reached', async () => {
    const session = openTab()
    await session.signIn(credentials)
    server.setDown(true)
    await expect(session.renew(await session.accessToken())).rejects.toThrow('not ready')
    expect(session.state().phase).toBe('signed-in')
  })
})

describe('signing out', () => {
  it('ends the session here and on the server', async () => {
    const shared = { storage: storageOf(), locks: createPageLocks() }
    const session = openTab(shared)
    await session.signIn(credentials)
    await session.signOut()
    expect(session.state()).toEqual({ phase: 'signed-out', because: 'left' })
    expect(shared.storage.getItem(refreshTokenKey)).toBeNull()
    expect(server.log.at(-1)).toBe('/auth/logout refresh')
    await expect(session.accessToken()).rejects.toBeInstanceOf(RefusedError)
  })

  it('is not undone by a refresh that was on its way', async () => {
    const session = openTab()
    await session.signIn(credentials)
    const late = expect(session.renew(await session.accessToken())).rejects.toBeInstanceOf(RefusedError)
    await session.signOut()
    await late
    expect(session.state()).toEqual({ phase: 'signed-out', because: 'left' })
  })

  it('is followed by the other tabs, and so is signing in again', async () => {
    const shared = { storage: storageOf(), locks: createPageLocks() }
    const first = openTab(shared)
    await first.signIn(credentials)
    const second = openTab(shared)
    await second.restore()
    await first.signOut()
    second.follow()
    expect(second.state().phase).toBe('signed-out')
    await first.signIn(credentials)
    second.follow()
    await expect.poll(() => second.state().phase, { timeout: 60_000 }).toBe('signed-in')
  })
})

describe('readPerson', () => {
  it('refuses a token that is no person’s', () => {
    const token = `x.${btoa(JSON.stringify({ sub: 'agent-1', role: 'AGENT' }))}.x`
    expect(() => readPerson(token)).toThrow('cannot use the explorer')
    expect(() => readPerson('nonsense')).toThrow(RefusedError)
  })
})
