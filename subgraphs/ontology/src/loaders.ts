import { byId } from '@mothership/platform/by-id'
import type { ReadLarge } from '@mothership/platform/large-reads'
import DataLoader from 'dataloader'
import { byOwner, inGroups } from './batch.ts'
import type { NetChange, Revision } from './domain/change.ts'
import type { Belief, OntologyGraph, Relation, RelationDirection, Value, ValueLink } from './domain/node.ts'
import type { ImpactDirection, Reached } from './domain/reach.ts'
import { createProposalLoaders } from './proposal-loaders.ts'
import type { OntologyStore } from './store.ts'
import type { GraphReads } from './store/graph-reads.ts'
import type { PlacedInput } from './store/inputs.ts'
import type { WeightCursor } from './store/pages.ts'
import type { Near } from './store/search.ts'

/** A page of what belongs to one of many nodes of a list. */
export interface PageKey {
  readonly owner: string
  readonly after: WeightCursor | null
  readonly limit: number
}
export interface RelationPageKey extends PageKey {
  readonly direction: RelationDirection
}
export interface InputsKey {
  readonly owner: string
  /** Of each type. */
  readonly most: number
}
export interface SimilarKey {
  readonly owner: string
  readonly first: number
}

/** The owner is the number of a revision; `after` that of a change within it, from 0. */
export interface ChangePageKey {
  readonly owner: string
  readonly after: number
  readonly limit: number
}

/** What the beliefs of an owner reach: their ids, joined by commas. One more than the limit where there is more. */
export interface ReachedKey {
  readonly owner: string
  readonly direction: ImpactDirection
  readonly limit: number
}

export type Loaders = ReturnType<typeof createLoaders>

/**
 * The reads of one request, batched: whatever a list asks of its nodes is one statement for all of them. What an edit
 * may have changed must be forgotten: call `clear`.
 */
export const createLoaders = (store: OntologyStore, readLarge: ReadLarge) => {
  const views = new Map<number | null, View>()
  const revision = new DataLoader<number, Revision | null>(async (numbers) => {
    const byNumber = new Map((await store.findRevisions(numbers)).map((found) => [found.number, found]))
    return numbers.map((number) => byNumber.get(number) ?? null)
  })
  const changePage = inGroups<ChangePageKey, NetChange & { ordinal: number }>(
    ({ after, limit }) => [after, limit],
    (owners, { after, limit }) => store.findChangePages({ owners, after, limit }),
  )
  const proposals = createProposalLoaders(store, readLarge)
  const similar = inGroups<SimilarKey, Near>(
    ({ first }) => [first],
    async (ids, { first }) => (await store.findSimilar({ ids, first })).map((near) => ({ ...near, owner: near.to })),
  )
  const reached = inGroups<ReachedKey, Reached>(
    ({ direction, limit }) => [direction, limit],
    (owners, { direction, limit }) => store.findReached({ owners, direction, limit }),
  )
  return {
    /** The graph as it was at a revision; null: as it is now. A node's own view is `at(node.asOf)`. */
    at: (asOf: number | null): View => {
      const known = views.get(asOf)
      if (known) return known
      const view = createView(store.at(asOf))
      views.set(asOf, view)
      return view
    },
    revision,
    changePage,
    similar,
    proposals,
    reached,
    clear: (): void => {
      proposals.clear()
      views.clear()
      revision.clearAll()
      similar.clearAll()
      reached.clearAll()
    },
  }
}

type View = ReturnType<typeof createView>

const createView = (reads: GraphReads) => {
  const value = new DataLoader(byId<Value>(reads.findValues))
  const belief = new DataLoader(byId<Belief>(reads.findBeliefs))
  return { ...createSurroundings(reads), value, belief, prime: primer({ value, belief }) }
}

/** Hands the loaders what was read already: the ends of a graph's relations and links are among its nodes. */
const primer =
  ({ value, belief }: { value: DataLoader<string, Value | null>; belief: DataLoader<string, Belief | null> }) =>
  ({ values, beliefs }: Pick<OntologyGraph, 'values' | 'beliefs'>): void => {
    for (const one of values) value.prime(one.id, one)
    for (const one of beliefs) belief.prime(one.id, one)
  }

const createSurroundings = (reads: GraphReads) => ({
  /** The links of a belief. */
  links: byOwner<ValueLink>(reads.findLinksOfBeliefs),
  /** The links of a belief that went when it or the value was deleted. */
  formerLinks: byOwner<ValueLink>(reads.findFormerLinks),
  /** The unmet dependencies of a belief. */
  unmetDependencies: byOwner<Relation>(reads.findUnmetDependencies),
  /** What bears the most on a belief. */
  inputs: inGroups<InputsKey, PlacedInput>(
    ({ most }) => [most],
    (owners, { most }) => reads.findInputs({ owners, most }),
  ),
  /** How many links a value has. */
  linkCount: byOwner<{ count: number }>(reads.countLinks),
  linkPage: inGroups<PageKey, ValueLink>(
    ({ after, limit }) => [after, limit],
    (owners, { after, limit }) => reads.findLinkPages({ owners, after, limit }),
  ),
  relationPage: inGroups<RelationPageKey, Relation>(
    ({ direction, after, limit }) => [direction, after, limit],
    (owners, { direction, after, limit }) => reads.findRelationPages({ owners, direction, after, limit }),
  ),
  relationCount: inGroups<Pick<RelationPageKey, 'owner' | 'direction'>, { count: number }>(
    ({ direction }) => [direction],
    (owners, { direction }) => reads.countRelations({ owners, direction }),
  ),
})
