import { encodeCursor, pageSize, toConnection } from '@mothership/platform/connection'
import { BadUserInputError } from '@mothership/platform/errors'
import { placeOf, timeCursor } from '@mothership/platform/time-cursor'
import { diffRevisions } from '../diffs.ts'
import type { Resolvers } from '../generated/resolvers.ts'
import { afterNumber, afterText } from './cursors.ts'
import { inboxQueries } from './inbox-fields.ts'
import { reachQueries } from './reach-queries.ts'
import { within } from './within.ts'

const MAX_GRAPH = 2000
const MAX_DEPTH = 5
const MAX_START = 500

export const Query: NonNullable<Resolvers['Query']> = {
  ...reachQueries,
  ...inboxQueries,
  value: (_, { id, at }, { loaders }) => loaders.at(at ?? null).value.load(id),
  belief: (_, { id, at }, { loaders }) => loaders.at(at ?? null).belief.load(id),
  values: async (_, { first, after }, { store }) => {
    const size = pageSize(first)
    return toConnection({
      rows: await store.listValues({ after: afterText(after), limit: size + 1 }),
      first: size,
      cursorOf: ({ nameKey }) => encodeCursor([nameKey]),
      totalCount: store.countValues,
      hasPreviousPage: after !== null && after !== undefined,
    })
  },
  beliefs: async (_, { first, after, standing, taskType }, { store }) => {
    const size = pageSize(first)
    const filter = { standing: standing ?? null, taskType: taskType ?? null }
    return toConnection({
      rows: await store.listBeliefs({ filter, after: afterText(after), limit: size + 1 }),
      first: size,
      cursorOf: ({ nameKey }) => encodeCursor([nameKey]),
      totalCount: () => store.countBeliefs(filter),
      hasPreviousPage: after !== null && after !== undefined,
    })
  },
  searchOntology: (_, { query, first, taskType, standing, valueId }, { search }) =>
    search({
      query,
      first: pageSize(first),
      filter: { taskType: taskType ?? null, standing: standing ?? null, valueId: valueId ?? null },
    }),
  neighborhood: async (_, { ids, depth, limit }, { store, loaders }) => {
    if (ids.length > MAX_START) {
      throw new BadUserInputError(`ids has ${ids.length}; at most ${MAX_START} are taken.`, { path: 'ids' })
    }
    const graph = await store.neighborhood({
      ids,
      depth: within('depth', depth ?? 1, [0, MAX_DEPTH]),
      limit: within('limit', limit ?? 300, [1, MAX_GRAPH]),
    })
    loaders.at(null).prime(graph)
    return graph
  },
  overview: async (_, { limit, at }, { store, loaders }) => {
    const graph = await store.at(at ?? null).overview(within('limit', limit ?? 300, [1, MAX_GRAPH]))
    loaders.at(at ?? null).prime(graph)
    return graph
  },
  revision: async (_, { number }, { store, loaders }) => loaders.revision.load(number ?? (await store.head())),
  revisions: async (_, { first, after, nodeId }, { store }) => {
    const size = pageSize(first)
    const node = nodeId ?? null
    return toConnection({
      rows: await store.listRevisions({ nodeId: node, before: afterNumber(after), limit: size + 1 }),
      first: size,
      cursorOf: ({ number }) => encodeCursor([number]),
      totalCount: () => store.countRevisions(node),
      hasPreviousPage: after !== null && after !== undefined,
    })
  },
  previewChanges: (_, { changes }, { whatIf, identity }) => whatIf.previewChanges(changes, identity),
  smallestFlip: async (_, { beliefId }, { store }) => {
    const compute = await store.smallestFlip(beliefId)
    return compute()
  },
  exportOntology: (_, { format, at }, { exchange }) => exchange.export(format, at ?? null),
  ontologySettings: (_, __, { store }) => store.settings(),
  proposal: (_, { id }, { loaders }) => loaders.proposals.proposal.load(id),
  proposals: async (_, { first, after, status, author }, { store }) => {
    const size = pageSize(first)
    const place = placeOf(after)
    const filter = { status: status ?? null, author: author ?? null }
    return toConnection({
      rows: await store.listProposals({ filter, after: place, limit: size + 1 }),
      first: size,
      cursorOf: ({ createdAt, id }) => timeCursor(createdAt, id),
      totalCount: () => store.countProposals(filter),
      hasPreviousPage: place !== null,
    })
  },
  curatorPresence: (_, __, { presence }) => presence.list(),
  diffRevisions: (_, span, { store }) => diffRevisions(store, span),
  coverage: (_, __, { coverage, identity }) => coverage(identity),
  embeddingProgress: (_, __, { embeddings }) => embeddings.now(),
  governingBeliefs: async (_, { tasks, limit, beliefIds }, { govern, loaders }) => {
    const governing = await govern({ tasks, limit: limit ?? 500, beliefIds })
    // The beliefs of the same snapshot, so that what is answered fits together.
    for (const belief of governing.beliefs) loaders.at(null).belief.prime(belief.id, belief)
    return governing
  },
  ontologyDraft: (_, { changes, proposalId }, { drafts, identity }) =>
    drafts.check({ changes: changes ?? null, proposalId: proposalId ?? null }, identity),
  governingBeliefsOfDraft: async (_, { changes, baseRevision, tasks, limit }, { drafts, loaders }) => {
    const draft = await drafts.govern({ changes, baseRevision, tasks, limit: limit ?? 500 })
    const view = loaders.at(null)
    view.prime({ beliefs: draft.beliefs, values: draft.values })
    for (const [id, links] of draft.linksOf) view.links.prime(id, links)
    return draft
  },
}
