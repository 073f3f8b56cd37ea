import type { NetChange, Revision } from '../domain/change.ts'
import { storedIds } from '../domain/node.ts'
import type { OwnTables } from './tables.ts'

/** Reads of the revisions and their changes. */
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

  /** A page of the changes of a revision, in their order. */
  listChanges: async (options: {
    revision: number
    after: number
    limit: number
  }): Promise<(NetChange & { ordinal: number })[]> => {
    const rows = await prisma.ontologyChange.findMany({
      where: { revision: options.revision, ordinal: { gt: options.after } },
      orderBy: { ordinal: 'asc' },
      take: options.limit,
    })
    return rows.map(({ nodeId, kind, before, after, ordinal }) => ({
      id: nodeId,
      kind: kind as NetChange['kind'],
      before: before as NetChange['before'],
      after: after as NetChange['after'],
      ordinal,
    }))
  },
})
