import { byId } from '@mothership/platform/by-id'
import { LARGE_AT_A_TIME, type ReadLarge } from '@mothership/platform/large-reads'
import DataLoader from 'dataloader'
import { byOwner, inGroups } from './batch.ts'
import { createRevisionDiffLoaders } from './diffs.ts'
import type { Proposal, ProposalComment, ProposalReview } from './domain/proposal.ts'
import { ofStored } from './domain/proposal-input.ts'
import type { Rehearsal } from './domain/rehearsal.ts'
import type { OntologyStore } from './store.ts'
import type { LookAhead } from './store/preview.ts'
import type { CommentPlace } from './store/proposal-reads.ts'

interface CommentPageKey {
  readonly owner: string
  readonly after: CommentPlace | null
  readonly limit: number
}

/** The reads of proposals of one request, batched. */
export const createProposalLoaders = (store: OntologyStore, readLarge: ReadLarge) => {
  const proposal = new DataLoader(byId<Proposal>(store.findProposals))
  /** The changes, as the schema takes them. */
  const changes = new DataLoader(
    byId<{ id: string; changes: object[] }>((ids) => readLarge(() => store.findProposalChanges(ids))),
    { maxBatchSize: LARGE_AT_A_TIME },
  )
  const reviews = byOwner<ProposalReview>(store.findReviews)
  const commentPage = inGroups<CommentPageKey, ProposalComment>(
    ({ after, limit }) => [after, limit],
    (owners, { after, limit }) => store.findCommentPages({ owners, after, limit }),
  )
  /** What the changes of an open proposal would be applied to now. */
  const rehearsal = new DataLoader<Proposal, Rehearsal, string>(
    async (proposals) => {
      const kept = await changes.loadMany(proposals.map(({ id }) => id))
      return store.rehearse(
        proposals.map(({ baseRevision }, place) => {
          const found = kept[place]
          if (!found || found instanceof Error) throw found ?? new Error('a proposal has no changes')
          return { baseRevision, changes: ofStored(found.changes) }
        }),
      )
    },
    { cacheKeyFn: ({ id }) => id },
  )
  /** What an open proposal would do now. */
  const ahead = new DataLoader<Proposal, LookAhead, string>(
    async (proposals) => {
      const rehearsals = await rehearsal.loadMany(proposals)
      return store.lookAhead(
        rehearsals.map((found) => {
          if (found instanceof Error) throw found
          return found.changes
        }),
      )
    },
    { cacheKeyFn: ({ id }) => id },
  )
  return {
    proposal,
    changes,
    reviews,
    commentPage,
    rehearsal,
    ahead,
    /** What merged proposals did. */
    merged: createRevisionDiffLoaders(store),
    clear: (): void => {
      for (const loader of [proposal, changes, reviews, commentPage, rehearsal, ahead]) loader.clearAll()
    },
  }
}
