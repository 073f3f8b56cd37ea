import type { Sql } from '@mothership/platform/database'
import type { Relation } from '../domain/node.ts'
import type { Owned, WeightCursor } from './pages.ts'
import { FROM, newest, PAST_RELATION, RELATION_KINDS, strengthAt } from './past-sql.ts'
import { asJson, beyond, idSet, RELATION } from './sql.ts'

/** How many are told of one belief. */
const MOST = 50

/** The dependencies of beliefs in force on defeated ones. */
const UNMET = `ontology.relation r
  join ontology.belief a on a.id = r.from_id and a.standing = 'IN_FORCE'
  join ontology.belief b on b.id = r.to_id and b.standing = 'DEFEATED'
  where r.type = 'DEPENDS_ON'`

/** A page of the unmet dependencies, the heaviest first. */
export const listUnmetDependencies = (
  sql: Sql,
  { after, limit }: { after: WeightCursor | null; limit: number },
): Promise<Relation[]> =>
  sql.query<Relation>(
    `select ${RELATION} from ${UNMET} and ${beyond('r')} order by r.weight desc, r.id limit $1::integer`,
    [limit, after?.weight ?? null, after?.id ?? null],
  )

/** How many unmet dependencies there are. */
export const countUnmetDependencies = async (sql: Sql): Promise<number> => {
  const [row] = await sql.query<{ count: number }>(`select count(*)::integer as count from ${UNMET}`)
  return row?.count ?? 0
}

/** The unmet dependencies of each of some beliefs, the heaviest first: at most 50 each. */
export const findUnmetDependencies = (sql: Sql, owners: readonly string[]): Promise<Owned<Relation>[]> =>
  sql.query<Owned<Relation>>(
    `select owner.id as owner, unmet.* from ${idSet(1)} owner
     cross join lateral (
       select ${RELATION} from ${UNMET} and r.from_id = owner.id order by r.weight desc, r.id limit ${MOST}
     ) unmet
     order by unmet.weight desc, unmet.id`,
    [asJson(owners)],
  )

/** The unmet dependencies that each of some beliefs had at a revision, the heaviest first: at most 50 each. */
export const findPastUnmetDependencies = (
  sql: Sql,
  { owners, revision }: { owners: readonly string[]; revision: number },
): Promise<Owned<Relation>[]> =>
  sql.query<Owned<Relation>>(
    `select owner.id as owner, unmet.* from ${idSet(1)} owner ${strengthAt('owner.id')}
     cross join lateral (
       select ${PAST_RELATION} from (${newest(RELATION_KINDS, `${FROM} = owner.id`)}) r
       cross join lateral (
         select e.standing from ontology.strength e
         where e.belief_id = (r.after ->> 'to')::uuid and e.revision <= $2::integer order by e.revision desc limit 1
       ) needed
       where r.after ->> 'type' = 'DEPENDS_ON' and needed.standing = 'DEFEATED'
       order by r.weight desc, r.id limit ${MOST}
     ) unmet
     where s.standing = 'IN_FORCE'
     order by unmet.weight desc, unmet.id`,
    [asJson(owners), revision],
  )
