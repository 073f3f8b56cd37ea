import type { Sql } from '@mothership/platform/database'
import type { Relation } from '../domain/node.ts'
import type { ArgumentPath } from '../domain/reach.ts'
import { RELATION } from './sql.ts'

/*
 * Breadth first from both ends, each row of `search` a step from one of them: always on from the end with the smaller
 * edge, and ahead where both are alike. A row holds the edges of both ends and all that either has seen, so that no
 * belief is visited twice and no way is enumerated. `before` and `relations` say how each belief of the edge was come
 * to: by the heaviest of its ways. The row in which the ends meet is the last one.
 */
const SEARCH = `
  search (step, is_ahead, edge, weights, relations, before, seen, other_edge, other_weights, other_seen, met) as (
    select 0, true, array[$1::uuid], array[0::float8], '{}'::uuid[], '{}'::uuid[], array[$1::uuid],
           array[$2::uuid], array[0::float8], array[$2::uuid], null::uuid
    union all
    select search.step + 1, side.is_ahead, next.edge, next.weights, next.relations, next.before, side.seen || next.edge,
           side.other_edge, side.other_weights, side.other_seen, next.met
    from search
    cross join lateral (
      select * from (values
        (search.is_ahead, search.edge, search.weights, search.seen,
         search.other_edge, search.other_weights, search.other_seen),
        (not search.is_ahead, search.other_edge, search.other_weights, search.other_seen,
         search.edge, search.weights, search.seen)
      ) as side (is_ahead, edge, weights, seen, other_edge, other_weights, other_seen)
      order by cardinality(edge), is_ahead desc limit 1
    ) side
    cross join lateral (
      select array_agg(step.id) as edge, array_agg(step.weight) as weights, array_agg(step.relation) as relations,
             array_agg(step.before) as before,
             (array_agg(step.id order by step.weight + opposite.weight desc, step.id)
               filter (where opposite.id is not null))[1] as met
      from (
        select distinct on (far.id) far.id, far.relation, origin.id as before, origin.weight + far.weight as weight
        from unnest(side.edge, side.weights) as origin (id, weight)
        cross join lateral (
          select r.to_id as id, r.id as relation, r.weight from ontology.relation r
          where side.is_ahead and r.from_id = origin.id
          union all
          select r.from_id, r.id, r.weight from ontology.relation r
          where not side.is_ahead and r.to_id = origin.id
        ) far
        where not exists (select from unnest(side.seen) as seen (id) where seen.id = far.id)
        order by far.id, origin.weight + far.weight desc, far.relation
      ) step
      left join unnest(side.other_edge, side.other_weights) as opposite (id, weight) on opposite.id = step.id
    ) next
    where search.met is null and search.step < $3::integer and next.edge is not null
  )`

/** From where the ends met back to both of them: each step of an end leads to the one before it. */
const PATH = `
  with recursive ${SEARCH},
  level as (
    select is_ahead, edge, relations, before, row_number() over (partition by is_ahead order by step desc) as back
    from search where step > 0
  ),
  way (is_ahead, id, back, relation) as (
    select side.is_ahead, search.met, 0::bigint, null::uuid
    from search cross join (values (true), (false)) as side (is_ahead)
    where search.met is not null
    union all
    select way.is_ahead, level.before[place.n], level.back, level.relations[place.n]
    from way join level on level.is_ahead = way.is_ahead and level.back = way.back + 1
    cross join lateral (select array_position(level.edge, way.id) as n) place
  )
  select ${RELATION} from way join ontology.relation r on r.id = way.relation
  order by way.is_ahead desc, case when way.is_ahead then - way.back else way.back end`

/**
 * The shortest chain of relations from one belief to another, in their direction; of equally short ones the one whose
 * relations weigh the most together, then by ids. One statement, however long it is.
 */
export const findPath = async (
  sql: Sql,
  { from, to, maxLength }: { from: string; to: string; maxLength: number },
): Promise<ArgumentPath | null> => {
  if (from === to) return { beliefs: [from], relations: [] }
  const relations = await sql.query<Relation>(PATH, [from, to, maxLength])
  return relations.length === 0 ? null : { beliefs: [from, ...relations.map((relation) => relation.to)], relations }
}
