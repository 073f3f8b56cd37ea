import { NotFoundError } from '@mothership/platform/errors'
import { actingSubject, type Identity } from '@mothership/platform/identity'
import type { Peers } from '@mothership/platform/peers'
import { parseReason } from './domain/decision.ts'
import { type Overridden, type Suggestion, suggestionOfId } from './domain/suggestion.ts'
import { OverriddenOftenDocument } from './generated/directive-documents.ts'
import type { OntologyStore } from './store.ts'
import type { SuggestionCursor } from './store/suggestions.ts'

/** How many beliefs one answer of the directive subgraph has; how many are looked at. */
const PAGE = 1000
const MOST = 10_000

export type Suggestions = ReturnType<typeof createSuggestions>

/** What the work suggests to curators, by what the directive subgraph counted of it. */
export const createSuggestions = (store: OntologyStore, peers: Peers) => {
  const ask = async (page: { after: string | null; beliefId: string | null }, identity: Identity) => {
    const { overriddenOften } = await peers.directive(OverriddenOftenDocument, { first: PAGE, ...page }, identity)
    return overriddenOften.map(({ beliefId, record }): Overridden => ({ beliefId, ...record }))
  }
  const findOften = async (identity: Identity): Promise<Overridden[]> => {
    const often: Overridden[] = []
    while (often.length < MOST) {
      const page = await ask({ after: often.at(-1)?.beliefId ?? null, beliefId: null }, identity)
      often.push(...page)
      if (page.length < PAGE) break
    }
    return often
  }

  return {
    /** A page of the suggestions, and how many there are: both of the same answer. Throws UnavailableError. */
    list: async (
      page: { after: SuggestionCursor | null; limit: number },
      identity: Identity,
    ): Promise<{ rows: Suggestion[]; count: () => Promise<number> }> => {
      const often = await findOften(identity)
      return { rows: await store.listSuggestions({ often, ...page }), count: () => store.countSuggestions(often) }
    },

    /** Keeps that a suggestion needs no answer. Throws NotFoundError where it is not listed, and UnavailableError. */
    dismiss: async ({ id, reason }: { id: string; reason: string | null }, identity: Identity): Promise<void> => {
      const about = suggestionOfId(id)
      const often = about ? await ask({ after: null, beliefId: about.beliefId }, identity) : []
      const given = { often, reason: parseReason(reason), author: actingSubject(identity) }
      if (!(await store.dismissSuggestion(given))) {
        throw new NotFoundError('id: there is no such suggestion, or no longer.', { path: 'id', id })
      }
    },
  }
}
