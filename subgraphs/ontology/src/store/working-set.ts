import type { Sql } from '@mothership/platform/database'
import type { PastChange } from '../domain/change.ts'
import type { ChangesSince } from '../domain/conflict.ts'
import type { AnnotationState, BeliefState, LinkState, RelationState, ValueState } from '../domain/node.ts'
import type { Entry, Footprint, WorkingSet } from '../domain/working-set.ts'
import { asJson, idSet, LINK, RELATION } from './sql.ts'

interface Kept {
  id: string
  revision: number
  asOf?: null
}

/** Loads what an edit may look at, in five statements. Call it after the head was locked. */
export const loadWorkingSet = async (sql: Sql, footprint: Footprint): Promise<WorkingSet> => ({
  values: await loadValues(sql, footprint),
  beliefs: await loadBeliefs(sql, footprint),
  relations: await loadRelations(sql, footprint),
  links: await loadLinks(sql, footprint),
  annotations: await loadAnnotations(sql, footprint),
})

const toEntries = <S extends ValueState | BeliefState | RelationState | LinkState | AnnotationState>(
  rows: readonly (S & Kept & { isDeleted?: boolean })[],
): Map<string, Entry<S>> =>
  new Map(
    rows.map(({ id, revision, isDeleted = false, asOf: _, ...state }) => {
      const before = isDeleted ? null : (state as unknown as S)
      return [id, { before, now: before, revision, path: null }]
    }),
  )

const names = (n: number): string => `(select key from jsonb_array_elements_text($${n}::jsonb) as list (key))`

const COMMON = 'id, revision, deleted_at is not null as "isDeleted", name, description'
const VALUE = `${COMMON}, weight`
const BELIEF = `${COMMON}, credence, task_types as "taskTypes", rule, level`

// Two halves rather than an "or", for which no index serves: what both find is the same entry.
const loadValues = async (sql: Sql, { ids, valueNames }: Footprint) =>
  toEntries(
    await sql.query<ValueState & Kept & { isDeleted: boolean }>(
      `select ${VALUE} from ontology.value where id in ${idSet(1)}
       union all
       select ${VALUE} from ontology.value where deleted_at is null and name_key in ${names(2)}`,
      [asJson(ids), asJson(valueNames)],
    ),
  )

const loadBeliefs = async (sql: Sql, { ids, beliefNames }: Footprint) =>
  toEntries(
    await sql.query<BeliefState & Kept & { isDeleted: boolean }>(
      `select ${BELIEF} from ontology.belief where id in ${idSet(1)}
       union all
       select ${BELIEF} from ontology.belief where deleted_at is null and name_key in ${names(2)}`,
      [asJson(ids), asJson(beliefNames)],
    ),
  )

const loadRelations = async (sql: Sql, { ids, deletedBeliefs, pairs }: Footprint) =>
  toEntries(
    await sql.query<RelationState & Kept>(
      `select ${RELATION} from ontology.relation r where r.id in ${idSet(1)}
       union select ${RELATION} from ontology.relation r where r.from_id in ${idSet(2)}
       union select ${RELATION} from ontology.relation r where r.to_id in ${idSet(2)}
       union select ${RELATION} from ontology.relation r
       join jsonb_to_recordset($3::jsonb) as pair ("from" uuid, "to" uuid)
         on r.from_id = pair."from" and r.to_id = pair."to"`,
      [asJson(ids), asJson(deletedBeliefs), asJson(pairs)],
    ),
  )

const loadLinks = async (sql: Sql, { ids, deletedBeliefs, deletedValues, linkedBeliefs }: Footprint) =>
  toEntries(
    await sql.query<LinkState & Kept>(
      `select ${LINK} from ontology.value_link l where l.id in ${idSet(1)}
       union select ${LINK} from ontology.value_link l where l.belief_id in ${idSet(2)}
       union select ${LINK} from ontology.value_link l where l.value_id in ${idSet(3)}`,
      [asJson(ids), asJson([...deletedBeliefs, ...linkedBeliefs]), asJson(deletedValues)],
    ),
  )

const loadAnnotations = async (sql: Sql, { ids, deletedBeliefs, deletedValues }: Footprint) =>
  toEntries(
    await sql.query<AnnotationState & Kept>(
      `select id, revision, subject, node_id as node, triples from ontology.annotation
       where id in ${idSet(1)} or node_id in ${idSet(2)}`,
      [asJson(ids), asJson([...deletedBeliefs, ...deletedValues])],
    ),
  )

/** What was changed after a revision, of some things. */
export const loadChangesSince = async (
  sql: Sql,
  options: { base: number; ids: readonly string[] },
): Promise<ChangesSince> => {
  const changes = await sql.query<PastChange>(
    `select c.kind, c.node_id as id, c.before, c.after, c.revision, r.author
     from ontology.change c
     join ontology.revision r on r.number = c.revision
     where c.revision > $1::integer and c.node_id in ${idSet(2)}
     order by c.revision, c.ordinal`,
    [options.base, asJson(options.ids)],
  )
  const byId = new Map<string, PastChange[]>()
  for (const change of changes) byId.set(change.id, [...(byId.get(change.id) ?? []), change])
  return byId
}
