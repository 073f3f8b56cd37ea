import type { Sql } from '@mothership/platform/database'
import type { Relation, ValueLink } from '../domain/node.ts'
import type { PickedNodes } from './graph.ts'
import {
  BELIEF,
  BELIEF_KINDS,
  FROM,
  LINK_KINDS,
  newest,
  PAST_LINK,
  PAST_RELATION,
  RELATION_KINDS,
  strengthAt,
  TO,
  VALUE,
  VALUE_KINDS,
} from './past-sql.ts'
import { asJson, idSet } from './sql.ts'

/**
 * The most important nodes of a past revision, by the measure of `pickOverview`. One statement, which reads all changes
 * up to that revision.
 */
export const pickPastOverview = async (
  sql: Sql,
  { limit, revision }: { limit: number; revision: number },
): Promise<PickedNodes> => {
  const rows = await sql.query<PickedNodes['picked'][number]>(
    `with thing as materialized (
       select distinct on (c.node_id) c.node_id as id, c.kind, c.after is not null as is_live,
              (c.after ->> 'weight')::float8 as weight,
              (coalesce(c.after ->> 'from', c.after ->> 'belief'))::uuid as one_end,
              (coalesce(c.after ->> 'to', c.after ->> 'value'))::uuid as other_end
       from ontology.change c where c.revision <= $2::integer
       order by c.node_id, c.revision desc
     ),
     degree as (
       select id, count(*) as degree from (
         select one_end as id from thing where is_live and kind in ('relateBeliefs', 'linkValue')
         union all select other_end from thing where is_live and kind in ('relateBeliefs', 'linkValue')
       ) ends group by id
     )
     select node.id, node.kind from (
       select id, 'VALUE' as kind, weight as own from thing where is_live and kind in ${VALUE_KINDS}
       union all
       select thing.id, 'BELIEF', s.strength from thing ${strengthAt('thing.id')}
       where is_live and thing.kind in ${BELIEF_KINDS}
     ) node
     left join degree on degree.id = node.id
     order by node.own * (1 + ln(1 + coalesce(degree.degree, 0))) desc, node.id
     limit $1::integer + 1`,
    [limit, revision],
  )
  return { picked: rows.slice(0, limit), truncated: rows.length > limit }
}

/** The relations and links that were among nodes, the heaviest first; one more than the limit where there are more. */
export const findPastEdgesAmong = async (
  sql: Sql,
  options: { ids: readonly string[]; limit: number; revision: number },
): Promise<{ relations: Relation[]; valueLinks: ValueLink[] }> => {
  const values = [asJson(options.ids), options.revision, options.limit + 1]
  const among = (one: string, other: string) => `${one} in (select id from node) and ${other} in (select id from node)`
  const relations = await sql.query<Relation>(
    `with node as materialized ${idSet(1)}
     select ${PAST_RELATION} from (${newest(RELATION_KINDS, among(FROM, TO))}) r
     where r.after is not null order by r.weight desc, r.id limit $3::integer`,
    values,
  )
  const valueLinks = await sql.query<ValueLink>(
    `with node as materialized ${idSet(1)}
     select ${PAST_LINK} from (${newest(LINK_KINDS, among(BELIEF, VALUE))}) l
     where l.after is not null order by l.weight desc, l.id limit $3::integer`,
    values,
  )
  return { relations, valueLinks }
}

/** All relations and links that there were, in the order of ids. */
export const findPastEdges = async (
  sql: Sql,
  revision: number,
): Promise<{ relations: Relation[]; valueLinks: ValueLink[] }> => ({
  relations: await sql.query<Relation>(
    `select ${PAST_RELATION} from (${newest(RELATION_KINDS, '$1::text is null')}) r
     where r.after is not null order by r.id`,
    [null, revision],
  ),
  valueLinks: await sql.query<ValueLink>(
    `select ${PAST_LINK} from (${newest(LINK_KINDS, '$1::text is null')}) l
     where l.after is not null order by l.id`,
    [null, revision],
  ),
})
