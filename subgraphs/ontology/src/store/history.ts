import type { Sql } from '@mothership/platform/database'
import type { NetChange, Revision } from '../domain/change.ts'
import { asJson, inParts } from './sql.ts'

/** Writes a revision with its changes, and the head that counts it. */
export const recordRevision = async (sql: Sql, revision: Revision, changes: readonly NetChange[]): Promise<void> => {
  const { number, author, message, createdAt, changeCount } = revision
  await sql.query('update ontology.head set revision = $1::integer', [number])
  await sql.query(
    `insert into ontology.revision (number, author, message, created_at, change_count)
     values ($1::integer, $2::text, $3::text, $4::timestamptz, $5::integer)`,
    [number, author, message, createdAt.toISOString(), changeCount],
  )
  const rows = changes.map((change, ordinal) => ({ ...change, ordinal }))
  await inParts(rows, (json) =>
    sql.query(
      `insert into ontology.change (revision, ordinal, kind, node_id, before, after)
       select $2::integer, row.ordinal, row.kind, row.id, nullif(row.before, 'null'::jsonb), nullif(row.after, 'null'::jsonb)
       from jsonb_to_recordset($1::jsonb) as row (ordinal integer, kind text, id uuid, before jsonb, after jsonb)`,
      [json, number],
    ),
  )
  await sql.query(
    `insert into ontology.revision_node (node_id, revision)
     select distinct id::uuid, $2::integer from jsonb_array_elements_text($1::jsonb) as list (id)`,
    [asJson(changes.flatMap(concernedBy)), number],
  )
}

const ENDS = ['from', 'to', 'belief', 'value', 'node']

/** The thing that changed, and those that it connects. */
const concernedBy = ({ id, before, after }: NetChange): string[] => [
  id,
  ...[before, after].flatMap((state) =>
    state === null
      ? []
      : Object.entries(state).flatMap(([key, end]) => (ENDS.includes(key) && typeof end === 'string' ? [end] : [])),
  ),
]
