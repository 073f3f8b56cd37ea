import type { Runtime } from '@mothership/platform/subgraph'
import { type Prisma, PrismaClient } from '@mothership/prisma'
import type { NetChange, Revision } from './domain/change.ts'
import type { Belief, Level, OntologyGraph, Relation, Standing, Value, ValueLink } from './domain/node.ts'
import { storedIds } from './domain/node.ts'
import { findDocuments, storeEmbeddings } from './store/documents.ts'
import { applyEdit, type Edit, type EditResult } from './store/edit.ts'
import { findContradictions, findEdgesAmong, type PickedNodes, pickNeighborhood, pickOverview } from './store/graph.ts'
import * as pages from './store/pages.ts'
import { findCandidates, findSimilar, searchDocuments } from './store/search.ts'
import { sqlOf } from './store/sql.ts'

/** The job that computes the meaning of what was edited; its data is a list of ids. */
export const EMBED_JOB = 'ontology.embed'

/** How many ids one job carries. */
const IDS_PER_JOB = 100
/** How many relations, and how many links, a graph may hold for each node that was asked for. */
const EDGES_PER_NODE = 10

type OwnTables = Pick<
  PrismaClient,
  | 'value'
  | 'belief'
  | 'relation'
  | 'valueLink'
  | 'ontologyRevision'
  | 'ontologyChange'
  | 'revisionNode'
  | 'ontologyHead'
> & {
  $transaction<R>(
    work: (tx: Prisma.TransactionClient) => Promise<R>,
    options?: { isolationLevel?: 'RepeatableRead' },
  ): Promise<R>
}

export type OntologyStore = ReturnType<typeof createStore>

