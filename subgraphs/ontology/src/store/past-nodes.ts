import type { Sql } from '@mothership/platform/database'
import { type Belief, type BeliefState, storedIds, type Value, type ValueState } from '../domain/node.ts'
import { BELIEF_KINDS, strengthAt, VALUE_KINDS } from './past-sql.ts'
import { asJson, idSet } from './sql.ts'

type Kept<S, N> = { state: S } & Omit<N, keyof S>

const fromState = <S extends object, N>({ state, ...kept }: Kept<S, N>): N => ({ ...state, ...kept }) as N

/** The set of all things of some kinds, at revision $2. */
const all = (kinds: string): string =>
  `(select distinct node_id as id from ontology.change where kind in ${kinds} and revision <= $2::integer and $1::jsonb is null)`

/** Nodes as they were at revision $2, by what they were last; a deleted one as it was before it was deleted. */
const nodesAt = (options: { set: string; kinds: string; columns?: string; strength?: string }): string =>
  `select node.id, coalesce(c.after, c.before) as state, c.revision, $2::integer as "asOf",
          made.created_at as "createdAt", r.created_at as "updatedAt",
          case when c.after is null then r.created_at end as "deletedAt" ${options.columns ?? ''}
   from ${options.set} node
   cross join lateral (
     select kind, before, after, revision from ontology.change
     where node_id = node.id and revision <= $2::integer order by revision desc limit 1
   ) c
   cross join lateral (
     select revision from ontology.change
     where node_id = node.id and kind in ${options.kinds} order by revision limit 1
   ) first
   join ontology.revision r on r.number = c.revision
   join ontology.revision made on made.number = first.revision
   ${options.strength ?? ''}
   where c.kind in ${options.kinds}
   order by node.id`

const VALUES = { kinds: VALUE_KINDS }
const BELIEFS = {
  kinds: BELIEF_KINDS,
  columns: ', s.strength, s.converged, s.standing',
  strength: strengthAt('node.id'),
}

/** Values as they were at a revision, deleted ones too: those of the ids, or all, in the order of ids. */
export const findPastValues = async (
  sql: Sql,
  { ids, revision }: { ids: readonly string[] | null; revision: number },
): Promise<Value[]> => {
  const set = ids ? idSet(1) : all(VALUE_KINDS)
  const rows = await sql.query<Kept<ValueState, Value>>(nodesAt({ ...VALUES, set }), [
    ids && asJson(storedIds(ids)),
    revision,
  ])
  return rows.map(fromState)
}

/** Beliefs as they were at a revision, deleted ones too: those of the ids, or all, in the order of ids. */
export const findPastBeliefs = async (
  sql: Sql,
  { ids, revision }: { ids: readonly string[] | null; revision: number },
): Promise<Belief[]> => {
  const set = ids ? idSet(1) : all(BELIEF_KINDS)
  const rows = await sql.query<Kept<BeliefState, Belief>>(nodesAt({ ...BELIEFS, set }), [
    ids && asJson(storedIds(ids)),
    revision,
  ])
  return rows.map(fromState)
}
