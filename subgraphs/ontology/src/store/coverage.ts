import type { Sql } from '@mothership/platform/database'
import type { Standing } from '../domain/node.ts'
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

/** Which beliefs count as unused: none of those that governed; of a standing, or of any where it is null. */
interface Unused {
  readonly governed: readonly string[]
  readonly standing: Standing | null
}

const UNUSED = `b.deleted_at is null and ($2::text is null or b.standing = $2::text) and b.id not in ${idSet(1)}`

/** A page of the unused beliefs, by name. */
export const listUnusedBeliefs = (sql: Sql, options: Page & Unused): Promise<Listed[]> =>
  sql.query<Listed>(
    `select b.id, b.name_key as "nameKey" from ontology.belief b
     where ${UNUSED} and ($3::text is null or b.name_key > $3::text)
     order by b.name_key limit $4::integer`,
    [asJson(options.governed), options.standing, options.after, options.limit],
  )

export const countUnusedBeliefs = async (sql: Sql, { governed, standing }: Unused): Promise<number> => {
  const [row] = await sql.query<{ count: number }>(
    `select count(*)::integer as count from ontology.belief b where ${UNUSED}`,
    [asJson(governed), standing],
  )
  return row?.count ?? 0
}

/** Of task types, those that no belief in force names: the first by name, each once. */
export const findUngoverned = async (
  sql: Sql,
  { taskTypes, limit }: { taskTypes: readonly string[]; limit: number },
): Promise<string[]> => {
  const rows = await sql.query<{ type: string }>(
    `select type from (select distinct type from jsonb_array_elements_text($1::jsonb) as list (type)) list
     where not exists (
       select from ontology.belief b
       where b.deleted_at is null and b.standing = 'IN_FORCE' and b.task_types @> array[type]
     )
     order by type collate "C" limit $2::integer`,
    [asJson(taskTypes), limit],
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
