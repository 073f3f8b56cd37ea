import type { Sql } from '@mothership/platform/database'
import { lockPairs } from './near-pairs.ts'
import { CLAIM_SECONDS, PREFIX } from './pass-sql.ts'

/*
 * Which model computes the meanings, and how that goes. A pass is over all documents by one model: another model begins the
 * next, and so does `reembed`. What a vector was computed from begins with its pass, so a pass needs no list of what it
 * did: whatever begins otherwise is still to be done.
 */

/** After this silence, the processes of a model are thought gone. */
const SILENCE_SECONDS = 180
/** The longest pause after a failure; the first is a second, and each is twice the one before. */
const MOST_PAUSE_SECONDS = 300

/** Whether nothing has to be begun for a model: it computes the meanings, and all that it did not embed is on the list. */
const isBegun = async (sql: Sql, model: string): Promise<boolean> => {
  const [row] = await sql.query<{ isBegun: boolean }>(
    `select p.model = $1::text and not exists (
       select from ontology.search_document d
       where (d.embedded_from is null or not starts_with(d.embedded_from, ${PREFIX}))
         and not exists (select from ontology.embedding_due due where due.node_id = d.node_id)
     ) as "isBegun"
     from ontology.embedding_pass p`,
    [model],
  )
  return row?.isBegun ?? false
}

/**
 * Makes a model the one that computes the meanings, as a process that starts does: the newest start decides. What the
 * model did not embed is due then. Twice is as once.
 */
export const beginWith = async (sql: Sql, model: string): Promise<void> => {
  if (await isBegun(sql, model)) return greet(sql, model)
  await lockEdits(sql)
  const switched = await sql.query(
    `update ontology.embedding_pass
     set model = $1::text, started_at = clock_timestamp()
     where model <> $1::text returning model`,
    [model],
  )
  await greet(sql, model)
  if (switched.length > 0) await forgetPairs(sql)
  await markDue(sql)
}

/** A start may bring another key: what failed before says nothing of it. */
const greet = async (sql: Sql, model: string): Promise<void> => {
  await sql.query(
    `update ontology.embedding_pass
     set seen_at = clock_timestamp(), failure = null, failures = 0, paused_until = null where model = $1::text`,
    [model],
  )
}

/**
 * Says that a process of this model is there. Where the processes of another model decided, and have been gone for a
 * while, it takes their place: a process of theirs that was started amid an update would else have the last word.
 */
export const stayWith = async (sql: Sql, model: string): Promise<void> => {
  const stays = await sql.query(
    `update ontology.embedding_pass set seen_at = clock_timestamp() where model = $1::text returning model`,
    [model],
  )
  if (stays.length > 0) return
  await lockEdits(sql)
  const [gone] = await sql.query(
    `select from ontology.embedding_pass
     where seen_at < clock_timestamp() - interval '${SILENCE_SECONDS} seconds' for update`,
  )
  if (gone) await beginWith(sql, model)
}

/**
 * Begins to compute all meanings afresh, by the model that computes them. While a pass is not done, that one goes on, and
 * what it put off is tried again. Until it is replaced, each vector serves on.
 */
export const beginAfresh = async (sql: Sql): Promise<void> => {
  await lockEdits(sql)
  await sql.query(
    `update ontology.embedding_pass p
     set number = number + 1, started_at = clock_timestamp(), failure = null
     where not exists (
       select from ontology.search_document d left join ontology.embedding_due due using (node_id)
       where d.embedded_from is not null and not starts_with(d.embedded_from, ${PREFIX})
         and (due.claimed_until is null or due.claimed_until <= clock_timestamp() + interval '${CLAIM_SECONDS} seconds')
     )`,
  )
  await sql.query(`update ontology.embedding_pass set failures = 0, paused_until = null`)
  await markDue(sql)
  // Without waiting for those that another process is at.
  await sql.query(
    `update ontology.embedding_due set claimed_until = null where node_id in (
       select node_id from ontology.embedding_due
       where claimed_until > clock_timestamp() + interval '${CLAIM_SECONDS} seconds' for update skip locked
     )`,
  )
}

/** Edits put documents on the list as well, in an order of their own: two that do so at once could wait for each other. */
const lockEdits = (sql: Sql): Promise<unknown> => sql.query('select revision from ontology.head for update')

/** Near pairs of the model before: they come again as the beliefs are compared by their new vectors. */
const forgetPairs = async (sql: Sql): Promise<void> => {
  await lockPairs(sql)
  await sql.query('delete from ontology.near_pair')
  await sql.query('delete from ontology.comparison')
}

/** Puts on the list what has no vector of the present pass. */
const markDue = async (sql: Sql): Promise<void> => {
  await sql.query(
    `insert into ontology.embedding_due (node_id, edit_size)
     select d.node_id, count(*) over () from ontology.search_document d cross join ontology.embedding_pass p
     where d.embedded_from is null or not starts_with(d.embedded_from, ${PREFIX})
     on conflict (node_id) do nothing`,
  )
}

/** Keeps why the model cannot be asked; `pauses`: documents are left alone for a while, longer each time. */
export const noteFailure = async (
  sql: Sql,
  { model, reason, pauses }: { model: string; reason: string; pauses: boolean },
): Promise<void> => {
  await sql.query(
    `update ontology.embedding_pass
     set failure = $2::text,
         failures = failures + $3::integer,
         paused_until = case when $3::integer = 1
           then clock_timestamp() + make_interval(secs => least(${MOST_PAUSE_SECONDS}, power(2, least(failures, 20))))
           else paused_until end
     where model = $1::text and ($3::integer = 1 or failure is distinct from $2::text)`,
    [model, reason, pauses ? 1 : 0],
  )
}

/** Keeps that the model can be asked. */
export const noteSuccess = async (sql: Sql, model: string): Promise<void> => {
  await sql.query(
    `update ontology.embedding_pass set failure = null, failures = 0, paused_until = null
     where model = $1::text and (failure is not null or failures > 0)`,
    [model],
  )
}
