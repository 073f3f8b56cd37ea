import type { Sql } from '@mothership/platform/database'
import { UnavailableError } from '@mothership/platform/errors'
import {
  EXPIRY_SECONDS,
  MAX_SESSIONS,
  MAX_SESSIONS_OF_ONE,
  type Presence,
  type Whereabouts,
} from '../domain/presence.ts'

const PRESENCE = `curator, session, node_id as "nodeId", is_editing as "isEditing", last_seen_at as "lastSeenAt"`

/** By the database's clock, so that all processes agree on who is there. */
const IS_THERE = `last_seen_at > clock_timestamp() - interval '${EXPIRY_SECONDS} seconds'`

/** Who is there now, in the order in which they came. */
export const listPresence = (sql: Sql): Promise<Presence[]> =>
  sql.query<Presence>(
    `select ${PRESENCE} from ontology.presence where ${IS_THERE} order by since, curator, session limit ${MAX_SESSIONS}`,
  )

/** Renews a session that is there. Null where it is not; `hasMoved` where it looks at something else now. */
export const renewPresence = async (
  sql: Sql,
  { curator, session, nodeId, isEditing }: Whereabouts,
): Promise<(Presence & { hasMoved: boolean }) | null> => {
  const [renewed] = await sql.query<Presence & { hasMoved: boolean }>(
    `with former as (
       select node_id, is_editing from ontology.presence
       where curator = $1::text and session = $2::text and ${IS_THERE} for update
     )
     update ontology.presence p
     set node_id = $3::uuid, is_editing = $4::boolean, last_seen_at = clock_timestamp()
     from former where p.curator = $1::text and p.session = $2::text
     returning p.curator, p.session, p.node_id as "nodeId", p.is_editing as "isEditing",
               p.last_seen_at as "lastSeenAt",
               (former.node_id, former.is_editing) is distinct from (p.node_id, p.is_editing) as "hasMoved"`,
    [curator, session, nodeId, isEditing],
  )
  return renewed ?? null
}

/**
 * Adds a session, within a transaction. A person who has too many loses the one that was silent for the longest: a
 * window that was closed without a word. Throws UnavailableError where too many are there at all.
 */
export const addPresence = async (
  sql: Sql,
  { curator, session, nodeId, isEditing }: Whereabouts,
): Promise<Presence> => {
  // One after the other, so that the bounds hold.
  await sql.query(`select pg_advisory_xact_lock(hashtext('ontology.presence'))::text as locked`)
  await sql.query(
    `delete from ontology.presence
     where not (${IS_THERE}) or (curator, session) in (
       select curator, session from ontology.presence where curator = $1::text and session <> $2::text
       order by last_seen_at desc offset ${MAX_SESSIONS_OF_ONE - 1}
     )`,
    [curator, session],
  )
  const [there] = await sql.query<{ count: number }>('select count(*)::integer as count from ontology.presence')
  if (there && there.count >= MAX_SESSIONS) {
    throw new UnavailableError(`${MAX_SESSIONS} sessions are there, which is all that are shown. Try again later.`)
  }
  const [added] = await sql.query<Presence>(
    `insert into ontology.presence (curator, session, node_id, is_editing, since, last_seen_at)
     values ($1::text, $2::text, $3::uuid, $4::boolean, clock_timestamp(), clock_timestamp())
     on conflict (curator, session) do update set
       node_id = excluded.node_id, is_editing = excluded.is_editing, last_seen_at = excluded.last_seen_at
     returning ${PRESENCE}`,
    [curator, session, nodeId, isEditing],
  )
  if (!added) throw new Error('a session was not added')
  return added
}

/** Ends a session of a person. Answers whether it was there. */
export const removePresence = async (
  sql: Sql,
  { curator, session }: Pick<Whereabouts, 'curator' | 'session'>,
): Promise<boolean> => {
  const rows = await sql.query(
    'delete from ontology.presence where curator = $1::text and session = $2::text returning session',
    [curator, session],
  )
  return rows.length > 0
}
