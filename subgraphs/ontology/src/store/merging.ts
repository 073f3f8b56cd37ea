import type { Sql } from '@mothership/platform/database'
import type { Relation, ValueLink } from '../domain/node.ts'
import { asJson, idSet, LINK, RELATION } from './sql.ts'

/**
 * What two beliefs have that may become one: the relations of the one that goes, up to a limit, those of the other to the
 * same beliefs, and the links of both.
 */
export const findConnections = async (
  sql: Sql,
  { keep, merge, limit }: { keep: string; merge: string; limit: number },
): Promise<{ relations: Relation[]; links: ValueLink[] }> => {
  const moving = await sql.query<Relation>(
    `select ${RELATION} from ontology.relation r where r.from_id = $1::uuid
     union all select ${RELATION} from ontology.relation r where r.to_id = $1::uuid
     order by id limit $2::integer`,
    [merge, limit],
  )
  const others = asJson([...new Set(moving.flatMap(({ from, to }) => [from, to]))])
  const staying = await sql.query<Relation>(
    `select ${RELATION} from ontology.relation r where r.from_id = $1::uuid and r.to_id in ${idSet(2)} and r.to_id <> $3::uuid
     union all
     select ${RELATION} from ontology.relation r where r.to_id = $1::uuid and r.from_id in ${idSet(2)} and r.from_id <> $3::uuid
     order by id`,
    [keep, others, merge],
  )
  const links = await sql.query<ValueLink>(
    `select ${LINK} from ontology.value_link l where l.belief_id in ${idSet(1)} order by l.id`,
    [asJson([keep, merge])],
  )
  return { relations: [...moving, ...staying], links }
}

/** The revisions that concern one belief concern another, too, from a revision on that merged them. */
export const inheritHistory = async (
  sql: Sql,
  { from, to, by }: { from: string; to: string; by: number },
): Promise<void> => {
  await sql.query(
    `insert into ontology.revision_node (node_id, revision, inherited_in)
     select $2::uuid, revision, $3::integer from ontology.revision_node where node_id = $1::uuid
     on conflict do nothing`,
    [from, to, by],
  )
}

/** What a revision made one belief inherit is its own no longer, where the revision is reverted. */
export const disinheritHistory = async (sql: Sql, revision: number): Promise<void> => {
  await sql.query('delete from ontology.revision_node where inherited_in = $1::integer', [revision])
}
