import type { Sql } from '@mothership/platform/database'
import type { Relation, ValueLink } from '../domain/node.ts'
import { asJson, idSet, LINK, RELATION } from './sql.ts'

interface Picked {
  id: string
  kind: 'VALUE' | 'BELIEF'
}

export interface PickedNodes {
  picked: Picked[]
  truncated: boolean
}

/**
 * The most important live nodes: a belief by its strength and a value by its weight, each times what its connections
 * add (the logarithm of how many they are). One statement.
 */
export const pickOverview = async (sql: Sql, limit: number): Promise<PickedNodes> => {
  const rows = await sql.query<Picked>(
    `with degree as (
       select id, count(*) as degree from (
         select from_id as id from ontology.relation union all select to_id from ontology.relation
         union all select belief_id from ontology.value_link union all select value_id from ontology.value_link
       ) ends group by id
     )
     select node.id, node.kind from (
       select id, 'VALUE' as kind, weight as own from ontology.value where deleted_at is null
       union all
       select id, 'BELIEF', strength from ontology.belief where deleted_at is null
     ) node
     left join degree on degree.id = node.id
     order by node.own * (1 + ln(1 + coalesce(degree.degree, 0))) desc, node.id
     limit $1::integer + 1`,
    [limit],
  )
  return { picked: rows.slice(0, limit), truncated: rows.length > limit }
}

/**
 * The live nodes within some steps of others, the nearest first and the better ones first among the equally near. One
 * statement for each step. A node leads to no more than `limit` others each way, by its heaviest relations and links: so
 * many are read of a hub, however many it has.
 */
export const pickNeighborhood = async (
  sql: Sql,
  options: { ids: readonly string[]; depth: number; limit: number },
): Promise<PickedNodes> => {
  const { depth, limit } = options
  const start = await sql.query<Picked>(
    `select id, 'VALUE' as kind from ontology.value where deleted_at is null and id in ${idSet(1)}
     union all select id, 'BELIEF' from ontology.belief where deleted_at is null and id in ${idSet(1)}
     order by id limit $2::integer + 1`,
    [asJson(options.ids), limit],
  )
  const picked = start.slice(0, limit)
  let truncated = start.length > limit
  let edge = picked
  for (let step = 0; step < depth && edge.length > 0 && !truncated; step++) {
    const room = limit - picked.length
    const next = await neighborsOf(sql, { edge, seen: picked, limit: room + 1 })
    truncated = next.length > room || (next[0]?.isCut ?? false)
    edge = next.slice(0, room)
    picked.push(...edge)
  }
  return { picked: picked.map(({ id, kind }) => ({ id, kind })), truncated }
}

/** The four ways from a node to its neighbours, each in the order of an index. */
const WAYS = [
  { to: 'edge.to_id', kind: 'BELIEF', of: 'ontology.relation edge where edge.from_id = node.id' },
  { to: 'edge.from_id', kind: 'BELIEF', of: 'ontology.relation edge where edge.to_id = node.id' },
  { to: 'edge.value_id', kind: 'VALUE', of: 'ontology.value_link edge where edge.belief_id = node.id' },
  { to: 'edge.belief_id', kind: 'BELIEF', of: 'ontology.value_link edge where edge.value_id = node.id' },
].map(
  ({ to, kind, of }, way) =>
    `(select ${way} as way, ${to} as id, '${kind}' as kind from ${of} and ${to} not in (select id from seen)
      order by edge.weight desc, edge.id limit $3::integer)`,
)

/** The best neighbours that were not seen yet; `isCut` where a node may have more than it was asked for. */
const neighborsOf = (
  sql: Sql,
  options: { edge: readonly Picked[]; seen: readonly Picked[]; limit: number },
): Promise<(Picked & { isCut: boolean })[]> =>
  sql.query<Picked & { isCut: boolean }>(
    // The limit of 1 keeps the planner to the primary keys: it would read all beliefs, thinking the edge to be large.
    `with seen as materialized ${idSet(2)},
     way as materialized (
       select node.id as "from", way.* from ${idSet(1)} node cross join lateral (${WAYS.join(' union all ')}) way
     ),
     neighbor as materialized (select distinct id, kind from way)
     select n.id, n.kind,
            exists (select from way group by way."from", way.way having count(*) >= $3::integer) as "isCut"
     from neighbor n
     cross join lateral (
       select strength as own from ontology.belief where id = n.id and n.kind = 'BELIEF'
       union all select weight from ontology.value where id = n.id and n.kind = 'VALUE'
       limit 1
     ) node
     order by node.own desc, n.id
     limit $3::integer`,
    [asJson(options.edge.map(({ id }) => id)), asJson(options.seen.map(({ id }) => id)), options.limit],
  )

/** So many relations of a node are read each way, the heaviest: those of a hub are too many to look at. */
const RELATIONS_READ = 1000
/** A belief has no more links. */
const LINKS_READ = 50

const relationsRead = ({ of, other }: { of: string; other: string }): string =>
  `select node.id as "of", r.* from node cross join lateral (
     select r.id, r.${other} as other from ontology.relation r where r.${of} = node.id
     order by r.weight desc, r.id limit ${RELATIONS_READ}
   ) r`

const isCut = (table: string): string =>
  `exists (select from ${table} group by "of" having count(*) >= ${RELATIONS_READ})`

/**
 * The relations and links among nodes, the heaviest first; one more than the limit where there are more. Every relation
 * that is among the 1,000 heaviest of either of its ends is found; `isCut` where there may be others.
 */
export const findEdgesAmong = async (
  sql: Sql,
  options: { ids: readonly string[]; limit: number },
): Promise<{ relations: Relation[]; valueLinks: ValueLink[]; isCut: boolean }> => {
  const values = [asJson(options.ids), options.limit + 1]
  const found = await sql.query<Relation & { isCut: boolean; id: string | null }>(
    `with node as materialized ${idSet(1)},
     outgoing as materialized (${relationsRead({ of: 'from_id', other: 'to_id' })}),
     incoming as materialized (${relationsRead({ of: 'to_id', other: 'from_id' })}),
     among as materialized (
       select id from outgoing where other in (select id from node)
       union select id from incoming where other in (select id from node)
     )
     select r.*, cut."isCut"
     from (select ${isCut('outgoing')} and ${isCut('incoming')} as "isCut") cut
     left join (
       among cross join lateral (select ${RELATION} from ontology.relation r where r.id = among.id limit 1) r
     ) on true
     order by r.weight desc, r.id limit $2::integer`,
    values,
  )
  const valueLinks = await sql.query<ValueLink>(
    `with node as materialized ${idSet(1)}
     select l.* from node
     cross join lateral (
       select ${LINK} from ontology.value_link l where l.belief_id = node.id
       order by l.weight desc, l.id limit ${LINKS_READ}
     ) l
     where l.value in (select id from node)
     order by l.weight desc, l.id limit $2::integer`,
    values,
  )
  // One row without a relation where there is none.
  const relations = found.filter(({ id }) => id !== null).map(({ isCut: _, ...relation }) => relation as Relation)
  return { relations, valueLinks, isCut: found[0]?.isCut ?? false }
}

/** All CONTRADICTS relations among beliefs. */
export const findContradictions = (sql: Sql, ids: readonly string[]): Promise<Relation[]> =>
  sql.query<Relation>(
    `with node as materialized ${idSet(1)}
     select ${RELATION} from ontology.relation r
     join node source on source.id = r.from_id join node target on target.id = r.to_id
     where r.type = 'CONTRADICTS' order by r.id`,
    [asJson(ids)],
  )
