import { prismaOf, type PrismaSql, type Sql } from '@mothership/platform/database'
import type { Transactional } from '@mothership/platform/events'
import type { Runtime } from '@mothership/platform/subgraph'
import { PrismaClient } from '@mothership/prisma'
import type { Change } from './domain/change.ts'
import { isInForce, type OntologyGraph, storedIds } from './domain/node.ts'
import {
  countUnlinkedValues,
  countUnusedBeliefs,
  findUngoverned,
  listUnlinkedValues,
  listUnusedBeliefs,
} from './store/coverage.ts'
import { governDraft, readDraft } from './store/draft.ts'
import { countDiffEntries, countRevisionEntries, findDiffEntries, findRevisionEntries } from './store/diff.ts'
import { applyEdit, type Edit, type EditTools } from './store/edit.ts'
import { beginAfresh, beginWith, noteFailure, noteSuccess, stayWith } from './store/embedding-pass.ts'
import {
  claimDue,
  countDue,
  type Embedded,
  findProgress,
  isAnyDue,
  releaseDue,
  storeEmbeddings,
} from './store/embeddings.ts'
import { findFormerLinks } from './store/former-links.ts'
import { findContradictions, findEdgesAmong, pickNeighborhood } from './store/graph.ts'
import { candidateIds, governTasks } from './store/governing.ts'
import { graphLoader } from './store/graph-loader.ts'
import { applyImport, type Import, tryImport } from './store/import.ts'
import { createInboxStore } from './store/inbox.ts'
import { findPath } from './store/path.ts'
import { findReached } from './store/reach.ts'
import { createNodeReads } from './store/nodes.ts'
import type { GraphReads } from './store/graph-reads.ts'
import { createOverview } from './store/overview.ts'
import * as pages from './store/pages.ts'
import { findLinksOfBeliefs } from './store/pages.ts'
import { createPastReads } from './store/past.ts'
import { findPass } from './store/pass-sql.ts'
import { createProposalStore } from './store/proposal-store.ts'
import { applyRevert, type Revert } from './store/revert.ts'
import { createRevisionReads, findChangePages } from './store/revisions.ts'
import { type LookAhead, readAhead, tellAhead } from './store/preview.ts'
import { findSimilar, searchDocuments } from './store/search.ts'
import { sqlOf } from './store/sql.ts'
import { type OwnTables } from './store/tables.ts'
import { findUnmetDependencies } from './store/unmet-dependencies.ts'
import { findFlip } from './store/upstream.ts'
import { readWhole } from './store/whole.ts'

/** The job that computes the meaning of what is due. */
export const EMBED_JOB = 'ontology.embed'
/** The topic on the bus that says "look": the meaning of more, or of less, is known. */
export const EMBEDDINGS_TOPIC = 'ontology.embeddings'

/** The job that compares beliefs with the others: those of a list of ids, or those after an id that were not compared. */
export const COMPARE_JOB = 'ontology.compare'

/** How long a statement of an edit may take, what it waits for other edits included; and of an import, for which these wait. */
const EDIT_MILLISECONDS = 30_000
const IMPORT_MILLISECONDS = 240_000
/** How long it may take to find what governs some tasks: who asks gives up after 10 s. */
const GOVERN_MILLISECONDS = 9_000

export type OntologyStore = ReturnType<typeof createStore>

