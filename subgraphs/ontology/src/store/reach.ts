import type { Sql } from '@mothership/platform/database'
import { ImpactDirection, MAX_DISTANCE, type Reached } from '../domain/reach.ts'
import type { Relation } from '../domain/node.ts'
import type { Owned } from './pages.ts'
import { asJson, RELATION } from './sql.ts'

interface Ends {
  near: string
  far: string
}

const ALONG: Ends = { near: 'from_id', far: 'to_id' }
const AGAINST: Ends = { near: 'to_id', far: 'from_id' }

/**
 * The relations that lead from a belief one step on, the heaviest first. No more are read than can count: between two
 * beliefs are at most three of the same direction, and what was seen is passed over.
 */
const stepFrom = ({ near, far }: Ends, types: string): string => `
  (select r.${far} as id, r.id as relation, r.weight from ontology.relation r
   where r.${near} = origin.id and ${types} and not level.seen ? r.${far}::text
   order by r.weight desc, r.id limit 3 * ($2::integer + 1 - level.count))`

/**
 * Breadth first, in one statement: each row is the edge of one group at one distance, with all that the group has seen,
 * so that no belief is visited twice and no way is enumerated. An edge ends where one belief too many is found.
 */
const reachIn = (bearing: Ends, depending: Ends): string => `
  with recursive level (owner, distance, edge, via, seen, count) as (
    select list.owner, 0, array(select id::uuid from jsonb_array_elements_text(list.ids) as start (id)), '{}'::uuid[],
           (select jsonb_object_agg(id, 0) from jsonb_array_elements_text(list.ids) as start (id)), 0
    from jsonb_to_recordset($1::jsonb) as list (owner text, ids jsonb)
    union all
    select level.owner, level.distance + 1, next.edge, next.via, level.seen || next.seen,
           level.count + cardinality(next.edge)
    from level cross join lateral (
      select array_agg(id order by weight desc, relation) as edge,
             array_agg(relation order by weight desc, relation) as via,
             jsonb_object_agg(id, 0) as seen
      from (
        select * from (
          select distinct on (step.id) step.*
          from unnest(level.edge) as origin (id)
          cross join lateral (
            ${stepFrom(bearing, `r.type <> 'DEPENDS_ON'`)} union all ${stepFrom(depending, `r.type = 'DEPENDS_ON'`)}
          ) step
          order by step.id, step.weight desc, step.relation
        ) heaviest
        order by weight desc, relation limit $2::integer + 1 - level.count
      ) kept
    ) next
    where level.distance <= ${MAX_DISTANCE} and level.count <= $2::integer and next.edge is not null
  )
  select level.owner, level.distance, node.id as reached, ${RELATION}
  from level
  cross join lateral unnest(level.edge, level.via) with ordinality as node (id, relation, place)
  join ontology.relation r on r.id = node.relation
  where level.distance > 0
  order by level.owner, level.distance, node.place`

const REACH: Record<ImpactDirection, string> = {
  [ImpactDirection.DOWNSTREAM]: reachIn(ALONG, AGAINST),
  [ImpactDirection.UPSTREAM]: reachIn(AGAINST, ALONG),
}

/** What each of some groups of beliefs reaches, itself apart; an owner is the ids of a group, joined by commas. */
export const findReached = async (
  sql: Sql,
  options: { owners: readonly string[]; direction: ImpactDirection; limit: number },
): Promise<Owned<Reached>[]> => {
  const groups = options.owners.map((owner) => ({ owner, ids: owner.split(',') }))
  const rows = await sql.query<Owned<Relation> & { distance: number; reached: string }>(REACH[options.direction], [
    asJson(groups),
    options.limit,
  ])
  return rows.map(({ owner, distance, reached, ...relation }) => ({ owner, id: reached, distance, relation }))
}
