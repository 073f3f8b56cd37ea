import type { Sql } from '@mothership/platform/database'
import { type NetChange, ChangeKind as Kind } from '../domain/change.ts'
import type { Fault } from '../domain/fault.ts'
import { type LinkState, RelationType, type Standing } from '../domain/node.ts'
import { relationsAdded, relationsRemoved, type Stored } from '../domain/preview.ts'
import type { Strength } from '../domain/propagate.ts'
import { standingOf } from '../domain/strength.ts'
import type { WorkingSet } from '../domain/working-set.ts'
import { asJson, idSet } from './sql.ts'

/** How many warnings of one kind are told. */
const MAX_WARNINGS = 100
/** How many beliefs of a cycle a warning names. */
const MAX_NAMED = 5

interface Ahead {
  readonly set: WorkingSet
  readonly changes: readonly NetChange[]
  /** What is stored of the beliefs that the edit reaches or names. */
  readonly known: ReadonlyMap<string, Stored>
  /** As they would be, of what the edit reaches. */
  readonly strengths: ReadonlyMap<string, Strength>
}

/** What speaks against an edit without stopping it: only what is not so already. */
export const findWarnings = async (sql: Sql, ahead: Ahead): Promise<{ warnings: Fault[]; truncated: boolean }> => {
  const kinds = [await tensions(sql, ahead), await emptiedValues(sql, ahead), await unsettled(sql, ahead)]
  return {
    warnings: kinds.flatMap((warnings) => warnings.slice(0, MAX_WARNINGS)),
    truncated: kinds.some((warnings) => warnings.length > MAX_WARNINGS),
  }
}

interface Tension {
  readonly type: RelationType
  readonly from: string
  readonly to: string
  readonly fromName: string
  readonly toName: string
}

const isTense = (type: RelationType, from: Standing | undefined, to: Standing | undefined): boolean =>
  from === 'IN_FORCE' &&
  ((type === RelationType.CONTRADICTS && to === 'IN_FORCE') || (type === RelationType.DEPENDS_ON && to === 'DEFEATED'))

/** Relations between beliefs that would come to contradict each other in force, or to depend on what is defeated. */
const tensions = async (sql: Sql, ahead: Ahead): Promise<Fault[]> => {
  const { changes, known, strengths, set } = ahead
  const then = (id: string): Standing | undefined => {
    const strength = strengths.get(id)
    return strength ? standingOf(strength.strength) : known.get(id)?.standing
  }
  const turned = [...strengths.keys()].filter((id) => known.has(id) && known.get(id)?.standing !== then(id))
  const removed = relationsRemoved(changes)
  const placeOf = ({ type, from, to }: Pick<Tension, 'type' | 'from' | 'to'>): string => `${type} ${from} ${to}`
  const tenseBefore = new Set(
    removed
      .filter(({ type, from, to }) => isTense(type, known.get(from)?.standing, known.get(to)?.standing))
      .map(placeOf),
  )
  const nameOf = (id: string): string => set.beliefs.get(id)?.now?.name ?? id
  const added = relationsAdded(changes)
    .filter(({ type, from, to }) => isTense(type, then(from), then(to)))
    .filter((relation) => !tenseBefore.has(placeOf(relation)))
    .map((relation) => ({
      path: set.relations.get(relation.id)?.path ?? 'changes',
      ...relation,
      fromName: nameOf(relation.from),
      toName: nameOf(relation.to),
    }))
  const stored = await storedTensions(sql, {
    turned: turned.map((id) => ({ id, standing: then(id) })),
    except: removed.map(({ id }) => id),
  })
  const old = stored.map((tension) => ({
    path: set.beliefs.get(tension.from)?.path ?? set.beliefs.get(tension.to)?.path ?? 'changes',
    ...tension,
  }))
  return [...added, ...old].map((tension) => ({ path: tension.path, message: inWords(tension) }))
}

