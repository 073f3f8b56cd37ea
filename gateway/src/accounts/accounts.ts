import { createHash, randomBytes, randomUUID } from 'node:crypto'
import { BadUserInputError, ConflictError, UnauthenticatedError } from '@mothership/platform/errors'
import type { Identity } from '@mothership/platform/identity'
import type { AccessTokens } from './access-tokens.ts'
import { hashPassword, verifyPassword } from './passwords.ts'
import type { Account, AccountStore, PersonRole } from './store.ts'

const REFRESH_SECONDS = 30 * 24 * 3600
const SIGN_IN_CODE_SECONDS = 3600
const MIN_PASSWORD = 8
/** The account that every installation has. */
export const ADMIN_USERNAME = 'admin'

/** What a sign-in answers. `expiresIn` is the access token's lifetime in seconds. */
interface Session {
  accessToken: string
  refreshToken: string
  expiresIn: number
}

/** Who can sign in, and their sessions. */
export interface Accounts {
  /** Makes the account `admin` at the first start; where it has no password yet, it gets the one given. */
  ensureAdmin(password: string | undefined): Promise<void>
  add(account: { username: string; role: PersonRole; password: string }): Promise<void>
  signIn(username: string, password: string): Promise<Session>
  /** Exchanges a refresh token. One that was used before ends all sessions that came from the same sign-in. */
  refresh(refreshToken: string): Promise<Session>
  signOut(refreshToken: string): Promise<void>
  /** A code that signs `admin` in once, within an hour. */
  issueSignInCode(): string
  redeemSignInCode(code: string): Promise<Session>
}

const newToken = (): string => randomBytes(32).toString('base64url')
const hashOf = (token: string): string => createHash('sha256').update(token).digest('base64url')

export const createAccounts = (store: AccountStore, tokens: AccessTokens): Accounts => {
  const codes = new Map<string, number>()
  const sessionOf = async (account: Account, refreshToken: string): Promise<Session> => {
    const identity: Identity = { role: account.role, subject: account.username, name: account.username }
    return { ...(await tokens.issue(identity)), refreshToken }
  }
  const open = async (account: Account): Promise<Session> => {
    const refreshToken = newToken()
    await store.saveRefreshToken({
      tokenHash: hashOf(refreshToken),
      familyId: randomUUID(),
      username: account.username,
      expiresAt: new Date(Date.now() + REFRESH_SECONDS * 1000),
    })
    return sessionOf(account, refreshToken)
  }
  const endedSession = (): never => {
    throw new UnauthenticatedError('The session has ended. Sign in again.')
  }
  return {
    ensureAdmin: async (password) => {
      const admin = await store.findAccount(ADMIN_USERNAME)
      // Only where it has none: the variable is for the first start, and must not undo a password set since.
      if (admin && (admin.passwordHash !== null || password === undefined)) return
      const passwordHash = password === undefined ? null : await hashPassword(password)
      const isNew = await store.createAccount({ username: ADMIN_USERNAME, role: 'ADMIN', passwordHash })
      if (!isNew && passwordHash !== null) await store.setPassword(ADMIN_USERNAME, passwordHash)
    },
    add: async ({ username, role, password }) => {
      assertUsername(username)
      assertPassword(password)
      const isNew = await store.createAccount({ username, role, passwordHash: await hashPassword(password) })
      if (!isNew) throw new ConflictError(`The name ${username} is taken. Choose another one.`, { path: 'username' })
    },
    signIn: async (username, password) => {
      const account = await store.findAccount(username)
      const isRight = await verifyPassword(password, account?.passwordHash ?? null)
      if (!account || !isRight) throw new UnauthenticatedError('The name or the password is wrong.')
      return open(account)
    },
    refresh: async (refreshToken) => {
      const successor = newToken()
      const redeemed = await store.rotateRefreshToken(hashOf(refreshToken), {
        tokenHash: hashOf(successor),
        lifetimeSeconds: REFRESH_SECONDS,
      })
      const account = redeemed.kind === 'rotated' ? await store.findAccount(redeemed.username) : null
      return account ? sessionOf(account, successor) : endedSession()
    },
    signOut: (refreshToken) => store.revokeFamilyOf(hashOf(refreshToken)),
    issueSignInCode: () => {
      const code = newToken()
      codes.set(hashOf(code), Date.now() + SIGN_IN_CODE_SECONDS * 1000)
      return code
    },
    redeemSignInCode: async (code) => {
      const hash = hashOf(code)
      const expiresAt = codes.get(hash) ?? 0
      codes.delete(hash)
      const admin = await store.findAccount(ADMIN_USERNAME)
      if (expiresAt < Date.now() || !admin) {
        throw new UnauthenticatedError('The sign-in link was used or has run out. Start again for a new one.')
      }
      return open(admin)
    },
  }
}

const assertUsername = (username: string): void => {
  if (!/^[a-z0-9][a-z0-9._-]{0,63}$/.test(username)) {
    throw new BadUserInputError(
      `The name ${JSON.stringify(username.slice(0, 80))} cannot be used: ` +
        '1 to 64 of a-z, 0-9, dot, dash and underscore, beginning with a letter or digit.',
      { path: 'username' },
    )
  }
}

const assertPassword = (password: string): void => {
  if (password.length < MIN_PASSWORD || password.length > 200) {
    throw new BadUserInputError(`A password has ${MIN_PASSWORD} to 200 characters.`, { path: 'password' })
  }
}
