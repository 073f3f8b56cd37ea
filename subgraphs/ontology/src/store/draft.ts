import type { PrismaSql, Sql } from '@mothership/platform/database'
import type { Change } from '../domain/change.ts'
import { type DraftedBelief, type DraftView, draftViewOf, idsOfDrafted } from '../domain/draft-view.ts'
import type { Belief, Relation, Value, ValueLink } from '../domain/node.ts'
import { namedIn, strengthsAfter } from '../domain/outlook.ts'
import { assertApplies, wouldMake } from '../domain/rehearsal.ts'
import { findContradictions } from './graph.ts'
import { isAnyDue } from './embeddings.ts'
import type { Owned } from './pages.ts'
import { loadStored } from './preview.ts'
import { rehearse } from './rehearsal.ts'
import { candidateIds, type CandidateTables, type GovernedTask, governTasks, type TaskToGovern } from './governing.ts'
import type { Direction } from './search.ts'
import { asJson, sqlOf } from './sql.ts'
import { loadReach } from './strengths.ts'
import { seedsOf } from './write.ts'

/** The reads of nodes within the transaction. */
interface NodeReads {
  findBeliefs(ids: readonly string[]): Promise<Belief[]>
  findValues(ids: readonly string[]): Promise<Value[]>
}

/**
 * What changes would make of the ontology: computed of one snapshot, without a lock, and nothing is written. Throws as
 * the edit would. A constant number of statements.
 */
export const readDraft = async (
  tx: PrismaSql,
  { changes, baseRevision }: { changes: readonly Change[]; baseRevision: number },
  reads: NodeReads,
): Promise<DraftView> => {
  const sql = sqlOf(tx)
  await sql.query('set transaction read only')
  const [rehearsal] = await rehearse(sql, [{ changes, baseRevision }])
  if (!rehearsal) throw new Error('nothing was rehearsed')
  assertApplies(rehearsal)
  const made = wouldMake(rehearsal)
  const reach = await loadReach(sql, seedsOf(made))
  const computed = strengthsAfter(made, reach, await loadStored(sql, namedIn(made)))
  const [head] = await sql.query<{ revision: number; now: Date }>(
    'select revision, now()::timestamptz(3) as now from ontology.head',
  )
  if (!head) throw new Error('the ontology has no head')
  const facts = { ...head, ...computed, changes: made }
  const nodes = {
    beliefs: byId(await reads.findBeliefs(idsOfDrafted(facts))),
    values: byId(await reads.findValues(made.map(({ id }) => id))),
  }
  return draftViewOf({ ...facts, nodes })
}

const byId = <N extends { readonly id: string }>(nodes: readonly N[]): Map<string, N> =>
  new Map(nodes.map((node) => [node.id, node]))

/** A belief that a draft changes, with the direction of its words where they would be others and it is known. */
export type Embeddable = DraftedBelief & {
  readonly direction: Direction | null
  /** The model was asked for it, and failed. */
  readonly isMissed: boolean
}

/**
 * The tables of the beliefs and of their words as a draft would make them. The draft itself is read from a setting of the
 * transaction: it is sent once, however many tasks are looked at.
 */
const DRAFTED: CandidateTables = {
  with: `drafted as materialized (
       select * from jsonb_to_recordset(current_setting('mothership.draft')::jsonb)
         as row (id uuid, standing text, level text, "taskTypes" text[], name text, description text, vector text, model text)
     ),
     drafted_belief as not materialized (
       select id, deleted_at, standing, task_types, level, rule from ontology.belief
       where id not in (select id from drafted)
       union all select id, null, standing, "taskTypes", level, null from drafted
     ),
     drafted_document as not materialized (
       select node_id, words, embedding, embedded_from from ontology.search_document
       where node_id not in (select id from drafted where name is not null)
       union all
       select id, setweight(to_tsvector('english', name), 'A') || setweight(to_tsvector('english', description), 'B'),
              vector::public.vector, model || ':'
       from drafted where name is not null
     ),`,
  beliefs: 'drafted_belief',
  documents: 'drafted_document',
}

