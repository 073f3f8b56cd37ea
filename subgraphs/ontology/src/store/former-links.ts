import type { Sql } from '@mothership/platform/database'
import type { ValueLink } from '../domain/node.ts'
import type { Owned } from './pages.ts'
import { BELIEF, LINK_KINDS } from './past-sql.ts'
import { asJson, idSet } from './sql.ts'

/** No revision has a higher number. */
const NOW = 2_147_483_647

/**
 * The links of each of some beliefs that went when the belief or the value was deleted, as they were before that, the
 * heaviest first; of more than 50 of a belief those that went last. Not those that somebody took away, nor those of what
 * was restored. As of a revision; null: as of now.
 */
export const findFormerLinks = (
  sql: Sql,
  { owners, revision }: { owners: readonly string[]; revision: number | null },
): Promise<Owned<ValueLink>[]> =>
  sql.query<Owned<ValueLink>>(
    `select owner.id as owner, former.* from ${idSet(1)} owner
     cross join lateral (
       select l.id, l.before ->> 'belief' as belief, l.before ->> 'value' as value, l.before ->> 'effect' as effect,
              (l.before ->> 'weight')::float8 as weight, l.revision, nullif($2::integer, ${NOW}) as "asOf"
       from (
         select distinct on (c.node_id) c.node_id as id, c.revision, c.before, c.after from ontology.change c
         where c.kind in ${LINK_KINDS} and ${BELIEF} = owner.id and c.revision <= $2::integer
         order by c.node_id, c.revision desc
       ) l
       where l.after is null and exists (
         select from (values (owner.id), ((l.before ->> 'value')::uuid)) as last (id)
         cross join lateral (
           select e.revision, e.after from ontology.change e
           where e.node_id = last.id and e.revision <= $2::integer order by e.revision desc limit 1
         ) e
         where e.after is null and e.revision = l.revision
       )
       order by l.revision desc, weight desc, l.id limit 50
     ) former
     order by former.weight desc, former.id`,
    [asJson(owners), revision ?? NOW],
  )
