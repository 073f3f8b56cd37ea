import type { Sql } from '@mothership/platform/database'
import type { NetChange, Revision } from '../domain/change.ts'
import { storedIds } from '../domain/node.ts'
import type { Owned } from './pages.ts'
import { asJson } from './sql.ts'
import type { OwnTables } from './tables.ts'

/** Reads of the revisions. */
export const createRevisionReads = (prisma: OwnTables) => ({
  /** The number of the newest revision; 0 before the first. */
  head: async (): Promise<number> => (await prisma.ontologyHead.findFirstOrThrow()).revision,

  findRevisions: (numbers: readonly number[]): Promise<Revision[]> =>
    prisma.ontologyRevision.findMany({ where: { number: { in: [...numbers] } } }),

  /** A page of the revisions, the newest first, before a number; those that concern a thing where one is named. */
  listRevisions: async (options: {
    nodeId: string | null
    before: number | null
    limit: number
  }): Promise<Revision[]> => {
    const { nodeId, limit: take } = options
    const bound = options.before === null ? {} : { lt: options.before }
    if (nodeId === null) {
      return prisma.ontologyRevision.findMany({ where: { number: bound }, orderBy: { number: 'desc' }, take })
    }
    const concerning = await prisma.revisionNode.findMany({
      where: { nodeId: { in: storedIds([nodeId]) }, revision: bound },
      orderBy: { revision: 'desc' },
      take,
    })
    const numbers = concerning.map(({ revision }) => revision)
    return prisma.ontologyRevision.findMany({ where: { number: { in: numbers } }, orderBy: { number: 'desc' } })
  },

  countRevisions: (nodeId: string | null): Promise<number> =>
    nodeId === null
      ? prisma.ontologyRevision.count()
      : prisma.revisionNode.count({ where: { nodeId: { in: storedIds([nodeId]) } } }),
})

type ListedChange = NetChange & { ordinal: number }

/** A page of the changes of each of some revisions, in their order. An owner is the number of a revision. */
export const findChangePages = (
  sql: Sql,
  { owners, after, limit }: { owners: readonly string[]; after: number; limit: number },
): Promise<Owned<ListedChange>[]> =>
  sql.query<Owned<ListedChange>>(
    `select owner, change.*
     from jsonb_array_elements_text($1::jsonb) as list (owner) cross join lateral (
       select c.node_id as id, c.kind, c.before, c.after, c.ordinal
       from ontology.change c where c.revision = owner::integer and c.ordinal > $2::integer
       order by c.ordinal limit $3::integer
     ) as change
     order by owner, change.ordinal`,
    [asJson(owners), after, limit],
  )