const inWords = ({ type, fromName, toName }: Tension): string =>
  type === RelationType.CONTRADICTS
    ? `"${fromName}" and "${toName}" would contradict each other, both in force. Lower the credence of one, or narrow its task types.`
    : `"${fromName}" would be in force and depend on "${toName}", which would be defeated. Support that one, or take the dependency away.`

/** Of the stored relations of beliefs that would turn, those that would be tense: one end turned, so none is so now. */
const storedTensions = async (
  sql: Sql,
  { turned, except }: { turned: readonly object[]; except: readonly string[] },
): Promise<Tension[]> => {
  if (turned.length === 0) return []
  return sql.query<Tension>(
    `with turned as materialized (select id, standing from jsonb_to_recordset($1::jsonb) as row (id uuid, standing text)),
     touched as (
       select r.* from turned join ontology.relation r on r.from_id = turned.id
       union select r.* from turned join ontology.relation r on r.to_id = turned.id
     )
     select r.type, r.from_id as "from", r.to_id as "to", source.name as "fromName", target.name as "toName"
     from touched r
     join ontology.belief source on source.id = r.from_id
     join ontology.belief target on target.id = r.to_id
     left join turned source_then on source_then.id = r.from_id
     left join turned target_then on target_then.id = r.to_id
     where r.type in ('CONTRADICTS', 'DEPENDS_ON') and r.id not in ${idSet(2)}
       and coalesce(source_then.standing, source.standing) = 'IN_FORCE'
       and coalesce(target_then.standing, target.standing) = case r.type when 'CONTRADICTS' then 'IN_FORCE' else 'DEFEATED' end
     order by r.weight desc, r.id limit $3::integer`,
    [asJson(turned), asJson(except), MAX_WARNINGS + 1],
  )
}

/** Values that would lose their last link to a belief. */
const emptiedValues = async (sql: Sql, { changes, set }: Ahead): Promise<Fault[]> => {
  const unlinked = changes.filter(({ kind }) => kind === Kind.unlinkValue)
  const linked = new Set(
    changes.flatMap(({ kind, after }) => (kind === Kind.linkValue && after ? [(after as LinkState).value] : [])),
  )
  const values = unlinked.map(({ before }) => (before as LinkState).value).filter((id) => !linked.has(id))
  if (values.length === 0) return []
  const emptied = await sql.query<{ id: string; name: string }>(
    `select v.id, v.name from ontology.value v
     where v.id in ${idSet(1)} and v.deleted_at is null and not exists (
       select from ontology.value_link l where l.value_id = v.id and l.id not in ${idSet(2)}
     )
     order by v.name, v.id`,
    [asJson([...new Set(values)]), asJson(unlinked.map(({ id }) => id))],
  )
  return emptied
    .filter(({ id }) => set.values.get(id)?.now !== null)
    .map(({ id, name }) => {
      const last = unlinked.find(({ before }) => (before as LinkState).value === id)
      const path = (last && set.links.get(last.id)?.path) ?? 'changes'
      return { path, message: `The value "${name}" would be left without a belief. Link it to one, or delete it.` }
    })
}

/** One warning for all beliefs whose strength would not settle, and does now. */
const unsettled = async (sql: Sql, { strengths, known, set }: Ahead): Promise<Fault[]> => {
  const ids = [...strengths]
    .filter(([id, { converged }]) => !converged && known.get(id)?.converged !== false)
    .map(([id]) => id)
  if (ids.length === 0) return []
  const shown = ids.slice(0, MAX_NAMED)
  const rows = await sql.query<{ id: string; name: string }>(
    `select id, name from ontology.belief where id in ${idSet(1)}`,
    [asJson(shown)],
  )
  const stored = new Map(rows.map(({ id, name }) => [id, name]))
  const names = shown.map((id) => `"${set.beliefs.get(id)?.now?.name ?? stored.get(id) ?? id}"`)
  const more = ids.length > MAX_NAMED ? ` and ${ids.length - MAX_NAMED} more` : ''
  const message =
    `The strengths of ${names.join(', ')}${more} would not settle: they stand in a cycle. ` +
    'Change a weight or a credence in it.'
  return [{ path: 'changes', message }]
}
