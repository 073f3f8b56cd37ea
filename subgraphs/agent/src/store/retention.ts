import { RateLimitedError } from '@mothership/platform/errors'
import type { OwnTables, Tx } from './rows.ts'

/** How many instances of one credential may be there, or have been within the last minutes. */
const MOST_INSTANCES = 200
const RECENT_MINUTES = 10

/** Of those of one credential that have been away for longer, so many are remembered, the last ones. */
const MOST_AWAY = 100

/** For how long what an agent can do is remembered after its last sign of life. */
const REMEMBERED_DAYS = 30

/** So many are forgotten in one statement. */
const BATCH = 200

const RECENT = `last_seen_at > clock_timestamp() - interval '${RECENT_MINUTES} minutes'`

/**
 * Makes sure that one more instance may be there; until the transaction ends nobody else registers one for the credential.
 * Throws RateLimitedError.
 */
export const assertRoom = async (tx: Tx, credentialId: string, instance: string): Promise<void> => {
  await tx.$executeRawUnsafe(`select pg_advisory_xact_lock(hashtextextended($1::text, 0))`, `instances:${credentialId}`)
  // In a statement of its own: that one would not see what was written while it waited.
  const [row] = await tx.$queryRawUnsafe<{ count: number }[]>(
    `select count(*)::integer as count from agent.agent
     where credential_id = $1::uuid and instance <> $2::text and forgotten_at is null and ${RECENT}`,
    credentialId,
    instance,
  )
  if ((row?.count ?? 0) < MOST_INSTANCES) return
  throw new RateLimitedError(
    `Your credential has ${MOST_INSTANCES} instances that were there within the last ${RECENT_MINUTES} minutes, and may have no more: end some and try again in a while, or use another credential.`,
    { path: 'input.instance' },
  )
}

/** Its name, its record and its configuration stay: tasks refer to who did them, and an instance may come back. */
const FORGET = `update agent.agent
  set skills = '[]', skill_ids = '{}', config_schema = null, forgotten_at = clock_timestamp()`

const AWAY = `forgotten_at is null and state = 'OFFLINE' and active = 0`

/**
 * Forgets what the instances of a credential can do that have been away the longest, beyond those that are remembered. It
 * waits for nobody: what another transaction holds is left to the next registration.
 */
export const forgetBeyond = async (tx: Tx, credentialId: string): Promise<void> =>
  void (await tx.$executeRawUnsafe(
    `${FORGET} where id in (
       select id from agent.agent where credential_id = $1::uuid and ${AWAY} and not ${RECENT}
       order by last_seen_at desc, id offset ${MOST_AWAY} for update skip locked
     )`,
    credentialId,
  ))

/** Forgets what agents can do that have been away for too long. Run twice, or by two processes at once, it does the same. */
export const forgetLongAway = async (prisma: OwnTables): Promise<void> => {
  for (let forgotten = BATCH; forgotten === BATCH;) {
    forgotten = await prisma.$executeRawUnsafe(
      `${FORGET} where id in (
         select id from agent.agent
         where ${AWAY} and last_seen_at < clock_timestamp() - interval '${REMEMBERED_DAYS} days'
         limit ${BATCH} for update skip locked
       )`,
    )
  }
}
