import { encodeCursor, pageSize, toConnection } from '@mothership/platform/connection'
import { diffOfEntries, diffOfRevision } from '../diffs.ts'
import type { NetChange } from '../domain/change.ts'
import { diffOf } from '../domain/diff.ts'
import { isStale, type ProposalComment, ProposalStatus } from '../domain/proposal.ts'
import { conflictsIn, withConflicts, wouldMake } from '../domain/rehearsal.ts'
import { Thing, THINGS, thingOf } from '../domain/thing.ts'
import type { Resolvers } from '../generated/resolvers.ts'
import type { Loaders } from '../loaders.ts'
import { afterNumbers } from './cursors.ts'
import { mustExist } from './Relation.ts'

export const Proposal: NonNullable<Resolvers['Proposal']> = {
  __resolveReference: ({ id }, { loaders }) => loaders.proposals.proposal.load(id),
  changes: async ({ id }, _, { loaders }) => mustExist(await loaders.proposals.changes.load(id)).changes,
  diff: async (proposal, _, { loaders }) => {
    const { status, mergedAs } = proposal
    if (status === ProposalStatus.MERGED) return diffOfRevision(mergedAs, loaders.proposals.merged)
    const changes = wouldMake(await loaders.proposals.rehearsal.load(proposal))
    return diffOfEntries(diffOf(changes, await namesOfEnds(changes, loaders)))
  },
  preview: async (proposal, _, { whatIf, identity, loaders }) => {
    if (proposal.status !== ProposalStatus.OPEN) return null
    const rehearsal = await loaders.proposals.rehearsal.load(proposal)
    const ahead = loaders.proposals.ahead.load(proposal)
    return withConflicts(rehearsal, await whatIf.preview(rehearsal.changes, { ahead, identity }))
  },
  conflicts: async (proposal, _, { loaders }) =>
    proposal.status === ProposalStatus.OPEN ? conflictsIn(await loaders.proposals.rehearsal.load(proposal)) : [],
  reviews: async (proposal, _, { loaders }) =>
    (await loaders.proposals.reviews.load(proposal.id)).map((review) => ({
      ...review,
      isStale: isStale(review, proposal),
    })),
  comments: async (proposal, { first, after }, { loaders }) => {
    const size = pageSize(first)
    const pair = afterNumbers(after)
    const rows = await loaders.proposals.commentPage.load({
      owner: proposal.id,
      after: pair && { thread: pair[0], ordinal: pair[1] },
      limit: size + 1,
    })
    return toConnection({
      rows: rows.map((comment): ProposalComment & { isStale: boolean } => ({
        ...comment,
        isStale: isStale(comment, proposal),
      })),
      first: size,
      cursorOf: ({ thread, ordinal }) => encodeCursor([thread, ordinal]),
      totalCount: proposal.commentCount,
      hasPreviousPage: pair !== null,
    })
  },
  mergedAs: ({ mergedAs }, _, { loaders }) => (mergedAs === null ? null : loaders.revision.load(mergedAs)),
}

/** What the ends of relations and links are called now, by their ids. */
const namesOfEnds = async (changes: readonly NetChange[], loaders: Loaders): Promise<Map<string, string>> => {
  const view = loaders.at(null)
  const found = await Promise.all(
    changes.flatMap(({ kind, before, after }) =>
      Object.entries(THINGS[thingOf(kind)].ends).map(([field, thing]) => {
        const id = ((after ?? before) as unknown as Record<string, string>)[field] ?? ''
        return thing === Thing.VALUE ? view.value.load(id) : view.belief.load(id)
      }),
    ),
  )
  return new Map(found.flatMap((node) => (node ? [[node.id, node.name] as const] : [])))
}
