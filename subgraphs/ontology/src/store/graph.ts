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
 * statement for each step, none of which reads more than it may return.
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
    const next = await neighborsOf(sql, { edge, seen: picked, limit: limit - picked.length + 1 })
    truncated = next.length > limit - picked.length
    edge = next.slice(0, limit - picked.length)
    picked.push(...edge)
  }
  return { picked, truncated }
}

const neighborsOf = (
  sql: Sql,
  options: { edge: readonly Picked[]; seen: readonly Picked[]; limit: number },
): Promise<Picked[]> =>
  sql.query<Picked>(
    `with edge as ${idSet(1)},
     neighbor as (
       select r.to_id as id from ontology.relation r join edge on edge.id = r.from_id
       union select r.from_id from ontology.relation r join edge on edge.id = r.to_id
       union select l.value_id from ontology.value_link l join edge on edge.id = l.belief_id
       union select l.belief_id from ontology.value_link l join edge on edge.id = l.value_id
     )
     select n.id, case when v.id is null then 'BELIEF' else 'VALUE' end as kind
     from neighbor n
     left join ontology.value v on v.id = n.id
     left join ontology.belief b on b.id = n.id
     where n.id not in ${idSet(2)}
     order by coalesce(v.weight, b.strength) desc, n.id
     limit $3::integer`,
    [asJson(options.edge.map(({ id }) => id)), asJson(options.seen.map(({ id }) => id)), options.limit],
  )

/** The relations and links among nodes, the heaviest first; one more than the limit where there are more. */
export const findEdgesAmong = async (
  sql: Sql,
  options: { ids: readonly string[]; limit: number },
): Promise<{ relations: Relation[]; valueLinks: ValueLink[] }> => {
  const values = [asJson(options.ids), options.limit + 1]
  const relations = await sql.query<Relation>(
    `with node as materialized ${idSet(1)}
     select ${RELATION} from ontology.relation r
     join node source on source.id = r.from_id join node target on target.id = r.to_id
     order by r.weight desc, r.id limit $2::integer`,
    values,
  )
  const valueLinks = await sql.query<ValueLink>(
    `with node as materialized ${idSet(1)}
     select ${LINK} from ontology.value_link l
     join node belief on belief.id = l.belief_id join node value on value.id = l.value_id
     order by l.weight desc, l.id limit $2::integer`,
    values,
  )
  return { relations, valueLinks }
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
