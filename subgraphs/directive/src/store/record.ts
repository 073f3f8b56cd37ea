import type { PrismaSql, Sql } from '@mothership/platform/database'
import { BadUserInputError } from '@mothership/platform/errors'
import { isUuid } from '@mothership/platform/uuid'
import type { PrismaClient } from '@mothership/prisma'
import type { ComplianceReport } from '../domain/compliance.ts'
import type { BeliefRecord, Tally } from '../domain/record.ts'

const MOST = 1000

/** A record with the belief that it is of. */
export type OwnedRecord = BeliefRecord & { readonly id: string }

const RECORD = 'belief_id as id, applied, violated, overridden, reviewed, last_seen_at as "lastSeenAt"'

/** What checks and decisions add, each with the time when it happened. */
export type Counted = Tally & { readonly at: Date }

/** Adds to the records of beliefs; several of one belief are added up. Once in a transaction, or two could wait for each other. */
export const addToRecords = async (tx: PrismaSql, counted: readonly Counted[]): Promise<void> => {
  if (counted.length === 0) return
  await tx.$executeRawUnsafe(
    // In the order of their ids: two that count at once lock the rows in the same one.
    `insert into directive.belief_record as kept (belief_id, applied, violated, overridden, reviewed, last_seen_at)
     select "beliefId", sum(applied), sum(violated), sum(overridden), sum(reviewed), max(at)
     from jsonb_to_recordset($1::jsonb)
       as row ("beliefId" uuid, applied integer, violated integer, overridden integer, reviewed integer, at timestamptz)
     group by "beliefId" order by "beliefId"
     on conflict (belief_id) do update set
       applied = kept.applied + excluded.applied, violated = kept.violated + excluded.violated,
       overridden = kept.overridden + excluded.overridden, reviewed = kept.reviewed + excluded.reviewed,
       last_seen_at = greatest(kept.last_seen_at, excluded.last_seen_at)`,
    JSON.stringify(counted),
  )
}

/**
 * Whether a report that was just written counts: it is on an attempt, and the first of its phase. Only of DURING there may
 * be others: a lost answer is asked for again, and a SHOULD may fail each time before a MUST does.
 */
export const isFirstOfItsPhase = async (
  tx: Pick<PrismaClient, 'complianceReport'>,
  { directiveId, taskId, attempt, phase, verdict }: ComplianceReport,
): Promise<boolean> => {
  if (taskId === null || attempt === null) return false
  const where = { directiveId, taskId, attempt, phase, verdict, origin: 'SERVICE' }
  return (await tx.complianceReport.count({ where })) === 1
}

/** The records of beliefs, in one statement; one that has none is left out. */
export const findRecords = (sql: Sql, ids: readonly string[]): Promise<OwnedRecord[]> =>
  sql.query<OwnedRecord>(
    `select ${RECORD} from directive.belief_record
     where belief_id in (select id::uuid from jsonb_array_elements_text($1::jsonb) as list (id))`,
    [JSON.stringify(ids.filter(isUuid))],
  )

/**
 * Beliefs that are overridden often, by their ids: a page, or the one that is asked for where it is one of them. At least
 * 3 overrides, which are at least a quarter of the violations. Throws BadUserInputError.
 */
export const findOverriddenOften = async (
  sql: Sql,
  { first, after, beliefId }: { first: number; after: string | null; beliefId: string | null },
): Promise<OwnedRecord[]> => {
  if (first < 1 || first > MOST) {
    throw new BadUserInputError(`first is ${first}; it may be 1 to ${MOST}.`, { path: 'first' })
  }
  for (const [path, id] of Object.entries({ after, beliefId })) {
    if (id !== null && !isUuid(id)) throw new BadUserInputError(`${path} is no id of a belief.`, { path })
  }
  return sql.query<OwnedRecord>(
    `select ${RECORD} from directive.belief_record
     where overridden >= 3 and overridden * 4 >= violated
       and ($1::uuid is null or belief_id > $1::uuid) and ($2::uuid is null or belief_id = $2::uuid)
     order by belief_id limit $3::integer`,
    [after, beliefId, first],
  )
}
