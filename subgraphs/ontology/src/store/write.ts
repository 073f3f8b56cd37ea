import { setImmediate as nextTurn } from 'node:timers/promises'
import type { Sql } from '@mothership/platform/database'
import { type ChangeKind, ChangeKind as Kind, type NetChange, type Revision } from '../domain/change.ts'
import { type BeliefState, nameKey, type RelationState } from '../domain/node.ts'
import { isEvidence, standingOf } from '../domain/strength.ts'
import { asJson, idSet, inParts } from './sql.ts'

/**
 * Writes what an edit did, once its changes are recorded, to the values, beliefs, relations and links, and to what
 * imports kept: at most twelve statements however many changes, and more only where their texts are long.
 */
export const writeChanges = async (sql: Sql, changes: readonly NetChange[], revision: Revision): Promise<void> => {
  const of = (...kinds: ChangeKind[]) => changes.filter(({ kind }) => kinds.includes(kind))
  // What goes makes room for names and places before what comes takes them.
  await remove(sql, 'relation', of(Kind.unrelateBeliefs, Kind.relateBeliefs))
  await remove(sql, 'value_link', of(Kind.unlinkValue, Kind.linkValue))
  await remove(sql, 'annotation', of(Kind.unannotate, Kind.annotate))
  await markDeleted(sql, 'value', of(Kind.deleteValue), revision)
  await markDeleted(sql, 'belief', of(Kind.deleteBelief), revision)
  await freeNames(sql, 'value', of(Kind.updateValue))
  await freeNames(sql, 'belief', of(Kind.updateBelief))
  await writeValues(sql, of(Kind.createValue, Kind.updateValue), revision)
  await writeBeliefs(sql, of(Kind.createBelief, Kind.updateBelief), revision)
  await writeRelations(sql, of(Kind.relateBeliefs), revision)
  await writeLinks(sql, of(Kind.linkValue), revision)
  await writeAnnotations(sql, changes, revision)
}

/** A relation or link that changed is written anew, so that two may swap their ends. */
const remove = async (
  sql: Sql,
  table: 'relation' | 'value_link' | 'annotation',
  changes: readonly NetChange[],
): Promise<void> => {
  const ids = changes.flatMap(({ id, before }) => (before === null ? [] : [id]))
  if (ids.length === 0) return
  await sql.query(`delete from ontology.${table} where id in ${idSet(1)}`, [asJson(ids)])
}

const markDeleted = async (
  sql: Sql,
  table: 'value' | 'belief',
  changes: readonly NetChange[],
  { number, createdAt }: Revision,
): Promise<void> => {
  if (changes.length === 0) return
  await sql.query(
    `update ontology.${table} set deleted_at = $2::timestamptz, updated_at = $2::timestamptz, revision = $3::integer
     where id in ${idSet(1)}`,
    [asJson(changes.map(({ id }) => id)), createdAt.toISOString(), number],
  )
}

/** The unique index looks at each row as it is written: without this, two names could not be swapped. */
const freeNames = async (sql: Sql, table: 'value' | 'belief', changes: readonly NetChange[]): Promise<void> => {
  const renamed = changes.filter(({ before, after }) => nameOf(before) !== nameOf(after))
  if (renamed.length === 0) return
  await sql.query(`update ontology.${table} set name_key = id::text where id in ${idSet(1)}`, [
    asJson(renamed.map(({ id }) => id)),
  ])
}

const nameOf = (state: object | null): unknown => (state as { name?: unknown } | null)?.name

const named = ({ id, after }: NetChange) => ({ id, ...after, key: nameKey(String(nameOf(after))) })

const writeValues = async (sql: Sql, changes: readonly NetChange[], revision: Revision): Promise<void> => {
  await inParts(changes.map(named), (json) =>
    sql.query(
      `insert into ontology.value (id, name, name_key, description, weight, revision, created_at, updated_at)
     select id, name, key, description, weight, $2::integer, $3::timestamptz, $3::timestamptz
     from jsonb_to_recordset($1::jsonb) as row (id uuid, name text, key text, description text, weight float8)
     on conflict (id) do update set
       name = excluded.name, name_key = excluded.name_key, description = excluded.description,
       weight = excluded.weight, revision = excluded.revision, updated_at = excluded.updated_at, deleted_at = null`,
      [json, revision.number, revision.createdAt.toISOString()],
    ),
  )
}

