import type { Sql } from '@mothership/platform/database'
import type { TimePlace } from '@mothership/platform/time-cursor'
import { storedIds } from '../domain/node.ts'
import type { Proposal, ProposalComment, ProposalReview, ProposalStatus } from '../domain/proposal.ts'
import type { Owned } from './pages.ts'
import { asJson, idSet } from './sql.ts'

/** The columns of a proposal, as the domain names them. */
export const PROPOSAL = `p.id, p.title, p.description, p.author, p.base_revision as "baseRevision",
  p.change_count as "changeCount", p.comment_count as "commentCount", p.status, p.merged_as as "mergedAs", p.version,
  p.changes_version as "changesVersion", p.event_count as "eventCount", p.created_at as "createdAt",
  p.updated_at as "updatedAt"`

const COMMENT = `c.id, c.ordinal, c.thread, c.reply_to as "replyTo", c.change_index as "changeIndex", c.author, c.text,
  c.version, c.created_at as "createdAt"`

/** Which proposals a list has; null: no matter. */
export interface ProposalFilter {
  readonly status: ProposalStatus | null
  readonly author: string | null
}

const FILTER = '($1::text is null or p.status = $1::text) and ($2::text is null or p.author = $2::text)'

/** By their ids, in any order. */
export const findProposals = (sql: Sql, ids: readonly string[]): Promise<Proposal[]> =>
  sql.query<Proposal>(`select ${PROPOSAL} from ontology.proposal p where p.id in ${idSet(1)}`, [asJson(storedIds(ids))])

/** A page of the proposals, the newest first. */
export const listProposals = (
  sql: Sql,
  { filter, after, limit }: { filter: ProposalFilter; after: TimePlace | null; limit: number },
): Promise<Proposal[]> =>
  sql.query<Proposal>(
    `select ${PROPOSAL} from ontology.proposal p
     where ${FILTER} and ($3::timestamptz is null or (p.created_at, p.id) < ($3::timestamptz, $4::uuid))
     order by p.created_at desc, p.id desc limit $5::integer`,
    [filter.status, filter.author, after?.at.toISOString() ?? null, after?.id ?? null, limit],
  )

export const countProposals = async (sql: Sql, { status, author }: ProposalFilter): Promise<number> => {
  const count = `select count(*)::integer as count from ontology.proposal p where ${FILTER}`
  const [row] = await sql.query<{ count: number }>(count, [status, author])
  return row?.count ?? 0
}

/** The changes of each of some proposals, as the schema takes them. */
export const findProposalChanges = (sql: Sql, ids: readonly string[]): Promise<{ id: string; changes: object[] }[]> =>
  sql.query<{ id: string; changes: object[] }>(
    `select p.id, p.changes from ontology.proposal p where p.id in ${idSet(1)}`,
    [asJson(storedIds(ids))],
  )

/** Each reviewer's newest decision about each of some proposals, the earliest first. */
export const findReviews = (sql: Sql, owners: readonly string[]): Promise<Owned<ProposalReview>[]> =>
  sql.query<Owned<ProposalReview>>(
    `select r.proposal_id as owner, r.reviewer, r.decision, r.comment, r.version, r.created_at as "createdAt"
     from ontology.proposal_review r where r.proposal_id in ${idSet(1)} order by r.created_at, r.reviewer`,
    [asJson(owners)],
  )

/** Where a page of comments begins: after one of that thread and ordinal. */
export interface CommentPlace {
  readonly thread: number
  readonly ordinal: number
}

/** A page of the comments of each of some proposals: thread by thread, each from its beginning. */
export const findCommentPages = (
  sql: Sql,
  options: { owners: readonly string[]; after: CommentPlace | null; limit: number },
): Promise<Owned<ProposalComment>[]> =>
  sql.query<Owned<ProposalComment>>(
    `select owner.id as owner, page.* from ${idSet(1)} owner
     cross join lateral (
       select ${COMMENT} from ontology.proposal_comment c
       where c.proposal_id = owner.id and (c.thread, c.ordinal) > ($2::integer, $3::integer)
       order by c.thread, c.ordinal limit $4::integer
     ) page
     order by page.thread, page.ordinal`,
    [asJson(options.owners), options.after?.thread ?? 0, options.after?.ordinal ?? 0, options.limit],
  )

/** The comment of an id, with the proposal that it is on. */
export const findComment = async (sql: Sql, id: string): Promise<(ProposalComment & { proposalId: string }) | null> => {
  const [comment] = await sql.query<ProposalComment & { proposalId: string }>(
    `select ${COMMENT}, c.proposal_id as "proposalId" from ontology.proposal_comment c where c.id in ${idSet(1)}`,
    [asJson(storedIds([id]))],
  )
  return comment ?? null
}