/** What would govern some tasks after a draft, with the beliefs and their links as they would be. */
export interface DraftGoverning {
  readonly revision: number
  readonly isSettled: boolean
  readonly tasks: GovernedTask[]
  readonly beliefs: Belief[]
  readonly contradictions: Relation[]
  readonly values: Value[]
  /** Of the beliefs whose links would be others: all that they would have. */
  readonly linksOf: ReadonlyMap<string, Owned<ValueLink>[]>
}

interface Options {
  readonly view: DraftView
  readonly drafted: readonly Embeddable[]
  readonly tasks: readonly TaskToGovern[]
  readonly leastRelevance: number
  readonly limit: number
  readonly mustLimit: number
}

/**
 * What would govern each of some tasks, of one snapshot, by the statement that finds what governs them now. Null where
 * the ontology has moved on since the draft was read: read it again.
 */
export const governDraft = async (
  tx: PrismaSql,
  { view, drafted, tasks, ...bounds }: Options,
  reads: Pick<NodeReads, 'findBeliefs'> & { findLinksOfBeliefs(ids: readonly string[]): Promise<Owned<ValueLink>[]> },
): Promise<DraftGoverning | null> => {
  const sql = sqlOf(tx)
  await sql.query('set transaction read only')
  const [head] = await sql.query<{ revision: number }>('select revision from ontology.head')
  if (head?.revision !== view.revision) return null
  const given = drafted.map(({ direction, isMissed: _, ...belief }) => ({
    ...belief,
    vector: direction && JSON.stringify(direction.vector),
    model: direction?.model,
  }))
  await sql.query(`select set_config('mothership.draft', $1::text, true)`, [asJson(given)])
  // Where the meaning of what the draft says is not known, nothing is compared by meaning alone.
  const areComparable = !drafted.some(({ isMissed }) => isMissed)
  const governed = await governTasks(sql, { tasks, ...bounds }, DRAFTED)
  const ids = candidateIds(governed)
  const kept = await reads.findBeliefs([...ids].filter((id) => !view.beliefs.has(id)))
  return {
    revision: view.revision,
    isSettled: !(await isAnyDue(sql)),
    tasks: governed.map((task) => ({ ...task, isByMeaning: areComparable && task.isByMeaning })),
    beliefs: [...kept, ...[...view.beliefs.values()].filter(({ id }) => ids.has(id))],
    contradictions: await contradictionsAmong(sql, ids, view),
    values: [...view.values],
    linksOf: await linksAfter(view, ids, reads),
  }
}

const contradictionsAmong = async (
  sql: Sql,
  ids: ReadonlySet<string>,
  { relations }: DraftView,
): Promise<Relation[]> => {
  const stored = await findContradictions(sql, [...ids])
  const added = relations.added.filter(({ type, from, to }) => type === 'CONTRADICTS' && ids.has(from) && ids.has(to))
  return [...stored.filter(({ id }) => !relations.removed.has(id)), ...added]
}

/** The links of candidates that would have others than now; where only a value would be another, they stay. */
const linksAfter = async (
  { links }: DraftView,
  ids: ReadonlySet<string>,
  reads: { findLinksOfBeliefs(ids: readonly string[]): Promise<Owned<ValueLink>[]> },
): Promise<Map<string, Owned<ValueLink>[]>> => {
  if (links.added.length + links.removed.size === 0) return new Map()
  const stored = (await reads.findLinksOfBeliefs([...ids])).filter(({ id }) => !links.removed.has(id))
  const all = [...stored, ...links.added.map((link) => ({ ...link, owner: link.belief }))]
  all.sort((one, other) => other.weight - one.weight || (one.id < other.id ? -1 : 1))
  return new Map([...ids].map((id) => [id, all.filter(({ owner }) => owner === id)]))
}
