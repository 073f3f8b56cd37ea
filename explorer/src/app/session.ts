import type { Person } from '../ui/words/roles.ts'
import type { Locks } from './locks.ts'
import { type AuthApi, type Credentials, RefusedError, type Tokens, readPerson } from './tokens.ts'

/**
 * `restoring`: a refresh token was kept from before the reload, and is being exchanged; `error` where that failed for a
 * reason that may pass. `signed-out`: `left` where the person chose to, `ended` where the server ended the session.
 */
export type SessionState =
  | { phase: 'restoring'; error: unknown }
  | { phase: 'signed-in'; person: Person }
  | { phase: 'signed-out'; because: 'nobody' | 'left' | 'ended' }

/**
 * Who is signed in. The access token stays in memory; the refresh token is in local storage, shared by the tabs, and
 * is exchanged under a lock that all tabs share, since one that is used twice ends its family.
 */
export type Session = {
  state(): SessionState
  subscribe(listener: () => void): () => void
  /** Goes on with the session that was kept, if any. */
  restore(): Promise<void>
  /** @throws RefusedError for wrong credentials. */
  signIn(credentials: Credentials): Promise<void>
  signOut(): Promise<void>
  /** Another tab signed in or out: this one does the same. */
  follow(): void
  /** A token that is good for some seconds yet. @throws RefusedError where nobody is signed in. */
  accessToken(): Promise<string>
  /** The server refused that token: answers another, from one refresh that all callers share. */
  renew(refused: string): Promise<string>
  dispose(): void
}

type SessionParts = {
  api: AuthApi
  storage: Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>
  locks: Locks
  now?: () => number
}

export const refreshTokenKey = 'mothership.refresh-token'
const lockName = 'mothership.refresh'
/** A token this close to its end is replaced before it is used. */
const marginMilliseconds = 10_000

export const createSession = ({ api, storage, locks, now = Date.now }: SessionParts): Session => {
  const listeners = new Set<() => void>()
  let state: SessionState = storage.getItem(refreshTokenKey)
    ? { phase: 'restoring', error: null }
    : { phase: 'signed-out', because: 'nobody' }
  let access: { token: string; goodUntil: number } | null = null
  let refreshing: Promise<string> | null = null
  let timer: ReturnType<typeof setTimeout> | undefined

  const change = (next: SessionState): void => {
    state = next
    for (const listener of listeners) listener()
  }

  const adopt = (tokens: Tokens): string => {
    const person = readPerson(tokens.accessToken)
    if (tokens.refreshToken) storage.setItem(refreshTokenKey, tokens.refreshToken)
    const lifeMilliseconds = tokens.expiresIn * 1_000
    access = { token: tokens.accessToken, goodUntil: now() + lifeMilliseconds }
    clearTimeout(timer)
    // Early enough that no request waits for it; a failure here is met again by the next request.
    timer = setTimeout(() => void refresh().catch(() => undefined), Math.max(1_000, lifeMilliseconds * 0.8))
    if (state.phase !== 'signed-in' || !isSamePerson(state.person, person)) change({ phase: 'signed-in', person })
    return tokens.accessToken
  }

  const end = (because: 'left' | 'ended'): void => {
    clearTimeout(timer)
    access = null
    storage.removeItem(refreshTokenKey)
    if (state.phase !== 'signed-out') change({ phase: 'signed-out', because })
  }

  const exchangeKept = async (): Promise<string> => {
    const refreshToken = storage.getItem(refreshTokenKey)
    if (!refreshToken) {
      end('ended')
      throw new RefusedError('Nobody is signed in.')
    }
    try {
      const tokens = await api.exchange({ refreshToken })
      // The person signed out while the answer was on its way: it must not sign them in again.
      if (storage.getItem(refreshTokenKey) !== refreshToken) throw new RefusedError('Nobody is signed in.')
      return adopt(tokens)
    } catch (error) {
      if (!(error instanceof RefusedError)) throw error
      // Where locks reach no further than a tab, another one may have exchanged it first: its successor is good.
      const kept = storage.getItem(refreshTokenKey)
      if (kept && kept !== refreshToken) return exchangeKept()
      end('ended')
      throw error
    }
  }

  const refresh = (): Promise<string> => {
    refreshing ??= locks.run(lockName, exchangeKept).finally(() => {
      refreshing = null
    })
    return refreshing
  }

  return {
    state: () => state,
    subscribe(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    async restore() {
      if (state.phase !== 'restoring') return
      change({ phase: 'restoring', error: null })
      await refresh().catch((error: unknown) => {
        if (state.phase === 'restoring') change({ phase: 'restoring', error })
      })
    },
    async signIn(credentials) {
      const tokens = await api.exchange(credentials)
      await locks.run(lockName, async () => adopt(tokens))
    },
    async signOut() {
      const refreshToken = storage.getItem(refreshTokenKey)
      end('left')
      // The person is signed out here whatever the server says; it ends the family when it hears of it.
      if (refreshToken) await api.logout(refreshToken).catch(() => undefined)
    },
    follow() {
      const isKept = storage.getItem(refreshTokenKey) !== null
      if (!isKept) return end('ended')
      if (state.phase !== 'signed-out') return
      change({ phase: 'restoring', error: null })
      void this.restore()
    },
    async accessToken() {
      return access && access.goodUntil - now() > marginMilliseconds ? access.token : refresh()
    },
    async renew(refused) {
      return access && access.token !== refused ? access.token : refresh()
    },
    dispose: () => clearTimeout(timer),
  }
}

const isSamePerson = (one: Person, other: Person): boolean =>
  one.id === other.id && one.name === other.name && one.role === other.role
