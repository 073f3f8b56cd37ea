import { randomUUID } from 'node:crypto'
import { NotFoundError } from '@mothership/platform/errors'
import type { EventLog } from '@mothership/platform/events'
import { actingSubject, type Identity, Role, roleIncludes } from '@mothership/platform/identity'
import { canonicalJson, type JsonValue } from '@mothership/platform/json'
import { mapAsync, startWith } from '@mothership/platform/iterate'
import { faultyInput, parseChanges } from './domain/parse.ts'
import {
  closed,
  commented,
  type Proposal,
  type ProposalComment,
  type ProposalDecision,
  type ProposalFields,
  ProposalStatus,
  proposed,
  reviewed,
  updated,
} from './domain/proposal.ts'
import {
  ofStored,
  parseComment,
  parseOptionalText,
  parseReason,
  parseTitle,
  placeComment,
  toStored,
} from './domain/proposal-input.ts'
import { assertApplies } from './domain/rehearsal.ts'
import { assertApprovals, type OntologySettings } from './domain/settings.ts'
import type { Edits } from './edits.ts'
import { isOfProposal, ONTOLOGY_STREAM } from './events.ts'
import type { OntologyStore } from './store.ts'
import type { Taken } from './store/proposals.ts'

interface GivenFields {
  readonly title?: string | null | undefined
  readonly description?: string | null | undefined
  readonly changes?: readonly object[] | null | undefined
  readonly baseRevision?: number | null | undefined
}

export type Proposals = ReturnType<typeof createProposals>

