import { encodeCursor, pageSize, toConnection } from '@mothership/platform/connection'
import type { Resolvers } from '../generated/resolvers.ts'
import { afterPair, afterSuggestion, afterWeight, weightCursor } from './cursors.ts'

/** What is asked about the curators' inbox. */
export const inboxQueries: Pick<
  NonNullable<Resolvers['Query']>,
  'contradictions' | 'unmetDependencies' | 'duplicates' | 'suggestions'
> = {
  contradictions: async (_, { first, after, kind, resolved }, { store }) => {
    const size = pageSize(first)
    const filter = { kind: kind ?? null, isResolved: resolved ?? false }
    const place = afterPair(after)
    return toConnection({
      rows: await store.listContradictions({
        filter,
        after: place && { ...place, weaker: place.number },
        limit: size + 1,
      }),
      first: size,
      cursorOf: (row) => encodeCursor([row.weaker, row.first, row.second]),
      totalCount: () => store.countContradictions(filter),
      hasPreviousPage: place !== null,
    })
  },
  unmetDependencies: async (_, { first, after }, { store }) => {
    const size = pageSize(first)
    const place = afterWeight(after)
    return toConnection({
      rows: await store.listUnmetDependencies({ after: place, limit: size + 1 }),
      first: size,
      cursorOf: weightCursor,
      totalCount: store.countUnmetDependencies,
      hasPreviousPage: place !== null,
    })
  },
  duplicates: async (_, { first, after, minSimilarity: given }, { store, inbox }) => {
    const size = pageSize(first)
    const minSimilarity = inbox.leastSimilarity(given ?? 0.9)
    const place = afterPair(after)
    return toConnection({
      rows: await store.listDuplicates({
        minSimilarity,
        after: place && { ...place, similarity: place.number },
        limit: size + 1,
      }),
      first: size,
      cursorOf: (row) => encodeCursor([row.similarity, row.first, row.second]),
      totalCount: () => store.countDuplicates(minSimilarity),
      hasPreviousPage: place !== null,
    })
  },
  suggestions: async (_, { first, after }, { suggestions, identity }) => {
    const size = pageSize(first)
    const place = afterSuggestion(after)
    const { rows, count } = await suggestions.list({ after: place, limit: size + 1 }, identity)
    return toConnection({
      rows,
      first: size,
      cursorOf: (row) => encodeCursor([row.overridden, row.beliefId]),
      totalCount: count,
      hasPreviousPage: place !== null,
    })
  },
}

/** What can be decided about the curators' inbox. */
export const inboxMutations: Pick<
  NonNullable<Resolvers['Mutation']>,
  'resolveContradiction' | 'reopenContradiction' | 'dismissDuplicate' | 'dismissSuggestion' | 'mergeBeliefs'
> = {
  resolveContradiction: async (_, { input }, { inbox, identity, loaders }) => {
    const contradiction = await inbox.resolve(input, identity)
    loaders.clear()
    return contradiction
  },
  reopenContradiction: (_, { id }, { inbox, identity }) => inbox.reopen(id, identity),
  dismissDuplicate: async (_, { id, reason }, { inbox, identity }) => {
    await inbox.dismiss({ id, reason: reason ?? null }, identity)
    return true
  },
  dismissSuggestion: async (_, { id, reason }, { suggestions, identity }) => {
    await suggestions.dismiss({ id, reason: reason ?? null }, identity)
    return true
  },
  mergeBeliefs: async (_, { keep, merge, message }, { inbox, identity, loaders }) => {
    const belief = await inbox.merge({ keep, merge, message: message ?? null }, identity)
    loaders.clear()
    return belief
  },
}
