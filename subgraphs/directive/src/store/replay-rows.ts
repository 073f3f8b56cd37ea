import type { PrismaSql, Sql } from '@mothership/platform/database'
import { ConflictError, NotFoundError, UnavailableError } from '@mothership/platform/errors'
import { isUuid } from '@mothership/platform/uuid'
import {
  KEPT_DAYS,
  MOST_KEPT,
  MOST_OF_ONE,
  MOST_RUNNING,
  type PlacedDifference,
  type Replay,
} from '../domain/replay.ts'

/** For how long a process has a replay for itself: longer than a page takes. Each page renews it. */
export const LEASE_SECONDS = 60
/** Progress is told no more often. */
const TELL_MILLISECONDS = 250

/** A replay as it is stored. */
export type Row = Replay & { readonly version: number; readonly isToBeTold: boolean; readonly failures: number }

/** The columns of a replay. */
export const REPLAY = `id::text, author, state, changes, base_revision as "baseRevision", proposal_id as "proposalId", last, total,
  done, cursor, directives_differing as "directivesDiffering", verdicts_differing as "verdictsDiffering", reason,
  started_at as "startedAt", ended_at as "endedAt"`

/** Without what is only stored. */
export const toReplay = ({ version: _v, isToBeTold: _t, failures: _f, ...replay }: Row): Replay => replay

/** Locks a replay. Throws NotFoundError. */
export const lockReplay = async (tx: PrismaSql, id: string): Promise<Row> => {
  const [row] = isUuid(id)
    ? await tx.$queryRawUnsafe<Row[]>(
        `select ${REPLAY}, version, failures,
                told_at < clock_timestamp() - make_interval(secs => ${TELL_MILLISECONDS / 1000}) as "isToBeTold"
         from directive.replay where id = $1::uuid for update`,
        id,
      )
    : []
  if (!row) throw new NotFoundError(`There is no replay ${id}.`, { id })
  return row
}

export const writeReplay = async (
  tx: PrismaSql,
  after: Row,
  { version, isTold }: { version: number; isTold: boolean },
): Promise<Row> => {
  const [row] = await tx.$queryRawUnsafe<Row[]>(
    `update directive.replay set
       state = $2::text, total = $3::integer, done = $4::integer, cursor = $5::text,
       directives_differing = $6::integer, verdicts_differing = $7::integer, reason = $8::text, version = $9::integer,
       failures = 0, waiting_since = null,
       told_at = case when $10::boolean then clock_timestamp() else told_at end,
       ended_at = case when $2::text = 'RUNNING' then null else clock_timestamp() end,
       leased_until = case when $2::text = 'RUNNING' then clock_timestamp() + make_interval(secs => ${LEASE_SECONDS}) end
     where id = $1::uuid
     returning ${REPLAY}, version, failures, false as "isToBeTold"`,
    after.id,
    after.state,
    after.total,
    after.done,
    after.cursor,
    after.directivesDiffering,
    after.verdictsDiffering,
    after.reason,
    version,
    isTold,
  )
  if (!row) throw new Error(`the replay ${after.id} is gone`)
  return row
}

export const insertDifferences = (
  tx: PrismaSql,
  id: string,
  differences: readonly PlacedDifference[],
): PromiseLike<unknown> =>
  tx.$executeRawUnsafe(
    `insert into directive.replay_difference (replay_id, ordinal, task_id, content)
     select $1::uuid, place.ordinal, place."taskId", content
     from json_array_elements($2::json) with ordinality as list (content, number)
     join jsonb_to_recordset($3::jsonb) as place (number integer, ordinal integer, "taskId" text) using (number)`,
    id,
    JSON.stringify(differences),
    // By themselves: nothing can be read out of JSON in which any text holds half a character.
    JSON.stringify(differences.map(({ ordinal, taskId }, place) => ({ number: place + 1, ordinal, taskId }))),
  )

/** Throws ConflictError or UnavailableError where too many replays run. */
export const assertMayRun = async (tx: PrismaSql, author: string): Promise<void> => {
  const [row] = await tx.$queryRawUnsafe<{ own: number; all: number }[]>(
    `select count(*) filter (where author = $1::text)::integer as own, count(*)::integer as "all"
     from directive.replay where state = 'RUNNING'`,
    author,
  )
  const { own = 0, all = 0 } = row ?? {}
  if (own >= MOST_OF_ONE) {
    throw new ConflictError(`${own} replays of yours are running. Wait for one to end, or cancel it by cancelReplay.`)
  }
  if (all >= MOST_RUNNING) {
    throw new UnavailableError(`${all} replays are running, which is all that may. Try again when one has ended.`)
  }
}

/** Forgets those that were over for long, with what they found: all of them, or so many. Answers how many. */
export const forgetOld = (tx: PrismaSql, most: number | null = null): PromiseLike<number> =>
  tx.$executeRawUnsafe(
    `delete from directive.replay where id in (
       select id from directive.replay where state <> 'RUNNING' and (
         ended_at < clock_timestamp() - make_interval(days => ${KEPT_DAYS})
         or id not in (
           select id from directive.replay where state <> 'RUNNING' order by ended_at desc, id desc limit ${MOST_KEPT}
         )
       ) limit $1::integer
     )`,
    most,
  )

export const countOf = async (sql: Sql, statement: string, values: readonly unknown[]): Promise<number> =>
  (await sql.query<{ count: number }>(statement, values))[0]?.count ?? 0
