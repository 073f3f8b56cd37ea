import type { Sql } from '@mothership/platform/database'
import { ConflictError, NotFoundError } from '@mothership/platform/errors'
import type { EventDraft } from '@mothership/platform/events'
import type { JsonValue } from '@mothership/platform/json'
import { conflictError } from '../domain/conflict.ts'
import { isUuid } from '@mothership/platform/uuid'
import {
  assertMergeable,
  merged,
  type Proposal,
  type ProposalComment,
  type ProposalReview,
  ProposalStatus,
  type ProposalStep,
} from '../domain/proposal.ts'
import { assertMayComment, MAX_REVIEWERS, ofStored } from '../domain/proposal-input.ts'
import { conflictsIn, wouldMake } from '../domain/rehearsal.ts'
import { stepped } from '../events.ts'
import { applyEdit, type EditTools, lockHead } from './edit.ts'
import { findReviews, PROPOSAL } from './proposal-reads.ts'
import { rehearse } from './rehearsal.ts'
import { asJson } from './sql.ts'

/** A comment, and whether who writes it curates. */
export interface NewComment extends ProposalComment {
  readonly isCurators: boolean
}

/** What a step writes besides the proposal itself. */
export interface Taken {
  readonly step: ProposalStep
  /** The changes in place of the former ones. */
  readonly changes?: readonly JsonValue[]
  readonly review?: ProposalReview
  readonly comment?: NewComment
}

/** What may happen next to a proposal that is locked; nothing, where the list is empty. It must not await anything. */
export type Decide = (proposal: Proposal, now: Date) => readonly Taken[]

interface Tools {
  readonly sql: Sql
  append(drafts: EventDraft[]): Promise<void>
}

/** Writes a proposal by its first step, within a transaction. `step` is told the database's time. */
export const insertProposal = async (
  { sql, append }: Tools,
  { step, changes }: { step: (now: Date) => ProposalStep; changes: readonly JsonValue[] },
): Promise<Proposal> => {
  const [clock] = await sql.query<{ now: Date }>('select clock_timestamp()::timestamptz(3) as now')
  if (!clock) throw new Error('the database did not tell its time')
  const taken = step(clock.now)
  const { proposal } = taken
  await sql.query(
    `insert into ontology.proposal
       (id, title, description, author, base_revision, changes, change_count, status, merged_as, version, changes_version,
        comment_count, event_count, created_at, updated_at)
     values ($1::uuid, $2::text, $3::text, $4::text, $5::integer, $6::jsonb, $7::integer, 'OPEN', null, 1, 1, 0, 1,
             $8::timestamptz, $8::timestamptz)`,
    [
      proposal.id,
      proposal.title,
      proposal.description,
      proposal.author,
      proposal.baseRevision,
      asJson(changes),
      proposal.changeCount,
      clock.now.toISOString(),
    ],
  )
  await append([stepped(taken)])
  return proposal
}

/** Locks a proposal, decides about it, and writes what was decided with its events. Throws NotFoundError. */
export const changeProposal = async (
  { sql, append }: Tools,
  { id, decide }: { id: string; decide: Decide },
): Promise<Proposal> => {
  const { now, ...before } = await lockProposal(sql, id)
  const taken = decide(before, now)
  for (const one of taken) await write(sql, one)
  if (taken.length > 0) await append(taken.map(({ step }) => stepped(step)))
  return taken.at(-1)?.step.proposal ?? before
}

/**
 * Makes a proposal part of the ontology, on top of what came since, in the transaction of its edit. One that is merged
 * already is answered again. Throws NotFoundError, and ConflictError with all that stands in its way.
 */
export const mergeProposal = async (tools: EditTools, { id, by }: { id: string; by: string }): Promise<Proposal> => {
  const { sql } = tools
  // The head first, like every edit: what is found below holds until the commit.
  const { now, requiredApprovals } = await lockHead(sql)
  const { now: _, ...locked } = await lockProposal(sql, id)
  const proposal = locked
  if (proposal.status === ProposalStatus.MERGED) return proposal
  assertMergeable(proposal, await findReviews(sql, [id]), requiredApprovals)
  const changes = ofStored(await loadChanges(sql, id))
  const { title, author, baseRevision } = proposal
  const [rehearsal] = await rehearse(sql, [{ changes, baseRevision }])
  if (!rehearsal) throw new Error('nothing was rehearsed')
  const conflicts = conflictsIn(rehearsal)
  if (conflicts.length > 0) throw conflictError(conflicts)
  if (wouldMake(rehearsal).length === 0) {
    throw new ConflictError(`The proposal "${title}" would change nothing: all of it is so already. Close it.`, { id })
  }
  const message = `${title} (proposal ${proposal.id}, merged by ${by})`
  const made = await applyEdit({ changes, baseRevision, author, message, isProposed: true }, tools)
  if (!made) throw new Error('an edit came to nothing')
  const step = merged(proposal, { by, as: made.revision.number, now })
  await write(sql, { step })
  await tools.append([stepped(step)])
  return step.proposal
}

