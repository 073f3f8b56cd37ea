import { BadUserInputError } from '@mothership/platform/errors'
import { fuse, LEAST_RELEVANCE, type Match, nearEnough, type SearchFilter, typingQuery } from './domain/search.ts'
import { isStorable } from '@mothership/platform/storable'
import { isUuid } from '@mothership/platform/uuid'
import type { Meaning } from './meaning.ts'
import type { OntologyStore } from './store.ts'

const MAX_QUERY = 1000
/** Each ranking is read this far beyond what is asked for: what is low in both may be high together. */
const MARGIN = 30
const MAX_CANDIDATES = 5000
/** A task's text is cut to this many characters. */
const MAX_TASK_TEXT = 10_000

export type OntologySearch = ReturnType<typeof createSearch>

/** Search by words and by meaning. */
export const createSearch = (store: OntologyStore, meaning: Meaning) => ({
  /** The best matches. Throws BadUserInputError. By words alone where the meaning cannot be computed. */
  find: async (given: { query: string; first: number; filter: SearchFilter }): Promise<Match[]> => {
    const query = given.query.trim()
    if (query.length === 0 || query.length > MAX_QUERY || !isStorable(query)) {
      throw new BadUserInputError(`query must have 1 to ${MAX_QUERY} characters.`, { path: 'query' })
    }
    // No value has such an id, so no belief does anything for it.
    if (given.filter.valueId !== null && !isUuid(given.filter.valueId)) return []
    const direction = await meaning.ofQuery(query)
    const { byText, byMeaning } = await store.searchDocuments({
      query,
      typing: typingQuery(query),
      direction,
      filter: given.filter,
      limit: given.first + MARGIN,
    })
    return fuse({ TEXT: byText, MEANING: nearEnough(byMeaning) }, given.first)
  },

  /**
   * The beliefs that bear on a task, of one snapshot. By words alone where the meaning cannot be computed: a task is told
   * what names its type whatever a provider does.
   */
  govern: async ({ taskType, text, limit }: { taskType: string; text: string; limit: number }) => {
    if (limit < 1 || limit > MAX_CANDIDATES) {
      throw new BadUserInputError(`limit is ${limit}; it may be 1 to ${MAX_CANDIDATES}.`, { path: 'limit' })
    }
    const storable = text.slice(0, MAX_TASK_TEXT).replaceAll('\0', ' ').toWellFormed()
    // The type is words too: math.solve is about mathematics.
    const task = `${taskType.replaceAll(/[._-]/g, ' ')} ${storable}`
    const direction = await meaning.ofQuery(task)
    const governing = await store.govern({ taskType, text: task, direction, leastRelevance: LEAST_RELEVANCE, limit })
    return { ...governing, isByMeaning: direction !== null }
  },
})