/** A new belief is as strong as its credence until the strengths are computed, in the same transaction: few differ then. */
const writeBeliefs = async (sql: Sql, changes: readonly NetChange[], revision: Revision): Promise<void> => {
  const rows = changes.map((change) => ({
    ...named(change),
    standing: standingOf((change.after as BeliefState).credence),
  }))
  await inParts(rows, (json) =>
    sql.query(
      `insert into ontology.belief (id, name, name_key, description, credence, strength, converged, standing, task_types,
                                  rule, level, revision, created_at, updated_at)
     select id, name, key, description, credence, credence, true, standing,
            array(select jsonb_array_elements_text("taskTypes")), nullif(rule, 'null'::jsonb), level,
            $2::integer, $3::timestamptz, $3::timestamptz
     from jsonb_to_recordset($1::jsonb) as row
       (id uuid, name text, key text, description text, credence float8, standing text, "taskTypes" jsonb, rule jsonb,
        level text)
     on conflict (id) do update set
       name = excluded.name, name_key = excluded.name_key, description = excluded.description,
       credence = excluded.credence, task_types = excluded.task_types, rule = excluded.rule, level = excluded.level,
       revision = excluded.revision, updated_at = excluded.updated_at, deleted_at = null`,
      [json, revision.number, revision.createdAt.toISOString()],
    ),
  )
}

const writeRelations = async (sql: Sql, changes: readonly NetChange[], { number }: Revision): Promise<void> => {
  if (changes.length === 0) return
  await sql.query(
    `insert into ontology.relation (id, type, from_id, to_id, weight, note, revision)
     select id, type, "from", "to", weight, note, $2::integer
     from jsonb_to_recordset($1::jsonb) as row (id uuid, type text, "from" uuid, "to" uuid, weight float8, note text)`,
    [asJson(changes.map(({ id, after }) => ({ id, ...after }))), number],
  )
}

const writeLinks = async (sql: Sql, changes: readonly NetChange[], { number }: Revision): Promise<void> => {
  if (changes.length === 0) return
  await sql.query(
    `insert into ontology.value_link (id, belief_id, value_id, effect, weight, revision)
     select id, belief, value, effect, weight, $2::integer
     from jsonb_to_recordset($1::jsonb) as row (id uuid, belief uuid, value uuid, effect text, weight float8)`,
    [asJson(changes.map(({ id, after }) => ({ id, ...after }))), number],
  )
}

/** How many changes of a revision are looked through at a time for what they keep. */
const CHANGES_AT_ONCE = 1000

/** From the changes that were recorded: what imports keep is long, and need not be sent twice. */
const writeAnnotations = async (sql: Sql, changes: readonly NetChange[], { number }: Revision): Promise<void> => {
  if (!changes.some(({ kind }) => kind === Kind.annotate)) return
  for (let first = 0; first < changes.length; first += CHANGES_AT_ONCE) {
    await sql.query(
      `insert into ontology.annotation (id, subject, node_id, triples, revision)
       select node_id, after ->> 'subject', (after ->> 'node')::uuid, after -> 'triples', revision
       from ontology.change
       where revision = $1::integer and kind = 'annotate' and ordinal >= $2::integer and ordinal < $3::integer`,
      [number, first, first + CHANGES_AT_ONCE],
    )
    await nextTurn()
  }
}

/** The beliefs whose strength an edit may change, those that these lead to apart. Deleted ones may be among them. */
export const seedsOf = (changes: readonly NetChange[]): string[] =>
  changes.flatMap(({ kind, id, before, after }) => {
    if (kind === Kind.createBelief) return [id]
    if (kind === Kind.updateBelief)
      return (before as BeliefState).credence !== (after as BeliefState).credence ? [id] : []
    if (kind !== Kind.relateBeliefs && kind !== Kind.unrelateBeliefs) return []
    return [before, after].flatMap((state) => {
      const relation = state as RelationState | null
      return relation && isEvidence(relation.type) ? [relation.to] : []
    })
  })
