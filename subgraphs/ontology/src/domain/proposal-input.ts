import { type BadUserInputError, ConflictError } from '@mothership/platform/errors'
import { jsonBytes, type JsonValue } from '@mothership/platform/json'
import type { Change } from './change.ts'
import { faultyInput, parseChanges, parseWith, text } from './parse.ts'
import { type Proposal, type ProposalComment, ProposalDecision } from './proposal.ts'

const MAX_CHANGES_BYTES = 1_000_000
const MAX_TITLE = 200
const MAX_TEXT = 10_000
/** How many comments one proposal may have. */
const MAX_COMMENTS = 1000
/** How many of them one person may write: nobody fills the discussion alone. */
const MAX_COMMENTS_OF_ONE = 200
/** How many those may write together who do not curate: the rest is for who decides about it. */
const MAX_COMMENTS_OF_VIEWERS = 500
/** How many people may decide about one proposal. */
export const MAX_REVIEWERS = 100

/** Parses a title. Throws BadUserInputError. */
export const parseTitle = (title: unknown): string => parseWith(text(MAX_TITLE), title, 'title')

/** Parses a text that may be left out. Throws BadUserInputError with that path. */
export const parseOptionalText = (given: unknown, path: string): string | null =>
  typeof given === 'string' && given.trim() !== '' ? parseWith(text(MAX_TEXT), given, path) : null

/** Parses a comment. Throws BadUserInputError. */
export const parseComment = (given: unknown): string => parseWith(text(MAX_TEXT), given, 'text')

/** A change as the schema takes it: it is parsed to the same change again, and what it creates has its id. */
const toInput = (change: Change): JsonValue => {
  const { kind, id } = change
  if ('state' in change) return { [kind]: { id, ...change.state } }
  if ('fields' in change) return { [kind]: { id, ...change.fields } }
  return { [kind]: id }
}

/** Changes as a proposal keeps them. Throws BadUserInputError where they are too long. */
export const toStored = (changes: readonly Change[]): JsonValue[] => {
  const stored = changes.map(toInput)
  const bytes = jsonBytes(stored)
  if (bytes <= MAX_CHANGES_BYTES) return stored
  const message = `have ${bytes} bytes as JSON; a proposal takes at most ${MAX_CHANGES_BYTES}. Make several proposals of them`
  throw faultyInput([{ path: 'changes', message }])
}

/** The changes that a proposal keeps. */
export const ofStored = (stored: readonly object[]): Change[] =>
  parseChanges(stored, () => {
    throw new Error('a change of a proposal has no id')
  })

/** Parses why a decision was made: who requests changes says which. Throws BadUserInputError. */
export const parseReason = (decision: ProposalDecision, comment: unknown): string | null => {
  const reason = parseOptionalText(comment, 'comment')
  if (decision === ProposalDecision.REQUEST_CHANGES && reason === null) {
    throw faultyInput([{ path: 'comment', message: 'must say which changes are requested, in 1 to 10,000 characters' }])
  }
  return reason
}

/**
 * The thread that a comment goes into and what it is about; `beginning` is the comment that it replies to.
 * Throws BadUserInputError, or ConflictError where the proposal has as many comments as it may.
 */
export const placeComment = (
  proposal: Proposal,
  given: { replyTo: string | null; changeIndex: number | null },
  beginning: (ProposalComment & { proposalId: string }) | null,
): Pick<ProposalComment, 'ordinal' | 'thread' | 'replyTo' | 'changeIndex' | 'version'> => {
  const { id, title, commentCount, changeCount, version } = proposal
  if (commentCount >= MAX_COMMENTS) {
    throw new ConflictError(`The proposal "${title}" has ${MAX_COMMENTS} comments, which is all that it can have.`, {
      id,
    })
  }
  const ordinal = commentCount + 1
  if (given.replyTo === null) {
    if (given.changeIndex !== null && (given.changeIndex < 0 || given.changeIndex >= changeCount)) {
      throw fault('changeIndex', `is ${given.changeIndex}; the proposal has ${changeCount} changes, counted from 0`)
    }
    return { ordinal, thread: ordinal, replyTo: null, changeIndex: given.changeIndex, version }
  }
  if (!beginning || beginning.proposalId !== id) throw fault('replyTo', 'is no comment on this proposal')
  if (beginning.replyTo !== null) {
    throw fault('replyTo', `is a reply itself; reply to the comment that begins its thread, ${beginning.replyTo}`)
  }
  if (given.changeIndex !== null && given.changeIndex !== beginning.changeIndex) {
    throw fault('changeIndex', 'is not what the thread is about; leave it out, or begin a thread of its own')
  }
  // A reply is about what its thread is about, also where the changes are others by now.
  return {
    ordinal,
    thread: beginning.thread,
    replyTo: beginning.id,
    changeIndex: beginning.changeIndex,
    version: beginning.version,
  }
}

/**
 * `ofOne` is how many comments on a proposal the caller has written, `ofViewers` all who do not curate. Throws ConflictError
 * where it is as many as may be.
 */
export const assertMayComment = (
  { id, title }: Proposal,
  written: { ofOne: number; ofViewers: number; isCurators: boolean },
): void => {
  if (written.ofOne >= MAX_COMMENTS_OF_ONE) {
    throw new ConflictError(
      `You have written ${MAX_COMMENTS_OF_ONE} comments on the proposal "${title}", which is all that one person can.`,
      { id },
    )
  }
  if (written.isCurators || written.ofViewers < MAX_COMMENTS_OF_VIEWERS) return
  throw new ConflictError(
    `The proposal "${title}" has ${MAX_COMMENTS_OF_VIEWERS} comments of people who do not curate; the others are left to curators. Ask one of them to say it.`,
    { id },
  )
}

const fault = (path: string, message: string): BadUserInputError => faultyInput([{ path, message }])
