import { ConflictError, ForbiddenError } from '@mothership/platform/errors'

export const ProposalStatus = { OPEN: 'OPEN', MERGED: 'MERGED', CLOSED: 'CLOSED' } as const
export type ProposalStatus = (typeof ProposalStatus)[keyof typeof ProposalStatus]

export const ProposalDecision = { APPROVE: 'APPROVE', REQUEST_CHANGES: 'REQUEST_CHANGES' } as const
export type ProposalDecision = (typeof ProposalDecision)[keyof typeof ProposalDecision]

/** Where a proposal stands. */
type ProposalState =
  | { readonly status: typeof ProposalStatus.OPEN | typeof ProposalStatus.CLOSED; readonly mergedAs: null }
  | { readonly status: typeof ProposalStatus.MERGED; readonly mergedAs: number }

/** A proposal without its changes, which may be long. */
export type Proposal = ProposalState & {
  readonly id: string
  readonly title: string
  readonly description: string | null
  readonly author: string
  /** The revision that its changes were made on. */
  readonly baseRevision: number
  readonly changeCount: number
  readonly commentCount: number
  /** Goes up with what it says and where it stands. Comments and decisions are about a version, and make none. */
  readonly version: number
  /** The version that brought its present changes. */
  readonly changesVersion: number
  /** How many events it has, which is the version of the newest one. */
  readonly eventCount: number
  readonly createdAt: Date
  readonly updatedAt: Date
}

/** What one reviewer decided last. */
export interface ProposalReview {
  readonly reviewer: string
  readonly decision: ProposalDecision
  readonly comment: string | null
  /** The version of the proposal that was reviewed. */
  readonly version: number
  readonly createdAt: Date
}

export interface ProposalComment {
  readonly id: string
  /** Counted within the proposal, from 1. */
  readonly ordinal: number
  /** The ordinal of the comment that begins the thread. */
  readonly thread: number
  readonly replyTo: string | null
  readonly changeIndex: number | null
  readonly author: string
  readonly text: string
  /** The version of the proposal that it was said of. */
  readonly version: number
  readonly createdAt: Date
}

export const ProposalEvent = {
  CREATED: 'proposal.created',
  UPDATED: 'proposal.updated',
  COMMENTED: 'proposal.commented',
  REVIEWED: 'proposal.reviewed',
  MERGED: 'proposal.merged',
  CLOSED: 'proposal.closed',
} as const
export type ProposalEvent = (typeof ProposalEvent)[keyof typeof ProposalEvent]

/** One step in the life of a proposal: what it became, and what is told of it. */
export interface ProposalStep {
  readonly proposal: Proposal
  readonly event: ProposalEvent
  /** Who took it. */
  readonly by: string
}

/** The fields that its author can change; what is left out stays. */
export interface ProposalFields {
  readonly title?: string
  readonly description?: string | null
  /** The changes are others, or on another revision. */
  readonly changes?: { readonly baseRevision: number; readonly changeCount: number }
}

const assertOpen = (proposal: Proposal, what: string): void => {
  if (proposal.status === ProposalStatus.OPEN) return
  const { id, status, title } = proposal
  throw new ConflictError(`The proposal "${title}" is ${status}: it cannot be ${what}. Make a new one.`, { id, status })
}

const assertVersion = ({ id, version, title }: Proposal, known: number): void => {
  if (version === known) return
  throw new ConflictError(`version is ${known}; the proposal "${title}" is at ${version}. Look at what it became.`, {
    path: 'version',
    id,
    version,
  })
}

const told = (proposal: Proposal, event: ProposalEvent, by: string): ProposalStep => ({
  proposal: { ...proposal, eventCount: proposal.eventCount + 1 },
  event,
  by,
})

/** The first step: a new proposal. */
export const proposed = (
  given: Pick<Proposal, 'id' | 'title' | 'description' | 'author' | 'baseRevision' | 'changeCount'>,
  now: Date,
): ProposalStep => ({
  proposal: {
    ...given,
    status: ProposalStatus.OPEN,
    mergedAs: null,
    commentCount: 0,
    version: 1,
    changesVersion: 1,
    eventCount: 1,
    createdAt: now,
    updatedAt: now,
  },
  event: ProposalEvent.CREATED,
  by: given.author,
})