/** Changes that are discussed and decided about before they are made. */
export const createProposals = (options: { store: OntologyStore; edits: Edits; events: EventLog }) => {
  const { store, edits, events } = options

  /** Checks changes like an edit that is made now, and answers them as they are kept. */
  const propose = async (inputs: readonly object[], base: number | null, identity: Identity) => {
    const changes = parseChanges(inputs, randomUUID)
    const stored = toStored(changes)
    await edits.assertRules(changes, identity)
    const [rehearsal] = await store.rehearse([{ changes, baseRevision: base }])
    if (!rehearsal) throw new Error('nothing was rehearsed')
    assertApplies(rehearsal)
    return { stored, baseRevision: rehearsal.baseRevision, changeCount: changes.length }
  }

  /** Who hands back the same changes leaves the decisions about them as they are. */
  const isKept = async (proposal: Proposal, made: { stored: JsonValue[]; baseRevision: number }): Promise<boolean> => {
    const [kept] = await store.findProposalChanges([proposal.id])
    return made.baseRevision === proposal.baseRevision && canonicalJson(kept?.changes) === canonicalJson(made.stored)
  }

  const get = async (id: string): Promise<Proposal> => {
    const [proposal] = await store.findProposals([id])
    if (!proposal) throw new NotFoundError(`There is no proposal of the id ${id}.`, { id })
    return proposal
  }

  const comment = async (
    given: { proposalId: string; replyTo: string | null; changeIndex: number | null; text: string },
    identity: Identity,
  ): Promise<{ id: string; take: (proposal: Proposal, now: Date) => Taken & { comment: ProposalComment } }> => {
    const id = randomUUID()
    const author = actingSubject(identity)
    const isCurators = roleIncludes(identity.onBehalfOf?.role ?? identity.role, Role.CURATOR)
    const beginning = given.replyTo === null ? null : await store.findComment(given.replyTo)
    return {
      id,
      take: (proposal, now) => {
        const place = placeComment(proposal, given, beginning)
        const said = { id, author, text: given.text, createdAt: now, isCurators, ...place }
        return { step: commented(proposal, author), comment: said }
      },
    }
  }

  return {
    /** Throws BadUserInputError, NotFoundError or ConflictError as the edit would. */
    create: async (input: GivenFields & { changes: readonly object[] }, identity: Identity): Promise<Proposal> => {
      const title = parseTitle(input.title)
      const description = parseOptionalText(input.description, 'description')
      const { stored, ...made } = await propose(input.changes, input.baseRevision ?? null, identity)
      const given = { id: randomUUID(), title, description, author: actingSubject(identity), ...made }
      return store.createProposal({ step: (now) => proposed(given, now), changes: stored })
    },

    /** By its author. What is left out stays. Throws as `create` does, and ForbiddenError. */
    update: async (input: GivenFields & { id: string; version: number }, identity: Identity): Promise<Proposal> => {
      const by = actingSubject(identity)
      const { changes, baseRevision } = input
      if (changes === null) throw faultyInput([{ path: 'changes', message: 'must be a list; leave it out to keep it' }])
      if (changes === undefined && baseRevision !== undefined && baseRevision !== null) {
        throw faultyInput([
          { path: 'baseRevision', message: 'goes with changes alone; leave it out, or give them too' },
        ])
      }
      const fields: ProposalFields = {
        ...(input.title !== undefined && { title: parseTitle(input.title) }),
        ...(input.description !== undefined && { description: parseOptionalText(input.description, 'description') }),
      }
      // Who may not change it is told so before the changes are looked at.
      const before = await get(input.id)
      updated(before, { by, version: input.version, fields, now: new Date() })
      const made = changes && (await propose(changes, baseRevision ?? null, identity))
      const isNew = made !== undefined && !(await isKept(before, made))
      return store.changeProposal(input.id, (proposal, now) => {
        const all = isNew ? { ...fields, changes: made } : fields
        const step = updated(proposal, { by, version: input.version, fields: all, now })
        return step ? [{ step, ...(isNew && { changes: made.stored }) }] : []
      })
    },

    /** Says something about a proposal, closed and merged ones included. */
    comment: async (
      input: { proposalId: string; replyTo: string | null; changeIndex: number | null; text: string },
      identity: Identity,
    ): Promise<ProposalComment & { proposalId: string }> => {
      const { id, take } = await comment({ ...input, text: parseComment(input.text) }, identity)
      await store.changeProposal(input.proposalId, (proposal, now) => [take(proposal, now)])
      const said = await store.findComment(id)
      if (!said) throw new Error('a comment was not written')
      return said
    },

    /** Decides about the version that was reviewed; a reviewer's decision replaces the former one. */
    review: (
      input: { proposalId: string; version: number; decision: ProposalDecision; comment: string | null },
      identity: Identity,
    ): Promise<Proposal> => {
      const by = actingSubject(identity)
      const { decision, version } = input
      const reason = parseReason(decision, input.comment)
      return store.changeProposal(input.proposalId, (proposal, now) => [
        {
          step: reviewed(proposal, { by, version }),
          review: { reviewer: by, decision, comment: reason, version, createdAt: now },
        },
      ])
    },

    /** Merges what is approved. What is merged already is answered again. */
    merge: async (id: string, identity: Identity): Promise<Proposal> => {
      const proposal = await get(id)
      if (proposal.status === ProposalStatus.OPEN) {
        const [kept] = await store.findProposalChanges([id])
        // Before the transaction. Who changes the proposal meanwhile makes its approvals stale: it is not merged then.
        await edits.assertRules(ofStored(kept?.changes ?? []), identity)
      }
      return store.mergeProposal({ id, by: actingSubject(identity) })
    },

    /** Withdraws a proposal, or turns it down. What is closed already is answered again. */
    close: async (id: string, reason: string | null, identity: Identity): Promise<Proposal> => {
      const by = actingSubject(identity)
      const text = parseOptionalText(reason, 'comment')
      const said =
        text === null ? null : await comment({ proposalId: id, replyTo: null, changeIndex: null, text }, identity)
      return store.changeProposal(id, (proposal, now) => {
        const first = closed(proposal, { by, now }) && said ? said.take(proposal, now) : null
        const step = closed(first?.step.proposal ?? proposal, { by, now })
        return step ? [...(first ? [first] : []), { step }] : []
      })
    },

    /** Changes what is given of the settings. */
    changeSettings: (given: Partial<OntologySettings>, identity: Identity): Promise<OntologySettings> => {
      if (given.requiredApprovals !== undefined) assertApprovals(given.requiredApprovals)
      return store.changeSettings({ given, by: actingSubject(identity) })
    },

    /** The ids of proposals that something happened to; where one is named, it comes at first too. */
    follow: async (id: string | null): Promise<AsyncIterableIterator<{ id: string }>> => {
      // Before the look at the proposal, so that what happens meanwhile is told once more.
      const after = await events.head()
      const proposal = id === null ? null : await get(id)
      const source = events.follow({ stream: ONTOLOGY_STREAM, after, entityId: proposal?.id })
      const happened = mapAsync(source, ({ entityId }) => ({ id: entityId }), { filter: isOfProposal })
      return startWith(proposal ? [{ id: proposal.id }] : [], happened)
    },
  }
}