const lockProposal = async (sql: Sql, id: string): Promise<Proposal & { now: Date }> => {
  const rows = isUuid(id)
    ? await sql.query<Proposal & { now: Date }>(
        `select ${PROPOSAL}, clock_timestamp()::timestamptz(3) as now
         from ontology.proposal p where p.id = $1::uuid for update`,
        [id],
      )
    : []
  const [proposal] = rows
  if (!proposal) throw new NotFoundError(`There is no proposal of the id ${id}.`, { id })
  return proposal
}

const loadChanges = async (sql: Sql, id: string): Promise<object[]> => {
  const [row] = await sql.query<{ changes: object[] }>('select changes from ontology.proposal where id = $1::uuid', [
    id,
  ])
  if (!row) throw new Error('a proposal that is locked has gone')
  return row.changes
}

const write = async (sql: Sql, { step: { proposal }, changes, review, comment }: Taken): Promise<void> => {
  await sql.query(
    `update ontology.proposal set
       title = $2::text, description = $3::text, base_revision = $4::integer, change_count = $5::integer,
       status = $6::text, merged_as = $7::integer, version = $8::integer, changes_version = $9::integer,
       comment_count = $10::integer, event_count = $11::integer, updated_at = $12::timestamptz,
       changes = coalesce($13::jsonb, changes)
     where id = $1::uuid`,
    [
      proposal.id,
      proposal.title,
      proposal.description,
      proposal.baseRevision,
      proposal.changeCount,
      proposal.status,
      proposal.mergedAs,
      proposal.version,
      proposal.changesVersion,
      proposal.commentCount,
      proposal.eventCount,
      proposal.updatedAt.toISOString(),
      changes ? asJson(changes) : null,
    ],
  )
  if (review) await writeReview(sql, proposal, review)
  if (comment) await writeComment(sql, proposal, comment)
}

const writeReview = async (sql: Sql, { id, title }: Proposal, review: ProposalReview): Promise<void> => {
  await sql.query(
    `insert into ontology.proposal_review (proposal_id, reviewer, decision, comment, version, created_at)
     values ($1::uuid, $2::text, $3::text, $4::text, $5::integer, $6::timestamptz)
     on conflict (proposal_id, reviewer) do update set
       decision = excluded.decision, comment = excluded.comment, version = excluded.version,
       created_at = excluded.created_at`,
    [id, review.reviewer, review.decision, review.comment, review.version, review.createdAt.toISOString()],
  )
  const [reviews] = await sql.query<{ count: number }>(
    'select count(*)::integer as count from ontology.proposal_review where proposal_id = $1::uuid',
    [id],
  )
  if (reviews && reviews.count > MAX_REVIEWERS) {
    throw new ConflictError(`The proposal "${title}" has ${MAX_REVIEWERS} reviewers, which is all that it can have.`, {
      id,
    })
  }
}

const writeComment = async (sql: Sql, proposal: Proposal, comment: NewComment): Promise<void> => {
  const { id } = proposal
  const { ordinal, thread, replyTo, changeIndex, author, text, version, createdAt, isCurators } = comment
  // The proposal is locked: nobody writes another one meanwhile.
  const [written] = await sql.query<{ ofOne: number; ofViewers: number }>(
    `select count(*) filter (where author = $2::text)::integer as "ofOne",
            count(*) filter (where not is_curators)::integer as "ofViewers"
     from ontology.proposal_comment where proposal_id = $1::uuid`,
    [id, author],
  )
  assertMayComment(proposal, { ofOne: 0, ofViewers: 0, ...written, isCurators })
  await sql.query(
    `insert into ontology.proposal_comment
       (id, proposal_id, ordinal, thread, reply_to, change_index, author, text, version, created_at, is_curators)
     values ($1::uuid, $2::uuid, $3::integer, $4::integer, $5::uuid, $6::integer, $7::text, $8::text, $9::integer,
             $10::timestamptz, $11::boolean)`,
    [comment.id, id, ordinal, thread, replyTo, changeIndex, author, text, version, createdAt.toISOString(), isCurators],
  )
}
