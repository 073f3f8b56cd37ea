import type { Sql } from '@mothership/platform/database'
import { asJson, idSet } from './sql.ts'

interface Page {
  /** A folded name to go on after. */
  readonly after: string | null
  readonly limit: number
}

/** A node of a list by name, to be loaded by its id. */
export interface Listed {
  readonly id: string
  readonly nameKey: string
}

const UNUSED = `b.deleted_at is null and b.standing = 'IN_FORCE' and b.id not in ${idSet(1)}`

/** A page of the beliefs in force that are none of those, by name. */
export const listUnusedBeliefs = (sql: Sql, options: Page & { governed: readonly string[] }): Promise<Listed[]> =>
  sql.query<Listed>(
    `select b.id, b.name_key as "nameKey" from ontology.belief b
     where ${UNUSED} and ($2::text is null or b.name_key > $2::text)
     order by b.name_key limit $3::integer`,
    [asJson(options.governed), options.after, options.limit],
  )

export const countUnusedBeliefs = async (sql: Sql, governed: readonly string[]): Promise<number> => {
  const [row] = await sql.query<{ count: number }>(
    `select count(*)::integer as count from ontology.belief b where ${UNUSED}`,
    [asJson(governed)],
  )
  return row?.count ?? 0
}

/** Of task types, those that no belief in force names, in their order. */
export const findUngoverned = async (sql: Sql, taskTypes: readonly string[]): Promise<string[]> => {
  const rows = await sql.query<{ type: string }>(
    `select type from jsonb_array_elements_text($1::jsonb) with ordinality as list (type, place)
     where not exists (
       select from ontology.belief b
       where b.deleted_at is null and b.standing = 'IN_FORCE' and b.task_types @> array[type]
     )
     order by place`,
    [asJson(taskTypes)],
  )
  return rows.map(({ type }) => type)
}

const UNLINKED = `v.deleted_at is null and not exists (select from ontology.value_link l where l.value_id = v.id)`

/** A page of the values that no belief promotes or demotes, by name. */
export const listUnlinkedValues = (sql: Sql, options: Page): Promise<Listed[]> =>
  sql.query<Listed>(
    `select v.id, v.name_key as "nameKey" from ontology.value v
     where ${UNLINKED} and ($1::text is null or v.name_key > $1::text)
     order by v.name_key limit $2::integer`,
    [options.after, options.limit],
  )

export const countUnlinkedValues = async (sql: Sql): Promise<number> => {
  const [row] = await sql.query<{ count: number }>(
    `select count(*)::integer as count from ontology.value v where ${UNLINKED}`,
  )
  return row?.count ?? 0
}
