import type { Runtime } from '@mothership/platform/subgraph'
import { type Prisma, PrismaClient } from '@mothership/prisma'
import { type OntologyGraph, storedIds } from './domain/node.ts'
import { countDiffEntries, findDiffEntries } from './store/diff.ts'
import { findDocuments, storeEmbeddings } from './store/documents.ts'
import { applyEdit, type Edit, type EditTools } from './store/edit.ts'
import { findContradictions, findEdgesAmong, pickNeighborhood, pickOverview } from './store/graph.ts'
import { graphLoader } from './store/graph-loader.ts'
import { applyImport, type Import, tryImport } from './store/import.ts'
import { createNodeReads } from './store/nodes.ts'
import type { GraphReads } from './store/graph-reads.ts'
import * as pages from './store/pages.ts'
import { createPastReads } from './store/past.ts'
import { applyRevert, type Revert } from './store/revert.ts'
import { createRevisionReads } from './store/revisions.ts'
import { findCandidates, findSimilar, searchDocuments } from './store/search.ts'
import { sqlOf } from './store/sql.ts'
import { type OwnTables, toBelief } from './store/tables.ts'
import { readWhole } from './store/whole.ts'

/** The job that computes the meaning of what was edited; its data is a list of ids. */
export const EMBED_JOB = 'ontology.embed'

/** How many ids one job carries. */
const IDS_PER_JOB = 100

export type OntologyStore = ReturnType<typeof createStore>

/** The only access to the database of this subgraph. Ids that are no UUIDs name nothing. */
export const createStore = (runtime: Runtime) => {
  const { database } = runtime
  const prisma: OwnTables = database.client(PrismaClient)
  const nodes = createNodeReads(prisma)
  const loadGraph = graphLoader({ ...nodes, ...bind(database, { findEdgesAmong }) })
  const now: GraphReads = {
    ...nodes,
    ...bind(database, pages),
    overview: async (limit) => loadGraph(await pickOverview(database, limit), limit),
    everything: () => readWhole(prisma),
  }
  const write = writer(runtime, prisma)
  return {
    ...nodes,
    ...createRevisionReads(prisma),

    /** The graph as it was at a revision; null: as it is now. */
    at: (revision: number | null): GraphReads => (revision === null ? now : createPastReads(database, revision)),

    ...bind(database, { findDiffEntries, countDiffEntries }),
    ...bind(database, { findSimilar, searchDocuments, findDocuments, storeEmbeddings }),

    /** Applies an edit atomically. Null where it must be the first and is not. Throws as `applyChanges` does. */
    edit: (edit: Edit) => write((tools) => applyEdit(edit, tools)),

    /** Imports a draft atomically, as one revision. What stands in its way is answered, and nothing is written. */
    import: (given: Import) => write((tools) => applyImport(given, tools)),

    /** What importing a draft would do. */
    tryImport: (given: Pick<Import, 'draft'>) => tryImport(given, database),

    /** Undoes a revision atomically, by a new one. Throws NotFoundError or ConflictError. */
    revert: (revert: Revert) => write((tools) => applyRevert(revert, tools)),

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

/** Runs an edit in a transaction, and wakes those that wait for what follows from it. */
const writer =
  ({ events, jobs }: Runtime, prisma: OwnTables) =>
  async <R>(edit: (tools: EditTools) => Promise<R>): Promise<R> => {
    let isRequested = false
    const result = await events.write(prisma, (tx: Prisma.TransactionClient, append) =>
      edit({
        tx,
        append,
        requestEmbeddings: async (ids) => {
          isRequested = true
          for (let place = 0; place < ids.length; place += IDS_PER_JOB) {
            await jobs.send(tx, EMBED_JOB, ids.slice(place, place + IDS_PER_JOB))
          }
        },
      }),
    )
    if (isRequested) jobs.wake(EMBED_JOB)
    return result
  }
