import { randomUUID } from 'node:crypto'
import { databaseNow } from '@mothership/platform/database'
import { NotFoundError, UnauthenticatedError } from '@mothership/platform/errors'
import type { EventLog } from '@mothership/platform/events'
import type { TimePlace } from '@mothership/platform/time-cursor'
import { isUuid } from '@mothership/platform/uuid'
import { AgentState } from '../domain/agent.ts'
import { type AgentCredential, hashSecret, type IssuedCredential, newSecret } from '../domain/credential.ts'
import { CredentialChange, credentialEvent } from '../events.ts'
import { type Append, type OwnTables, settleIn, type Tx } from './rows.ts'

/** The credentials' part of the store. */
export const credentialStore = (prisma: OwnTables, events: EventLog) => ({
  issueCredential: (name: string, by: string): Promise<IssuedCredential> =>
    events.write(prisma, (tx, append) => issue(tx, append, { name, by, supervised: false })),

  /** The supervisor's credential of that name under a new secret; made where there is none, or only a revoked one. */
  rotateCredential: (name: string, by: string): Promise<IssuedCredential> =>
    events.write(prisma, async (tx, append) => {
      const [found] = await tx.$queryRawUnsafe<{ id: string }[]>(
        `select id from agent.credential where name = $1::text and supervised and revoked_at is null for update`,
        name,
      )
      if (!found) return issue(tx, append, { name, by, supervised: true })
      const secret = newSecret()
      const row = await tx.agentCredential.update({
        where: { id: found.id },
        data: { secretHash: hashSecret(secret), secretAt: await databaseNow(tx), eventVersion: { increment: 1 } },
      })
      await append([credentialEvent(row, CredentialChange.ROTATED, by)])
      return { id: row.id, name, secret }
    }),

  /** Ends a credential and takes its agents offline; false where it was revoked already. */
  revokeCredential: (id: string, by: string): Promise<boolean> =>
    events.write(prisma, async (tx, append) => {
      const row = await findLocked(tx, id, 'update')
      if (!row) throw new NotFoundError(`There is no agent credential ${id}.`, { id })
      if (row.revokedAt !== null) return false
      const revoked = await tx.agentCredential.update({
        where: { id },
        data: { revokedAt: await databaseNow(tx), eventVersion: { increment: 1 } },
      })
      await append([credentialEvent(revoked, CredentialChange.REVOKED, by)])
      // Those that are OFFLINE already may be many, and no heartbeat brings them back.
      const agents = await tx.agent.findMany({
        where: { credentialId: id, state: { not: AgentState.OFFLINE } },
        select: { id: true },
      })
      await settleIn(
        tx,
        append,
        agents.map((agent) => agent.id),
        { hasLeft: true },
      )
      return true
    }),

  /** Whose secret it is; null where it is nobody's, or revoked. */
  findCredentialBySecret: async (secret: string): Promise<AgentCredential | null> =>
    prisma.agentCredential.findFirst({ where: { secretHash: hashSecret(secret), revokedAt: null } }),

  pageOfCredentials: (rows: number, after: TimePlace | null): Promise<AgentCredential[]> =>
    prisma.agentCredential.findMany({
      where: after ? { OR: [{ issuedAt: { lt: after.at } }, { issuedAt: after.at, id: { lt: after.id } }] } : {},
      orderBy: [{ issuedAt: 'desc' }, { id: 'desc' }],
      take: rows,
    }),

  countCredentials: (): Promise<number> => prisma.agentCredential.count(),
})

/** Holds a credential against revocation until the transaction ends. Throws UnauthenticatedError where it is revoked. */
export const lockCredential = async (tx: Tx, id: string): Promise<void> => {
  const credential = await findLocked(tx, id, 'share')
  if (!credential || credential.revokedAt !== null) throw new UnauthenticatedError('Your credential was revoked.')
}

const findLocked = async (
  tx: Tx,
  id: string,
  strength: 'share' | 'update',
): Promise<{ revokedAt: Date | null } | null> => {
  if (!isUuid(id)) return null
  const [row] = await tx.$queryRawUnsafe<{ revokedAt: Date | null }[]>(
    `select revoked_at as "revokedAt" from agent.credential where id = $1::uuid for ${strength}`,
    id,
  )
  return row ?? null
}

const issue = async (
  tx: Tx,
  append: Append,
  { name, by, supervised }: { name: string; by: string; supervised: boolean },
): Promise<IssuedCredential> => {
  const secret = newSecret()
  const now = await databaseNow(tx)
  const row = await tx.agentCredential.create({
    data: {
      id: randomUUID(),
      name,
      secretHash: hashSecret(secret),
      supervised,
      issuedBy: by,
      issuedAt: now,
      secretAt: now,
    },
  })
  await append([credentialEvent(row, CredentialChange.ISSUED, by)])
  return { id: row.id, name, secret }
}
