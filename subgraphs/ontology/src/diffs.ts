import DataLoader from 'dataloader'
import { BadUserInputError } from '@mothership/platform/errors'
import { comparePlaces, countsOf, type DiffCounts, type DiffEntry, type DiffPlace, placeOf } from './domain/diff.ts'
import { inGroups } from './batch.ts'
import type { OntologyStore } from './store.ts'
import type { PlacedEntry, Span } from './store/diff.ts'

interface PageKey {
  /** The number of the revision. */
  readonly owner: string
  readonly after: DiffPlace | null
  readonly limit: number
}

/** What revisions did, one by one: read for all of a list together. */
export type RevisionDiffLoaders = ReturnType<typeof createRevisionDiffLoaders>

export const createRevisionDiffLoaders = (store: OntologyStore) => ({
  counts: new DataLoader<number, DiffCounts>(async (numbers) => {
    const byNumber = new Map((await store.countRevisionEntries(numbers)).map((counts) => [counts.number, counts]))
    return numbers.map((number) => byNumber.get(number) ?? { added: 0, removed: 0, changed: 0 })
  }),
  page: inGroups<PageKey, PlacedEntry>(
    ({ after, limit }) => [after, limit],
    (owners, { after, limit }) => store.findRevisionEntries({ owners, after, limit }),
  ),
})

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

/** What one revision did, of what is read of several together. */
export const diffOfRevision = (number: number, { counts, page }: RevisionDiffLoaders): OntologyDiff => ({
  from: number - 1,
  to: number,
  counts: () => counts.load(number),
  page: (options) => page.load({ owner: String(number), ...options }),
})

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
