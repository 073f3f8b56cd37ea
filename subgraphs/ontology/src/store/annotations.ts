import type { Sql } from '@mothership/platform/database'
import type { AnnotationState } from '../domain/node.ts'

/** What is kept of resources now, in the order of their subjects. */
export const findAnnotations = (sql: Sql): Promise<AnnotationState[]> =>
  sql.query<AnnotationState>(
    `select subject, node_id as node, triples from ontology.annotation order by subject collate "C"`,
  )

/** What was kept of resources at a revision, in the order of their subjects. */
export const findPastAnnotations = async (sql: Sql, revision: number): Promise<AnnotationState[]> => {
  const rows = await sql.query<{ after: AnnotationState }>(
    `select after from (
       select distinct on (c.node_id) c.after from ontology.change c
       where c.kind in ('annotate', 'unannotate') and c.revision <= $1::integer
       order by c.node_id, c.revision desc
     ) newest
     where after is not null order by after ->> 'subject' collate "C"`,
    [revision],
  )
  return rows.map(({ after }) => after)
}
