import type { Sql } from '@mothership/platform/database'
import { ConflictError } from '@mothership/platform/errors'
import type { Contradiction, Resolution } from '../domain/contradiction.ts'
import { InboxAction } from '../domain/inbox-change.ts'
import { type Pair, pairId } from '../domain/pair.ts'
import type { EditTools } from './edit.ts'
import { tellInbox } from './inbox-changes.ts'
import { asJson, idSet } from './sql.ts'

/** A decision about a contradiction, and what it was made on. */
export interface Decision extends Pick<Resolution, 'decision' | 'reason' | 'author'> {
  readonly contradiction: Contradiction
  /** The newest revision when the contradiction was read. */
  readonly base: number
  /** When the former decision about the pair was made, as it was read then; null: there was none. */
  readonly former: Date | null
}

/** When the last decision about a pair was made, whether it still holds or not; null: there was none. */
export const findDecisionTime = async (sql: Sql, { first, second }: Pair): Promise<Date | null> => {
  const [row] = await sql.query<{ createdAt: Date }>(
    `select created_at as "createdAt" from ontology.contradiction_resolution
     where first_id = $1::uuid and second_id = $2::uuid`,
    [first, second],
  )
  return row?.createdAt ?? null
}

/**
 * Keeps a decision, in the transaction of the edit that it leads to: the head is locked, so decisions are made one after
 * the other. Throws ConflictError where somebody changed or decided the pair since it was read.
 */
export const recordDecision = async (
  tools: Pick<EditTools, 'sql' | 'append'>,
  decision: Decision,
  revision: number | null,
): Promise<void> => {
  const { sql } = tools
  const { contradiction, base, former } = decision
  const { first, second } = contradiction
  const pair = asJson([first, second])
  const changed = await sql.query<{ name: string; author: string; revision: number }>(
    `select b.name, r.author, b.revision from ontology.belief b join ontology.revision r on r.number = b.revision
     where b.id in ${idSet(1)} and b.revision > $2::integer and b.revision is distinct from $3::integer`,
    [pair, base, revision],
  )
  const [one] = changed
  if (one) {
    throw new ConflictError(
      `input.id: "${one.name}" was changed by ${one.author} in revision ${one.revision}. Look at what it became, and decide again.`,
      { path: 'input.id', by: one.author, revision: one.revision },
    )
  }
  const now = await findDecisionTime(sql, contradiction)
  if (now?.getTime() !== former?.getTime()) {
    throw new ConflictError('input.id: somebody else has just decided about it. Look at what was decided.', {
      path: 'input.id',
    })
  }
  await sql.query(
    `insert into ontology.contradiction_resolution
       (first_id, second_id, kind, ground, decision, reason, author, created_at, known_revision, revision)
     select $1::uuid, $2::uuid, $3::text, $4::text, $5::text, $6::text, $7::text, clock_timestamp(), head.revision, $8::integer
     from ontology.head
     on conflict (first_id, second_id) do update set
       kind = excluded.kind, ground = excluded.ground, decision = excluded.decision, reason = excluded.reason,
       author = excluded.author, created_at = excluded.created_at, known_revision = excluded.known_revision,
       revision = excluded.revision`,
    [
      first,
      second,
      contradiction.kind,
      contradiction.reason,
      decision.decision,
      decision.reason,
      decision.author,
      revision,
    ],
  )
  const itemId = pairId(contradiction)
  await tellInbox(tools, { action: InboxAction.CONTRADICTION_RESOLVED, itemId, by: decision.author })
}

/** Forgets what was decided about a pair. Where somebody else has forgotten it just before, there is nothing to tell. */
export const forgetDecision = async (
  tools: Pick<EditTools, 'sql' | 'append'>,
  { pair, by }: { pair: Pair; by: string },
): Promise<void> => {
  const forgotten = await tools.sql.query(
    'delete from ontology.contradiction_resolution where first_id = $1::uuid and second_id = $2::uuid returning first_id',
    [pair.first, pair.second],
  )
  if (forgotten.length === 0) return
  await tellInbox(tools, { action: InboxAction.CONTRADICTION_REOPENED, itemId: pairId(pair), by })
}
