import type { PrismaSql, Sql } from '@mothership/platform/database'
import { BadUserInputError } from '@mothership/platform/errors'
import { type Flip, smallestFlip, type Upstream } from '../domain/flip.ts'
import { type Belief, type Relation, type Standing, storedIds } from '../domain/node.ts'
import type { Reach } from '../domain/preview.ts'
import { propagate } from '../domain/propagate.ts'
import { type Evidence, standingOf } from '../domain/strength.ts'
import { asJson, idSet, RELATION, sqlOf } from './sql.ts'
import { loadReach } from './strengths.ts'

/** How many relations upstream of a belief are looked at, the nearest first. */
const MAX_RELATIONS = 2000

type Incoming = Evidence & { fromStrength: number }

/** A flip with what it is of. */
interface FoundFlip {
  readonly belief: Belief
  /** Its standing then. */
  readonly standing: Standing
  readonly kind: Flip['kind']
  /** Null where it is a weight. */
  readonly credenceOf: Belief | null
  /** Null where it is a credence. */
  readonly relation: Relation | null
  readonly before: number
  readonly after: number
  /** The search ended at its bounds. */
  readonly truncated: boolean
}

/** The transaction of a look, with the reads of beliefs that it needs. */
interface LookTools {
  readonly tx: PrismaSql
  findBeliefs(ids: readonly string[]): Promise<Belief[]>
}

/**
 * Reads what the smallest flip of a belief depends on, in a transaction of one snapshot. Answers what computes it, to be
 * called when that has ended, for it may take a second: null where nothing turns the belief, or there is no such belief.
 * Throws BadUserInputError where too much bears on it directly.
 */
export const findFlip = async (beliefId: string, { tx, findBeliefs }: LookTools): Promise<() => FoundFlip | null> => {
  const sql = sqlOf(tx)
  await sql.query('set transaction read only')
  const [target] = await sql.query<{ id: string; credence: number }>(
    `select id, credence from ontology.belief where id in ${idSet(1)} and deleted_at is null`,
    [asJson(storedIds([beliefId]))],
  )
  if (!target) return () => null
  const { upstream, isWhole } = await loadUpstream(sql, target)
  const ids = upstream.beliefs.map(({ id }) => id)
  const beliefs = await findBeliefs(ids)
  const relations = await sql.query<Relation>(`select ${RELATION} from ontology.relation r where r.id in ${idSet(1)}`, [
    asJson(upstream.relations.map(({ id }) => id)),
  ])
  // What lies beyond the bound was held: it may move as well, where what would change leads back through it.
  const reach = isWhole ? null : await loadReach(sql, ids)
  const belief = beliefs.find(({ id }) => id === target.id)
  if (!belief) throw new Error('a belief vanished from a snapshot')
  return () => {
    const { flip, isExhausted } = smallestFlip(target.id, upstream)
    if (!flip || (reach && !turns(reach, flip, target.id))) return null
    return describe(flip, { belief, beliefs, relations, truncated: isExhausted || !isWhole })
  }
}

const describe = (
  { kind, id, before, after }: Flip,
  found: { belief: Belief; beliefs: readonly Belief[]; relations: readonly Relation[]; truncated: boolean },
): FoundFlip => {
  const { belief, beliefs, relations, truncated } = found
  return {
    belief,
    standing: belief.standing === 'IN_FORCE' ? 'DEFEATED' : 'IN_FORCE',
    kind,
    credenceOf: kind === 'CREDENCE' ? (beliefs.find((one) => one.id === id) ?? null) : null,
    relation: kind === 'WEIGHT' ? (relations.find((one) => one.id === id) ?? null) : null,
    before,
    after,
    truncated,
  }
}

/** In the order of a walk from the belief, the heaviest of each belief first; those of one belief are all there or held. */
const loadUpstream = async (
  sql: Sql,
  target: { id: string; credence: number },
): Promise<{ upstream: Upstream; isWhole: boolean }> => {
  const inputs = (to: string): string =>
    `select id, type, from_id, to_id, weight from ontology.relation
     where to_id = ${to} and type in ('SUPPORTS', 'CONTRADICTS') order by weight desc, id limit $2::integer`
  const walked = await sql.query<Incoming & { fromCredence: number; inputs: number }>(
    `with recursive walked as (
       (${inputs('$1::uuid')})
       union
       select next.* from walked cross join lateral (${inputs('walked.from_id')}) next
     )
     select w.id, w.type, w.from_id as "from", w.to_id as "to", w.weight, b.strength as "fromStrength",
            b.credence as "fromCredence", (
              select count(*)::integer from ontology.relation r
              where r.to_id = w.from_id and r.type in ('SUPPORTS', 'CONTRADICTS')
            ) as inputs
     from (select * from walked limit $2::integer) w
     cross join lateral (select strength, credence from ontology.belief where id = w.from_id offset 0) b`,
    [target.id, MAX_RELATIONS + 1],
  )
  const isWhole = walked.length <= MAX_RELATIONS
  const loaded = new Map<string, number>()
  for (const { to } of walked) loaded.set(to, (loaded.get(to) ?? 0) + 1)
  if (!isWhole && loaded.get(target.id) === walked.length) {
    throw new BadUserInputError(
      `More than ${MAX_RELATIONS} relations bear on the belief directly: too many to look for its smallest flip.`,
      { path: 'beliefId' },
    )
  }
  const beliefs = new Map([[target.id, target.credence]])
  for (const { from, fromCredence, inputs: count } of walked) {
    if ((loaded.get(from) ?? 0) === count) beliefs.set(from, from === target.id ? target.credence : fromCredence)
  }
  return {
    upstream: { beliefs: [...beliefs].map(([id, credence]) => ({ id, credence })), relations: walked },
    isWhole,
  }
}

/** Whether a flip turns the belief in the whole graph. */
const turns = ({ beliefs, incoming }: Reach, flip: Flip, beliefId: string): boolean => {
  const strengths = propagate(
    beliefs.map(({ id, credence }) => ({ id, credence: id === flip.id ? flip.after : credence })),
    incoming.map((relation) => (relation.id === flip.id ? { ...relation, weight: flip.after } : relation)),
    new Map(incoming.map(({ from, fromStrength }) => [from, fromStrength])),
  )
  const then = strengths.get(beliefId)?.strength
  return then !== undefined && standingOf(then) !== beliefs.find(({ id }) => id === beliefId)?.standing
}
