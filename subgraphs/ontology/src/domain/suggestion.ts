import { isUuid } from '@mothership/platform/uuid'

export const SuggestionKind = { OVERRIDDEN_OFTEN: 'OVERRIDDEN_OFTEN' } as const
export type SuggestionKind = (typeof SuggestionKind)[keyof typeof SuggestionKind]

/** How often people accepted what failed a belief, and how often it failed. */
export interface Overridden {
  readonly beliefId: string
  readonly overridden: number
  readonly violated: number
}

/** Something about a belief for a curator to look at. */
export interface Suggestion extends Overridden {
  readonly kind: SuggestionKind
}

/** The opaque id of a suggestion: always the same for the same belief and kind. */
export const suggestionId = ({ kind, beliefId }: Pick<Suggestion, 'kind' | 'beliefId'>): string =>
  Buffer.from(`${kind}:${beliefId}`).toString('base64url')

/** What the suggestion of an id is about; null where it is the id of none. */
export const suggestionOfId = (id: string): Pick<Suggestion, 'kind' | 'beliefId'> | null => {
  const [kind = '', beliefId = '', ...rest] = Buffer.from(id, 'base64url').toString().split(':')
  return rest.length === 0 && kind === SuggestionKind.OVERRIDDEN_OFTEN && isUuid(beliefId) ? { kind, beliefId } : null
}

/** Why a suggestion is listed. */
export const reasonOf = ({ overridden, violated }: Suggestion): string =>
  `People accepted ${overridden} results although a constraint of it had failed; it failed in ${violated} checks. ` +
  'Weaken it, change its rule, make it a SHOULD, or dismiss this.'
