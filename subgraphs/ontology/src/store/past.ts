import type { Database } from '@mothership/platform/database'
import { BadUserInputError } from '@mothership/platform/errors'
import { findFormerLinks } from './former-links.ts'
import { graphLoader } from './graph-loader.ts'
import type { GraphReads } from './graph-reads.ts'
import { findPastAnnotations } from './annotations.ts'
import { findPastEdges, findPastEdgesAmong, pickPastOverview } from './past-graph.ts'
import { findPastBeliefs, findPastValues } from './past-nodes.ts'
import * as pages from './past-pages.ts'
import { findPastUnmetDependencies } from './unmet-dependencies.ts'

/** The graph as it was at a revision. What is past never changes, so its reads need no common snapshot. */
export const createPastReads = (database: Database, revision: number): GraphReads => {
  let checked: Promise<void> | undefined
  /** Each read of the revision, once it is known that there is one of that number. */
  const at = async <T>(read: () => Promise<T>): Promise<T> => {
    checked ??= assertRevision(database, revision)
    await checked
    return read()
  }
  const findValues = (ids: readonly string[]) => findPastValues(database, { ids, revision })
  const findBeliefs = (ids: readonly string[]) => findPastBeliefs(database, { ids, revision })
  const loadGraph = graphLoader({
    findValues,
    findBeliefs,
    findEdgesAmong: (options) => findPastEdgesAmong(database, { ...options, revision }),
  })
  return {
    findValues: (ids) => at(() => findValues(ids)),
    findBeliefs: (ids) => at(() => findBeliefs(ids)),
    findLinksOfBeliefs: (owners) => at(() => pages.findPastLinksOfBeliefs(database, { owners, revision })),
    findFormerLinks: (owners) => at(() => findFormerLinks(database, { owners, revision })),
    findUnmetDependencies: (owners) => at(() => findPastUnmetDependencies(database, { owners, revision })),
    findLinkPages: (options) => at(() => pages.findPastLinkPages(database, { ...options, revision })),
    countLinks: (owners) => at(() => pages.countPastLinks(database, { owners, revision })),
    findRelationPages: (options) => at(() => pages.findPastRelationPages(database, { ...options, revision })),
    countRelations: (options) => at(() => pages.countPastRelations(database, { ...options, revision })),
    findInputs: (options) => at(() => pages.findPastInputs(database, { ...options, revision })),
    overview: (limit) => at(async () => loadGraph(await pickPastOverview(database, { limit, revision }), limit)),
    everything: () =>
      at(async () => ({
        revision,
        values: (await findPastValues(database, { ids: null, revision })).filter(isLive),
        beliefs: (await findPastBeliefs(database, { ids: null, revision })).filter(isLive),
        ...(await findPastEdges(database, revision)),
        annotations: await findPastAnnotations(database, revision),
      })),
  }
}

const isLive = ({ deletedAt }: { deletedAt: Date | null }): boolean => deletedAt === null

const assertRevision = async (database: Database, revision: number): Promise<void> => {
  const [head] = await database.query<{ revision: number }>('select revision from ontology.head')
  const newest = head?.revision ?? 0
  if (revision >= 0 && revision <= newest) return
  throw new BadUserInputError(
    `at is ${revision}; the newest revision is ${newest}, and 0 is the empty ontology. Look back to one of these.`,
    { path: 'at' },
  )
}
