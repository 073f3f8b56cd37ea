import { BadUserInputError } from '@mothership/platform/errors'
import { comparePlaces, countsOf, type DiffCounts, type DiffEntry, type DiffPlace, placeOf } from './domain/diff.ts'
import type { OntologyStore } from './store.ts'
import type { PlacedEntry, Span } from './store/diff.ts'

/** What differs between two states of the ontology. */
export interface OntologyDiff {
  /** The revisions that are compared; null: those of no number, e.g. what a proposal would make. */
  readonly from: number | null
  readonly to: number | null
  counts(): Promise<DiffCounts>
  /** The entries after a place. */
  page(options: { after: DiffPlace | null; limit: number }): Promise<PlacedEntry[]>
}

/** What differs between two revisions, 0 being the empty ontology. Throws BadUserInputError. */
export const diffRevisions = async (store: OntologyStore, span: Span): Promise<OntologyDiff> => {
  const head = await store.head()
  for (const [path, number] of [['from', span.from] as const, ['to', span.to] as const]) {
    if (number >= 0 && number <= head) continue
    throw new BadUserInputError(
      `${path} is ${number}; the newest revision is ${head}, and 0 is the empty ontology. Name one of these.`,
      { path },
    )
  }
  let counts: Promise<DiffCounts> | undefined
  return {
    ...span,
    // Three fields ask for the one statement.
    counts: () => (counts ??= store.countDiffEntries(span)),
    page: (options) => store.findDiffEntries({ ...span, ...options }),
  }
}

/** What differs, of entries that are at hand, in the order of `diffOf`. */
export const diffOfEntries = (entries: readonly DiffEntry[]): OntologyDiff => ({
  from: null,
  to: null,
  counts: async () => countsOf(entries),
  page: async ({ after, limit }) =>
    entries
      .map((entry) => ({ ...entry, place: placeOf(entry) }))
      .filter(({ place }) => after === null || comparePlaces(place, after) > 0)
      .slice(0, limit),
})