/** Null where nothing would change. Throws ForbiddenError, or ConflictError where it is not open or of another version. */
export const updated = (
  proposal: Proposal,
  { by, version: known, fields, now }: { by: string; version: number; fields: ProposalFields; now: Date },
): ProposalStep | null => {
  if (proposal.author !== by) {
    const { id, author, title } = proposal
    throw new ForbiddenError(`Only its author, ${author}, changes the proposal "${title}". Comment on it instead.`, {
      id,
    })
  }
  assertOpen(proposal, 'changed')
  assertVersion(proposal, known)
  const { changes, title = proposal.title, description = proposal.description } = fields
  if (!changes && title === proposal.title && description === proposal.description) return null
  const version = proposal.version + 1
  const next = { ...proposal, title, description, version, updatedAt: now }
  if (!changes) return told(next, ProposalEvent.UPDATED, by)
  const { baseRevision, changeCount } = changes
  return told({ ...next, baseRevision, changeCount, changesVersion: version }, ProposalEvent.UPDATED, by)
}

/** A closed or merged proposal can still be discussed: what became of it is a reason to. */
export const commented = (proposal: Proposal, by: string): ProposalStep =>
  told({ ...proposal, commentCount: proposal.commentCount + 1 }, ProposalEvent.COMMENTED, by)

/** Throws ForbiddenError for its author, ConflictError where it is not open or of another version. */
export const reviewed = (proposal: Proposal, { by, version }: { by: string; version: number }): ProposalStep => {
  if (proposal.author === by) {
    const { id, title } = proposal
    throw new ForbiddenError(`The proposal "${title}" is your own: somebody else has to review it.`, { id })
  }
  assertOpen(proposal, 'reviewed')
  assertVersion(proposal, version)
  return told(proposal, ProposalEvent.REVIEWED, by)
}

/** Null where it is closed already. Throws ConflictError where it is merged. */
export const closed = (proposal: Proposal, { by, now }: { by: string; now: Date }): ProposalStep | null => {
  if (proposal.status === ProposalStatus.CLOSED) return null
  assertOpen(proposal, 'closed')
  const next: Proposal = { ...proposal, status: ProposalStatus.CLOSED, mergedAs: null }
  return told({ ...next, version: proposal.version + 1, updatedAt: now }, ProposalEvent.CLOSED, by)
}

/** The last step of a proposal that may be merged, see `assertMergeable`. */
export const merged = (proposal: Proposal, { by, as, now }: { by: string; as: number; now: Date }): ProposalStep => {
  const next: Proposal = { ...proposal, status: ProposalStatus.MERGED, mergedAs: as }
  return told({ ...next, version: proposal.version + 1, updatedAt: now }, ProposalEvent.MERGED, by)
}

/** Whether something was said of changes that the proposal does not have any more. */
export const isStale = ({ version }: { version: number }, { changesVersion }: Proposal): boolean =>
  version < changesVersion

/**
 * Throws ConflictError where a proposal is not open, too few reviewers approve of its present changes, or one of them
 * requests others. No role has a way around its reviewers, and its author is none of them.
 */
export const assertMergeable = (
  proposal: Proposal,
  reviews: readonly ProposalReview[],
  requiredApprovals: number,
): void => {
  assertOpen(proposal, 'merged')
  const { id, title, author } = proposal
  const fresh = reviews.filter((review) => review.reviewer !== author && !isStale(review, proposal))
  const by = (decision: ProposalDecision): string[] =>
    fresh.filter((review) => review.decision === decision).map(({ reviewer }) => reviewer)
  const [approvedBy, requestedBy] = [by(ProposalDecision.APPROVE), by(ProposalDecision.REQUEST_CHANGES)]
  if (requestedBy.length > 0) {
    const message = `The proposal "${title}" waits for changes that ${requestedBy.join(', ')} requested. Change it, or ask for another decision.`
    throw new ConflictError(message, { id, requestedBy, approvedBy, requiredApprovals })
  }
  if (approvedBy.length < requiredApprovals) {
    const message = `The proposal "${title}" has ${approvedBy.length} of the ${requiredApprovals} approvals that it needs. Ask for a review.`
    throw new ConflictError(message, { id, requestedBy, approvedBy, requiredApprovals })
  }
}
