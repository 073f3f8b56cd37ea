import type { Sql } from '@mothership/platform/database'
import type { JsonValue } from '@mothership/platform/json'
import type { TimePlace } from '@mothership/platform/time-cursor'
import type { Presence, Whereabouts } from '../domain/presence.ts'
import type { Proposal, ProposalStep } from '../domain/proposal.ts'
import type { Rehearsal } from '../domain/rehearsal.ts'
import type { OntologySettings } from '../domain/settings.ts'
import type { EditTools } from './edit.ts'
import { addPresence, listPresence, removePresence, renewPresence } from './presence.ts'
import * as reads from './proposal-reads.ts'
import { changeProposal, type Decide, insertProposal, mergeProposal } from './proposals.ts'
import { type Rehearsed, rehearse } from './rehearsal.ts'
import { changeSettings, findSettings } from './settings.ts'
import { sqlOf } from './sql.ts'
import type { OwnTables } from './tables.ts'

/** Proposals, how the ontology is edited, and who looks at it: what stands around the graph itself. */
export const createProposalStore = (options: {
  database: Sql
  prisma: OwnTables
  write: <T>(work: (tools: EditTools) => Promise<T>) => Promise<T>
}) => {
  const { database, prisma, write } = options
  return {
    findProposals: (ids: readonly string[]) => reads.findProposals(database, ids),
    findProposalChanges: (ids: readonly string[]) => reads.findProposalChanges(database, ids),
    findReviews: (owners: readonly string[]) => reads.findReviews(database, owners),
    findComment: (id: string) => reads.findComment(database, id),
    findCommentPages: (page: Parameters<typeof reads.findCommentPages>[1]) => reads.findCommentPages(database, page),
    listProposals: (page: { filter: reads.ProposalFilter; after: TimePlace | null; limit: number }) =>
      reads.listProposals(database, page),
    countProposals: (filter: reads.ProposalFilter) => reads.countProposals(database, filter),

    /** What some lists of changes would be applied to, all of one moment. Writes nothing. */
    rehearse: (lists: readonly Rehearsed[]): Promise<Rehearsal[]> =>
      prisma.$transaction((tx) => rehearse(sqlOf(tx), lists), { isolationLevel: 'RepeatableRead' }),

    createProposal: (given: { step: (now: Date) => ProposalStep; changes: readonly JsonValue[] }): Promise<Proposal> =>
      write((tools) => insertProposal(tools, given)),
    /** Decides about a proposal that is locked meanwhile. Throws NotFoundError, and what `decide` throws. */
    changeProposal: (id: string, decide: Decide): Promise<Proposal> =>
      write((tools) => changeProposal(tools, { id, decide })),
    /** Throws NotFoundError, and ConflictError with what stands in the way. */
    mergeProposal: (given: { id: string; by: string }): Promise<Proposal> =>
      write((tools) => mergeProposal(tools, given)),

    settings: (): Promise<OntologySettings> => findSettings(database),
    changeSettings: (given: { given: Partial<OntologySettings>; by: string }): Promise<OntologySettings> =>
      write((tools) => changeSettings(tools, given)),

    listPresence: (): Promise<Presence[]> => listPresence(database),
    /** Renews a session, or adds it; `hasMoved` where the list is another now. Throws UnavailableError. */
    keepPresence: async (where: Whereabouts): Promise<{ presence: Presence; hasMoved: boolean }> => {
      const renewed = await renewPresence(database, where)
      if (renewed) {
        const { hasMoved, ...presence } = renewed
        return { presence, hasMoved }
      }
      return { presence: await prisma.$transaction((tx) => addPresence(sqlOf(tx), where)), hasMoved: true }
    },
    endPresence: (session: { curator: string; session: string }) => removePresence(database, session),
  }
}
