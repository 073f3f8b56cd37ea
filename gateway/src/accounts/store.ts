import type { Database } from '@mothership/platform/database'
import { databaseNow } from '@mothership/platform/database'
import type { Role } from '@mothership/platform/identity'
import { PrismaClient } from '@mothership/prisma'
import type { JWK } from 'jose'

type OwnTables = Pick<PrismaClient, 'account' | 'refreshToken' | 'signingKey' | '$transaction' | '$queryRawUnsafe'>

export type PersonRole = Extract<Role, 'ADMIN' | 'CURATOR' | 'OPERATOR' | 'VIEWER'>
export interface Account {
  username: string
  role: PersonRole
  passwordHash: string | null
}
interface StoredKey {
  id: string
  privateJwk: JWK
  publicJwk: JWK
}

/** What became of a refresh token that was handed in. */
type Redeemed = { kind: 'rotated'; username: string } | { kind: 'reused' } | { kind: 'unknown' }

/** Accounts, refresh tokens and signing keys. */
export interface AccountStore {
  findAccount(username: string): Promise<Account | null>
  /** False where the name is taken. */
  createAccount(account: Account): Promise<boolean>
  setPassword(username: string, passwordHash: string): Promise<void>
  saveRefreshToken(token: { tokenHash: string; familyId: string; username: string; expiresAt: Date }): Promise<void>
  /** Uses a token up and stores its successor of the same family; a token that was used before ends its family. */
  rotateRefreshToken(tokenHash: string, successor: { tokenHash: string; lifetimeSeconds: number }): Promise<Redeemed>
  revokeFamilyOf(tokenHash: string): Promise<void>
  deleteExpiredTokens(): Promise<void>
  keys(): Promise<StoredKey[]>
  /** Stores the first key. Of two processes that start at once, one wins: read the keys again. */
  addFirstKey(key: StoredKey): Promise<void>
}

const FIRST_KEY_LOCK = 7_206_114

export const createAccountStore = (database: Database): AccountStore => {
  const prisma: OwnTables = database.client(PrismaClient)
  return {
    findAccount: async (username) => {
      const row = await prisma.account.findFirst({ where: { username, disabledAt: null } })
      return row && { username: row.username, role: row.role as PersonRole, passwordHash: row.passwordHash }
    },
    createAccount: async (account) => {
      const { count } = await prisma.account.createMany({ data: [account], skipDuplicates: true })
      return count === 1
    },
    setPassword: async (username, passwordHash) => {
      await prisma.account.update({ where: { username }, data: { passwordHash } })
    },
    saveRefreshToken: async (token) => {
      await prisma.refreshToken.create({ data: token })
    },
    rotateRefreshToken: (tokenHash, successor) =>
      prisma.$transaction(async (tx): Promise<Redeemed> => {
        if ((await lockFamily(tx, tokenHash)) === null) return { kind: 'unknown' }
        const locked = await tx.$queryRawUnsafe<
          { family: string; username: string; isUsed: boolean; isOver: boolean }[]
        >(
          `select family_id::text as family, token.username, used_at is not null as "isUsed",
                  revoked_at is not null or expires_at < clock_timestamp() or disabled_at is not null as "isOver"
           from identity.refresh_token as token join identity.account using (username)
           where token_hash = $1 for update of token`,
          tokenHash,
        )
        const [token] = locked
        if (!token || token.isOver) return { kind: 'unknown' }
        const now = await databaseNow(tx)
        if (token.isUsed) {
          await tx.refreshToken.updateMany({ where: { familyId: token.family }, data: { revokedAt: now } })
          return { kind: 'reused' }
        }
        await tx.refreshToken.update({ where: { tokenHash }, data: { usedAt: now } })
        const expiresAt = new Date(now.getTime() + successor.lifetimeSeconds * 1000)
        await tx.refreshToken.create({
          data: { tokenHash: successor.tokenHash, familyId: token.family, username: token.username, expiresAt },
        })
        return { kind: 'rotated', username: token.username }
      }),
    revokeFamilyOf: (tokenHash) =>
      prisma.$transaction(async (tx) => {
        const familyId = await lockFamily(tx, tokenHash)
        if (familyId === null) return
        await tx.refreshToken.updateMany({ where: { familyId }, data: { revokedAt: await databaseNow(tx) } })
      }),
    deleteExpiredTokens: async () => {
      await prisma.refreshToken.deleteMany({ where: { expiresAt: { lt: new Date() } } })
    },
    keys: async () => {
      const rows = await prisma.signingKey.findMany({ orderBy: [{ createdAt: 'desc' }, { id: 'asc' }] })
      return rows.map((row) => ({
        id: row.id,
        privateJwk: row.privateJwk as unknown as JWK,
        publicJwk: row.publicJwk as unknown as JWK,
      }))
    },
    addFirstKey: async (key) => {
      await prisma.$transaction(async (tx) => {
        await tx.$queryRawUnsafe('select pg_advisory_xact_lock($1)::text', FIRST_KEY_LOCK)
        if ((await tx.signingKey.count()) > 0) return
        await tx.signingKey.create({
          data: { id: key.id, privateJwk: key.privateJwk, publicJwk: key.publicJwk },
        })
      })
    },
  }
}

/**
 * Locks the family of a token until the transaction ends, and answers it; null where there is no such token. A row of its
 * own a family has none, and those of its tokens do not do: who ends it would not see the successor that another
 * transaction is just about to add.
 */
const lockFamily = async (tx: Pick<OwnTables, '$queryRawUnsafe'>, tokenHash: string): Promise<string | null> => {
  const [token] = await tx.$queryRawUnsafe<{ family: string }[]>(
    'select family_id::text as family from identity.refresh_token where token_hash = $1',
    tokenHash,
  )
  if (!token) return null
  const key = `refresh:${token.family}`
  await tx.$queryRawUnsafe('select pg_advisory_xact_lock(hashtextextended($1::text, 0))::text', key)
  return token.family
}
