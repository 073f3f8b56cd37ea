import type { Sql } from '@mothership/platform/database'
import type { Fault } from '../domain/fault.ts'
import { groupBy } from '@mothership/platform/group-by'
import { emptiedIn, type Suspicion, type Tension, tensionsIn, unsettledIn } from '../domain/warnings.ts'
import { asJson, idSet } from './sql.ts'

/** How many warnings of one kind are told. */
const MAX_WARNINGS = 100

interface Warned {
  readonly warnings: Fault[]
  readonly truncated: boolean
}

/** A row about one of several edits. */
type OfEdit<T> = T & { edit: number }

/** The warnings of each of some edits: at most three statements, however many edits. */
export const findWarnings = async (sql: Sql, suspicions: readonly Suspicion[]): Promise<Warned[]> => {
  const tensions = groupBy(await findTensions(sql, suspicions), ({ edit }) => edit)
  const emptied = groupBy(await findEmptied(sql, suspicions), ({ edit }) => edit)
  const names = await findNames(
    sql,
    suspicions.flatMap(({ unsettled }) => unsettled),
  )
  return suspicions.map((suspicion, edit) => {
    const kinds = [
      tensionsIn(suspicion, tensions.get(edit) ?? []),
      emptiedIn(suspicion, emptied.get(edit) ?? []),
      unsettledIn(suspicion, names),
    ]
    return {
      warnings: kinds.flatMap((warnings) => warnings.slice(0, MAX_WARNINGS)),
      truncated: kinds.some((warnings) => warnings.length > MAX_WARNINGS),
    }
  })
}

/** Of the stored relations of beliefs that would turn, those that would be tense: one end turned, so none is so now. */
const findTensions = async (sql: Sql, suspicions: readonly Suspicion[]): Promise<OfEdit<Tension>[]> => {
  const turned = suspicions.flatMap((one, edit) => one.turned.map((belief) => ({ edit, ...belief })))
  if (turned.length === 0) return []
  const except = suspicions.flatMap(({ removed }, edit) => removed.map((id) => ({ edit, id })))
  return sql.query<OfEdit<Tension>>(
    `with turned as materialized (
       select edit, id, standing from jsonb_to_recordset($1::jsonb) as row (edit integer, id uuid, standing text)
     ),
     touched as (
       select turned.edit, r.* from turned join ontology.relation r on r.from_id = turned.id
       union select turned.edit, r.* from turned join ontology.relation r on r.to_id = turned.id
     ),
     tense as (
       select r.edit, r.type, r.from_id as "from", r.to_id as "to", source.name as "fromName", target.name as "toName",
              row_number() over (partition by r.edit order by r.weight desc, r.id) as place
       from touched r
       join ontology.belief source on source.id = r.from_id
       join ontology.belief target on target.id = r.to_id
       left join turned source_then on source_then.edit = r.edit and source_then.id = r.from_id
       left join turned target_then on target_then.edit = r.edit and target_then.id = r.to_id
       where r.type in ('CONTRADICTS', 'DEPENDS_ON')
         and (r.edit, r.id) not in (select edit, id from jsonb_to_recordset($2::jsonb) as row (edit integer, id uuid))
         and coalesce(source_then.standing, source.standing) = 'IN_FORCE'
         and coalesce(target_then.standing, target.standing) = case r.type when 'CONTRADICTS' then 'IN_FORCE' else 'DEFEATED' end
     )
     select edit, type, "from", "to", "fromName", "toName" from tense where place <= $3::integer order by edit, place`,
    [asJson(turned), asJson(except), MAX_WARNINGS + 1],
  )
}

/** Of the values that an edit takes links from, those that it leaves without any. */
const findEmptied = async (
  sql: Sql,
  suspicions: readonly Suspicion[],
): Promise<OfEdit<{ id: string; name: string }>[]> => {
  const losing = suspicions.flatMap((one, edit) => one.losing.map((id) => ({ edit, id })))
  if (losing.length === 0) return []
  const unlinked = suspicions.flatMap((one, edit) => one.unlinked.map(({ id }) => ({ edit, id })))
  return sql.query<OfEdit<{ id: string; name: string }>>(
    `select losing.edit, v.id, v.name
     from jsonb_to_recordset($1::jsonb) as losing (edit integer, id uuid)
     join ontology.value v on v.id = losing.id
     where v.deleted_at is null and not exists (
       select from ontology.value_link l where l.value_id = v.id
         and (losing.edit, l.id) not in (select edit, id from jsonb_to_recordset($2::jsonb) as row (edit integer, id uuid))
     )
     order by v.name, v.id`,
    [asJson(losing), asJson(unlinked)],
  )
}

const findNames = async (sql: Sql, ids: readonly string[]): Promise<Map<string, string>> => {
  if (ids.length === 0) return new Map()
  const rows = await sql.query<{ id: string; name: string }>(
    `select id, name from ontology.belief where id in ${idSet(1)}`,
    [asJson([...new Set(ids)])],
  )
  return new Map(rows.map(({ id, name }) => [id, name]))
}
