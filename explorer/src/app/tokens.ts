import type { Person, Role } from '../ui/words/roles.ts'

/** What `POST /auth/token` takes from a person. */
export type Credentials = { username: string; password: string } | { signInCode: string }

/** What it answers: `expiresIn` in seconds; a refresh token works once. */
export type Tokens = { accessToken: string; refreshToken: string | null; expiresIn: number }

/** The server looked at the credentials or the refresh token and said no. Anything else is a plain error. */
export class RefusedError extends Error {
  override readonly name = 'RefusedError'
}

/** The two calls that need no access token. */
export type AuthApi = {
  /** @throws RefusedError for wrong credentials, TypeError where the server cannot be reached. */
  exchange(body: Credentials | { refreshToken: string }): Promise<Tokens>
  logout(refreshToken: string): Promise<void>
}

/** Speaks to `/auth/token` and `/auth/logout` at `origin`. */
export const createAuthApi = (origin: string, send: typeof fetch = fetch): AuthApi => {
  const post = (path: string, body: unknown) =>
    send(`${origin}${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
      // A sign-out goes on when the page is closed right after it.
      keepalive: true,
    })
  return {
    async exchange(body) {
      const response = await post('/auth/token', body)
      if (!response.ok) throw failure(response.status, body)
      return readTokens(await response.json())
    },
    async logout(refreshToken) {
      await post('/auth/logout', { refreshToken })
    },
  }
}

const failure = (status: number, body: object): Error => {
  if (status === 429) return new Error('Too many attempts. Wait a minute, then try again.')
  if (status >= 500) return new Error(`The server is not ready (${status}). Try again in a moment.`)
  if (status !== 400 && status !== 401 && status !== 403) {
    return new Error(`The server answered ${status} to a sign-in. Check the address, then try again.`)
  }
  if ('signInCode' in body) return new RefusedError('This sign-in link was used already, or it has expired.')
  if ('username' in body) return new RefusedError('The user name or the password is wrong.')
  return new RefusedError('Your session has ended. Sign in again.')
}

const readTokens = (answer: unknown): Tokens => {
  const { accessToken, refreshToken, expiresIn } = (answer ?? {}) as Record<string, unknown>
  if (typeof accessToken !== 'string' || typeof expiresIn !== 'number') {
    throw new Error('The server’s answer to the sign-in was not understood. Reload the page.')
  }
  return { accessToken, refreshToken: typeof refreshToken === 'string' ? refreshToken : null, expiresIn }
}

const roles: readonly Role[] = ['VIEWER', 'CURATOR', 'OPERATOR', 'ADMIN']

/**
 * Reads who is signed in from the claims `sub`, `name` and `role` of an access token. It checks no signature: the
 * server does, with every request; this is for showing only.
 */
export const readPerson = (accessToken: string): Person => {
  const claims = readClaims(accessToken)
  const role = roles.find((each) => each === claims['role'])
  if (typeof claims['sub'] !== 'string' || !role) throw new RefusedError('That account cannot use the explorer.')
  return { id: claims['sub'], name: typeof claims['name'] === 'string' ? claims['name'] : claims['sub'], role }
}

const readClaims = (token: string): Record<string, unknown> => {
  try {
    const payload = (token.split('.')[1] ?? '').replaceAll('-', '+').replaceAll('_', '/')
    const bytes = Uint8Array.from(atob(payload), (character) => character.charCodeAt(0))
    const claims: unknown = JSON.parse(new TextDecoder().decode(bytes))
    return typeof claims === 'object' && claims !== null ? (claims as Record<string, unknown>) : {}
  } catch {
    return {}
  }
}