/** The only access to the database of this subgraph. Ids that are no UUIDs name nothing. */
export const createStore = (runtime: Runtime) => {
  const { bus, database, jobs } = runtime
  const prisma: OwnTables = database.client(PrismaClient)
  const nodes = createNodeReads(prisma)
  const loadGraph = graphLoader({ ...nodes, ...bind(database, { findEdgesAmong }) })
  const pickOverview = createOverview(database)
  const now: GraphReads = {
    ...nodes,
    ...bind(database, { ...pages, findUnmetDependencies }),
    findFormerLinks: (owners) => findFormerLinks(database, { owners, revision: null }),
    overview: async (limit) => loadGraph(await pickOverview(limit), limit),
    everything: () => readWhole(prisma),
  }
  const write = writer(runtime)
  return {
    ...nodes,
    ...createRevisionReads(prisma),
    ...bind(database, { findChangePages }),

    /** The graph as it was at a revision; null: as it is now. */
    at: (revision: number | null): GraphReads => (revision === null ? now : createPastReads(database, revision)),

    ...bind(database, { findDiffEntries, countDiffEntries, findRevisionEntries, countRevisionEntries }),
    ...bind(database, { findSimilar, searchDocuments, findReached, findPath }),
    ...bind(database, { claimDue, releaseDue, countDue, findPass, noteFailure, noteSuccess }),
    ...createInboxStore(database, write),

    /** Stores embeddings of a pass, and sends the job that compares them in the same transaction. */
    storeEmbeddings: async (given: { pass: string; embeddings: readonly Embedded[] }): Promise<void> => {
      const ids = given.embeddings.flatMap(({ id, vector }) => (vector ? [id] : []))
      const areStored = await database.transaction(async (sql) => {
        const isStored = await storeEmbeddings(sql, given)
        if (isStored && ids.length > 0) await jobs.send(prismaOf(sql), COMPARE_JOB, ids)
        return isStored
      })
      if (areStored && ids.length > 0) jobs.wake(COMPARE_JOB)
    },

    /** Makes a model the one that computes the meanings. */
    beginWith: (model: string): Promise<void> =>
      database.transaction((sql) => beginWith(sql, model), { timeoutMilliseconds: IMPORT_MILLISECONDS }),

    /** Says that a process of a model is there, which may make it the one that computes the meanings. */
    stayWith: (model: string): Promise<void> =>
      database.transaction((sql) => stayWith(sql, model), { timeoutMilliseconds: IMPORT_MILLISECONDS }),

    /** Begins to compute all meanings afresh, and sends the job that does in the same transaction. */
    reembed: async (): Promise<void> => {
      await database.transaction(
        async (sql) => {
          await beginAfresh(sql)
          await jobs.send(prismaOf(sql), EMBED_JOB, null)
        },
        { timeoutMilliseconds: IMPORT_MILLISECONDS },
      )
      jobs.wake(EMBED_JOB)
      void bus.publish(EMBEDDINGS_TOPIC, true)
    },

    ...bind(database, { listUnusedBeliefs, countUnusedBeliefs, findUngoverned, listUnlinkedValues }),
    countUnlinkedValues: () => countUnlinkedValues(database),
    embeddingProgress: () => findProgress(database),

    /** Sends the job that compares what was not compared yet, after an id. */
    requestComparison: async (missing: { after: string | null }): Promise<void> => {
      await prisma.$transaction((tx) => jobs.send(tx, COMPARE_JOB, missing))
      jobs.wake(COMPARE_JOB)
    },

    /** Sends the job that computes the meaning of what is due; `isForOthers`: this process is not to take it at once. */
    requestEmbeddings: async ({ isForOthers = false } = {}): Promise<void> => {
      await prisma.$transaction((tx) => jobs.send(tx, EMBED_JOB, null))
      if (!isForOthers) jobs.wake(EMBED_JOB)
    },

    /** Applies an edit atomically. Null where it must be the first and is not. Throws as `applyChanges` does. */
    edit: (edit: Edit) => write((tools) => applyEdit(edit, tools)),

    /** Reverts a revision atomically, by a new one. Throws NotFoundError or ConflictError. */
    revert: (revert: Revert) => write((tools) => applyRevert(revert, tools)),

    /** Imports a draft atomically, as one revision. What stands in its way is answered, and nothing is written. */
    import: (given: Import) => write((tools) => applyImport(given, tools), IMPORT_MILLISECONDS),

    /** What importing a draft would do. */
    tryImport: (given: Pick<Import, 'draft'>) => tryImport(given, database),

    ...createProposalStore({ database, prisma, write }),

    /**
     * What each of some edits would do by itself: computed of one snapshot, without a lock, and nothing is written. No
     * transaction is open meanwhile; the names and beliefs that are told are those of the moment after.
     */
    lookAhead: async (edits: readonly (readonly Change[])[]): Promise<LookAhead[]> => {
      const snapshot = { isolationLevel: 'RepeatableRead' } as const
      const compute = await prisma.$transaction((tx) => readAhead(edits, sqlOf(tx)), snapshot)
      const ahead = await compute()
      return prisma.$transaction(
        (tx) => tellAhead(ahead, { tx, findBeliefs: createNodeReads(tx).findBeliefs }),
        snapshot,
      )
    },

    /** What changes would make of the ontology, of one snapshot; nothing is locked or written. Throws as the edit would. */
    readDraft: (draft: Parameters<typeof readDraft>[1]) =>
      prisma.$transaction((tx) => readDraft(tx, draft, createNodeReads(tx)), { isolationLevel: 'RepeatableRead' }),

    /** What would govern tasks after a draft; null where the ontology has moved on since the draft was read. */
    governDraft: (options: Parameters<typeof governDraft>[1]) =>
      prisma.$transaction(
        (tx) => {
          const linksOf = (ids: readonly string[]) => findLinksOfBeliefs(sqlOf(tx), ids)
          return governDraft(tx, options, { ...createNodeReads(tx), findLinksOfBeliefs: linksOf })
        },
        { isolationLevel: 'RepeatableRead', timeout: GOVERN_MILLISECONDS },
      ),

    /** The smallest change of one number that turns a belief; of one snapshot, without a lock. */
    smallestFlip: (beliefId: string) =>
      prisma.$transaction((tx) => findFlip(beliefId, { tx, findBeliefs: createNodeReads(tx).findBeliefs }), {
        isolationLevel: 'RepeatableRead',
      }),

    neighborhood: async (options: { ids: readonly string[]; depth: number; limit: number }): Promise<OntologyGraph> =>
      loadGraph(await pickNeighborhood(database, { ...options, ids: storedIds(options.ids) }), options.limit),

    /** What governs some tasks, with the beliefs and contradictions, all of one snapshot. */
    govern: ({ beliefIds, ...options }: Parameters<typeof governTasks>[1] & { beliefIds: readonly string[] }) =>
      prisma.$transaction(
        async (tx) => {
          const sql = sqlOf(tx)
          const { revision } = await tx.ontologyHead.findFirstOrThrow()
          const tasks = await governTasks(sql, options)
          const found = await createNodeReads(tx).findBeliefs([...candidateIds(tasks), ...beliefIds])
          const beliefs = found.filter(isInForce)
          const ids = beliefs.map(({ id }) => id)
          const isSettled = !(await isAnyDue(sql))
          return { revision, isSettled, tasks, beliefs, contradictions: await findContradictions(sql, ids) }
        },
        { isolationLevel: 'RepeatableRead', timeout: GOVERN_MILLISECONDS },
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
  ({ bus, database, events, jobs }: Runtime) =>
  async <R>(edit: (tools: EditTools) => Promise<R>, timeoutMilliseconds = EDIT_MILLISECONDS): Promise<R> => {
    let isRequested = false
    // Of the driver: each statement is plain SQL, and by way of Prisma would take a millisecond more.
    const driver: Transactional<PrismaSql & { readonly sql: Sql }> = {
      $transaction: (work) => database.transaction((sql) => work({ ...prismaOf(sql), sql }), { timeoutMilliseconds }),
    }
    const result = await events.write(driver, (tx, append) =>
      edit({
        sql: tx.sql,
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
