import type { Runtime } from '@mothership/platform/subgraph'
import { unavailable } from '@mothership/platform/unavailable'
import { type Prisma, PrismaClient } from '@mothership/prisma'
import { type OntologyGraph, storedIds } from './domain/node.ts'
import { applyEdit, type Edit, type EditResult } from './store/edit.ts'
import * as coverage from './store/coverage.ts'
import { countUnlinkedValues } from './store/coverage.ts'
import * as embeddings from './store/embeddings.ts'
import { countEmbeddings } from './store/embeddings.ts'
import { findContradictions, findEdgesAmong, type PickedNodes, pickNeighborhood } from './store/graph.ts'
import { createNodeReads } from './store/nodes.ts'
import type { GraphReads } from './store/graph-reads.ts'
import { createOverview } from './store/overview.ts'
import * as pages from './store/pages.ts'
import { createRevisionReads } from './store/revisions.ts'
import { findCandidates, findSimilar, searchDocuments } from './store/search.ts'
import { sqlOf } from './store/sql.ts'
import { type OwnTables, toBelief } from './store/tables.ts'

/** The job that computes the meaning of what is due. */
export const EMBED_JOB = 'ontology.embed'
/** The topic on the bus that says "look": the meaning of more, or of less, is known. */
export const EMBEDDINGS_TOPIC = 'ontology.embeddings'

/** How many relations, and how many links, a graph may hold for each node that was asked for. */
const EDGES_PER_NODE = 10

export type OntologyStore = ReturnType<typeof createStore>

/** The only access to the database of this subgraph. Ids that are no UUIDs name nothing. */
export const createStore = (runtime: Runtime) => {
  const { database } = runtime
  const prisma: OwnTables = database.client(PrismaClient)
  const nodes = createNodeReads(prisma)
  const loadGraph = graphLoader(runtime, nodes)
  const pickOverview = createOverview(database)
  const now: GraphReads = {
    ...nodes,
    ...bind(database, pages),
    overview: async (limit) => loadGraph(await pickOverview(limit), limit),
  }
  return {
    ...nodes,
    ...createRevisionReads(prisma),

    /** The graph as it was at a revision; null: as it is now. */
    at: (revision: number | null): GraphReads => {
      if (revision !== null) throw unavailable('Looking back to an earlier revision (at)')
      return now
    },

    ...bind(database, { findSimilar, searchDocuments }),
    ...bind(database, embeddings),
    ...bind(database, coverage),
    countUnlinkedValues: () => countUnlinkedValues(database),
    countEmbeddings: () => countEmbeddings(database),

    /** Sends the job that computes the meaning of what is due. */
    requestEmbeddings: async (): Promise<void> => {
      await prisma.$transaction((tx) => runtime.jobs.send(tx, EMBED_JOB, null))
      runtime.jobs.wake(EMBED_JOB)
    },

    /** Applies an edit atomically. Null where it must be the first and is not. Throws as `applyChanges` does. */
    edit: editor(runtime, prisma),

    neighborhood: async (options: { ids: readonly string[]; depth: number; limit: number }): Promise<OntologyGraph> =>
      loadGraph(await pickNeighborhood(database, { ...options, ids: storedIds(options.ids) }), options.limit),

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
  }
}

type Query<D> = (on: D, options: never) => unknown
type Bound<Queries> = {
  [K in keyof Queries]: Queries[K] extends (on: never, options: infer O) => infer R ? (options: O) => R : never
}

/** Queries with the database that they are asked of. */
const bind = <D, Queries extends Record<string, Query<D>>>(database: D, queries: Queries): Bound<Queries> =>
  Object.fromEntries(
    Object.entries(queries).map(([name, query]) => [name, (options: never) => query(database, options)]),
  ) as Bound<Queries>

const editor =
  ({ bus, events, jobs }: Runtime, prisma: OwnTables) =>
  async (edit: Edit): Promise<EditResult | null> => {
    let isRequested = false
    const result = await events.write(prisma, (tx: Prisma.TransactionClient, append) =>
      applyEdit(edit, {
        tx,
        append,
        requestEmbeddings: async () => {
          isRequested = true
          await jobs.send(tx, EMBED_JOB, null)
        },
      }),
    )
    if (isRequested) {
      jobs.wake(EMBED_JOB)
      void bus.publish(EMBEDDINGS_TOPIC, true)
    }
    return result
  }

/** Loads picked nodes, in their order, with the edges among them: four statements. */
const graphLoader =
  ({ database }: Runtime, nodes: ReturnType<typeof createNodeReads>) =>
  async ({ picked, truncated }: PickedNodes, limit: number): Promise<OntologyGraph> => {
    const idsOf = (wanted: 'VALUE' | 'BELIEF') => picked.filter(({ kind }) => kind === wanted).map(({ id }) => id)
    const [valueIds, beliefIds] = [idsOf('VALUE'), idsOf('BELIEF')]
    const most = limit * EDGES_PER_NODE
    const ids = picked.map(({ id }) => id)
    const { relations, valueLinks, isCut } = await findEdgesAmong(database, { ids, limit: most })
    return {
      values: inOrder(valueIds, await nodes.findValues(valueIds)),
      beliefs: inOrder(beliefIds, await nodes.findBeliefs(beliefIds)),
      relations: relations.slice(0, most),
      valueLinks: valueLinks.slice(0, most),
      truncated: truncated || isCut || relations.length > most || valueLinks.length > most,
    }
  }

const inOrder = <T extends { id: string }>(ids: readonly string[], found: readonly T[]): T[] => {
  const byId = new Map(found.map((node) => [node.id, node]))
  return ids.flatMap((id) => byId.get(id) ?? [])
}