/** The only access to the database of this subgraph. Ids that are no UUIDs name nothing. */
export const createStore = (runtime: Runtime) => {
  const { database, events, jobs } = runtime
  const prisma: OwnTables = database.client(PrismaClient)

  const edit = async (wanted: Edit): Promise<EditResult | null> => {
    let isWoken = false
    const result = await events.write(prisma, (tx: Prisma.TransactionClient, append) =>
      applyEdit(wanted, {
        tx,
        append,
        requestEmbeddings: async (_tx, ids) => {
          isWoken = true
          for (let place = 0; place < ids.length; place += IDS_PER_JOB) {
            await jobs.send(tx, EMBED_JOB, ids.slice(place, place + IDS_PER_JOB))
          }
        },
      }),
    )
    if (isWoken) jobs.wake(EMBED_JOB)
    return result
  }

  const findValues = async (ids: readonly string[]): Promise<Value[]> =>
    prisma.value.findMany({ where: { id: { in: storedIds(ids) } }, omit: { nameKey: true } })

  const findBeliefs = async (ids: readonly string[]): Promise<Belief[]> =>
    (await prisma.belief.findMany({ where: { id: { in: storedIds(ids) } } })).map(toBelief)

  const loadGraph = async ({ picked, truncated }: PickedNodes, limit: number): Promise<OntologyGraph> => {
    const of = (kind: 'VALUE' | 'BELIEF') => picked.filter((node) => node.kind === kind).map(({ id }) => id)
    const inOrder = <T extends { id: string }>(ids: readonly string[], found: readonly T[]): T[] => {
      const byId = new Map(found.map((node) => [node.id, node]))
      return ids.flatMap((id) => byId.get(id) ?? [])
    }
    const values = inOrder(of('VALUE'), await findValues(of('VALUE')))
    const beliefs = inOrder(of('BELIEF'), await findBeliefs(of('BELIEF')))
    const most = limit * EDGES_PER_NODE
    const { relations, valueLinks } = await findEdgesAmong(database, { ids: picked.map(({ id }) => id), limit: most })
    return {
      values,
      beliefs,
      relations: relations.slice(0, most),
      valueLinks: valueLinks.slice(0, most),
      truncated: truncated || relations.length > most || valueLinks.length > most,
    }
  }

  return {
    /** Applies an edit atomically. Null where it must be the first and is not. Throws as `applyChanges` does. */
    edit,
    findValues,
    findBeliefs,

    /** A page of the live values by name, after a folded name. */
    listValues: ({ after, limit }: { after: string | null; limit: number }): Promise<(Value & { nameKey: string })[]> =>
      prisma.value.findMany({
        where: { deletedAt: null, ...(after !== null && { nameKey: { gt: after } }) },
        orderBy: { nameKey: 'asc' },
        take: limit,
      }),
    countValues: (): Promise<number> => prisma.value.count({ where: { deletedAt: null } }),

    /** A page of the live beliefs by name, after a folded name. */
    listBeliefs: async (options: {
      filter: BeliefFilter
      after: string | null
      limit: number
    }): Promise<(Belief & { nameKey: string })[]> => {
      const { filter, after, limit } = options
      const rows = await prisma.belief.findMany({
        where: { ...whereBelief(filter), ...(after !== null && { nameKey: { gt: after } }) },
        orderBy: { nameKey: 'asc' },
        take: limit,
      })
      return rows.map((row) => ({ ...toBelief(row), nameKey: row.nameKey }))
    },
    countBeliefs: (filter: BeliefFilter): Promise<number> => prisma.belief.count({ where: whereBelief(filter) }),

    findRelations: async (ids: readonly string[]): Promise<Relation[]> =>
      (await prisma.relation.findMany({ where: { id: { in: storedIds(ids) } } })).map(toRelation),
    findLinks: async (ids: readonly string[]): Promise<ValueLink[]> =>
      (await prisma.valueLink.findMany({ where: { id: { in: storedIds(ids) } } })).map(toLink),

    findRelationPages: (options: Parameters<typeof pages.findRelationPages>[1]) =>
      pages.findRelationPages(database, options),
    findLinkPages: (options: Parameters<typeof pages.findLinkPages>[1]) => pages.findLinkPages(database, options),
    countRelations: (options: Parameters<typeof pages.countRelations>[1]) => pages.countRelations(database, options),
    countLinks: (owners: readonly string[]) => pages.countLinks(database, owners),
    findLinksOfBeliefs: (owners: readonly string[]) => pages.findLinksOfBeliefs(database, owners),
    findInputs: (owners: readonly string[]) => pages.findInputs(database, owners),

    overview: async (limit: number): Promise<OntologyGraph> => loadGraph(await pickOverview(database, limit), limit),
    neighborhood: async (options: { ids: readonly string[]; depth: number; limit: number }): Promise<OntologyGraph> =>
      loadGraph(await pickNeighborhood(database, { ...options, ids: storedIds(options.ids) }), options.limit),

    search: (options: Parameters<typeof searchDocuments>[1]) => searchDocuments(database, options),
    findSimilar: (options: Parameters<typeof findSimilar>[1]) => findSimilar(database, options),

    /** The candidates for a task, their beliefs and contradictions, all of one snapshot. */
    govern: (options: Parameters<typeof findCandidates>[1]) =>
      prisma.$transaction(
        async (tx) => {
          const sql = sqlOf(tx)
          const { revision } = await tx.ontologyHead.findFirstOrThrow()
          const candidates = await findCandidates(sql, options)
          const ids = candidates.map(({ id }) => id)
          const beliefs = (await tx.belief.findMany({ where: { id: { in: ids } } })).map(toBelief)
          return { revision, candidates, beliefs, contradictions: await findContradictions(sql, ids) }
        },
        { isolationLevel: 'RepeatableRead' },
      ),

    findDocuments: (ids: readonly string[] | null) => findDocuments(database, ids),
    storeEmbeddings: (embeddings: Parameters<typeof storeEmbeddings>[1]) => storeEmbeddings(database, embeddings),

    /** The number of the newest revision; 0 before the first. */
    head: async (): Promise<number> => (await prisma.ontologyHead.findFirstOrThrow()).revision,
    findRevisions: (numbers: readonly number[]): Promise<Revision[]> =>
      prisma.ontologyRevision.findMany({ where: { number: { in: [...numbers] } } }),
    /** A page of the revisions, the newest first, before a number; of those that concern a thing where one is named. */
    listRevisions: async (options: {
      nodeId: string | null
      before: number | null
      limit: number
    }): Promise<Revision[]> => {
      const { nodeId, before, limit } = options
      const number = before === null ? {} : { lt: before }
      if (nodeId === null) {
        return prisma.ontologyRevision.findMany({ where: { number }, orderBy: { number: 'desc' }, take: limit })
      }
      const concerning = await prisma.revisionNode.findMany({
        where: { nodeId: { in: storedIds([nodeId]) }, revision: number },
        orderBy: { revision: 'desc' },
        take: limit,
      })
      return prisma.ontologyRevision.findMany({
        where: { number: { in: concerning.map(({ revision }) => revision) } },
        orderBy: { number: 'desc' },
      })
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
  }
}

export interface BeliefFilter {
  readonly standing: Standing | null
  readonly taskType: string | null
}

const whereBelief = ({ standing, taskType }: BeliefFilter): Prisma.BeliefWhereInput => ({
  deletedAt: null,
  ...(standing !== null && { standing }),
  ...(taskType !== null && { taskTypes: { has: taskType } }),
})

const toBelief = ({ nameKey: _, ...row }: Prisma.BeliefGetPayload<object>): Belief => ({
  ...row,
  standing: row.standing as Standing,
  level: row.level as Level | null,
  rule: row.rule as Belief['rule'],
})

const toRelation = ({ fromId, toId, ...row }: Prisma.RelationGetPayload<object>): Relation => ({
  ...row,
  type: row.type as Relation['type'],
  from: fromId,
  to: toId,
})

const toLink = ({ beliefId, valueId, ...row }: Prisma.ValueLinkGetPayload<object>): ValueLink => ({
  ...row,
  effect: row.effect as ValueLink['effect'],
  belief: beliefId,
  value: valueId,
})
