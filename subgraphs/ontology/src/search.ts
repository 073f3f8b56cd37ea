import { BadUserInputError } from '@mothership/platform/errors'
import { fuse, type Match, nearEnough, type SearchFilter, typingQuery } from './domain/search.ts'
import { isStorable } from '@mothership/platform/storable'
import { isUuid } from '@mothership/platform/uuid'
import type { Meaning } from './meaning.ts'
import type { OntologyStore } from './store.ts'

const MAX_QUERY = 1000
/** Each ranking is read this far beyond what is asked for: what is low in both may be high together. */
const MARGIN = 30

export type OntologySearch = ReturnType<typeof createSearch>

/** The best matches by words and by meaning; by words alone where the meaning cannot be computed. Throws BadUserInputError. */
export const createSearch =
  (store: OntologyStore, meaning: Meaning) =>
  async (given: { query: string; first: number; filter: SearchFilter }): Promise<Match[]> => {
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
  }
