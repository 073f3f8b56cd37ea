import { randomUUID } from 'node:crypto'
import { BadUserInputError, ConflictError, NotFoundError, UnavailableError } from '@mothership/platform/errors'
import type { Identity } from '@mothership/platform/identity'
import type { JsonValue } from '@mothership/platform/json'
import { conflictError } from './domain/conflict.ts'
import type { DraftedBelief } from './domain/draft-view.ts'
import { faultyInput, parseChanges, tryParseChanges } from './domain/parse.ts'
import { Severity } from './domain/preview.ts'
import { ProposalStatus } from './domain/proposal.ts'
import { ofStored, toStored } from './domain/proposal-input.ts'
import { assertApplies, conflictsIn, type Rehearsal } from './domain/rehearsal.ts'
import { meanDirection, textsOf } from './domain/search.ts'
import { directionsOf, type GoverningRequest, toGovern } from './governing.ts'
import type { Meaning } from './meaning.ts'
import type { OntologyStore } from './store.ts'
import type { DraftGoverning, Embeddable } from './store/draft.ts'
import type { Direction } from './store/search.ts'
import type { WhatIf } from './what-if.ts'

/** Of so many new or changed texts the meaning is computed; the others bear on a task by their words alone. */
const MOST_EMBEDDED = 100
/** How often a draft is read again where somebody edits the ontology meanwhile. */
const TRIES = 5

/** Changes as they can be handed back, and the revision that they are made on. */
interface OntologyDraft {
  readonly changes: JsonValue[]
  readonly baseRevision: number
}

export type Drafts = ReturnType<typeof createDrafts>

/** What the ontology would be after changes that nobody makes. */
export const createDrafts = ({
  store,
  meaning,
  whatIf,
}: {
  store: OntologyStore
  meaning: Meaning
  whatIf: WhatIf
}) => {
  const rehearse = async (draft: { changes: readonly object[]; baseRevision: number | null }): Promise<Rehearsal> => {
    const changes = ofStored(draft.changes)
    const [rehearsal] = await store.rehearse([{ changes, baseRevision: draft.baseRevision }])
    if (!rehearsal) throw new Error('nothing was rehearsed')
    return rehearsal
  }
  /** Throws BadUserInputError with all that a preview says is wrong. */
  const assertSound = async (inputs: readonly object[], identity: Identity): Promise<void> => {
    const { problems } = await whatIf.previewChanges(inputs, identity)
    const errors = problems.filter(({ severity }) => severity === Severity.ERROR)
    if (errors.length > 0) throw faultyInput(errors.map(({ path, message }) => ({ path, message })))
  }

  const ofChanges = async (inputs: readonly object[], identity: Identity): Promise<OntologyDraft> => {
    // What they create gets its id here, so that every page of a replay speaks of the same things.
    const parsed = tryParseChanges(inputs, randomUUID)
    const changes = parsed.faults.length === 0 ? toStored(parsed.changes) : []
    await assertSound(parsed.faults.length === 0 ? (changes as object[]) : inputs, identity)
    const rehearsal = await rehearse({ changes: changes as object[], baseRevision: null })
    assertApplies(rehearsal)
    return { changes, baseRevision: rehearsal.baseRevision }
  }

  const ofProposal = async (id: string, identity: Identity): Promise<OntologyDraft> => {
    const path = 'proposalId'
    const [proposal] = await store.findProposals([id])
    if (!proposal) throw new NotFoundError(`${path}: there is no proposal of the id ${id}.`, { path, id })
    if (proposal.status !== ProposalStatus.OPEN) {
      const state = proposal.status.toLowerCase()
      const message = `${path}: the proposal "${proposal.title}" is ${state}. Replay one that is open, or its changes.`
      throw new ConflictError(message, { path, id })
    }
    const [kept] = await store.findProposalChanges([id])
    const changes = kept?.changes ?? []
    const { baseRevision } = proposal
    const rehearsal = await rehearse({ changes, baseRevision })
    const conflicts = conflictsIn(rehearsal)
    if (conflicts.length > 0) throw conflictError(conflicts)
    await assertSound(changes, identity)
    assertApplies(rehearsal)
    return { changes: changes as JsonValue[], baseRevision }
  }

  /** The directions of the words that would be others, as those of documents are computed. */
  const embed = async (drafted: readonly DraftedBelief[]): Promise<Embeddable[]> => {
    let left = MOST_EMBEDDED
    const tried = drafted.map((belief) => {
      const { name, description, taskTypes } = belief
      // One that names task types bears on their tasks whatever its words are.
      const isTried = name !== null && description !== null && taskTypes.length === 0 && left-- > 0
      return { belief, texts: isTried ? textsOf({ name, description }) : [] }
    })
    const directions = await directionsOf(
      meaning,
      tried.flatMap(({ texts }) => texts),
    )
    return tried.map(({ belief, texts }) => {
      const direction = meanOf(directions.splice(0, texts.length))
      return { ...belief, direction, isMissed: texts.length > 0 && direction === null }
    })
  }

  return {
    /** Throws BadUserInputError, NotFoundError or ConflictError, with paths. */
    check: (
      given: { changes: readonly object[] | null; proposalId: string | null },
      identity: Identity,
    ): Promise<OntologyDraft> => {
      const { changes, proposalId } = given
      if ((changes === null) === (proposalId === null)) {
        throw new BadUserInputError('Give either changes or proposalId.', { path: 'changes' })
      }
      return changes === null ? ofProposal(proposalId ?? '', identity) : ofChanges(changes, identity)
    },

    /** What would govern tasks, by words alone where no meaning can be computed. Throws as `check` does, and UnavailableError. */
    govern: async (
      given: GoverningRequest & { changes: readonly object[]; baseRevision: number },
    ): Promise<DraftGoverning> => {
      const { baseRevision } = given
      const changes = parseChanges(given.changes, () => {
        throw faultyInput([{ path: 'changes', message: 'must give an id to all that they create' }])
      })
      const asked = await toGovern(meaning, given)
      for (let tried = 0; tried < TRIES; tried++) {
        const view = await store.readDraft({ changes, baseRevision })
        const drafted = await embed(view.drafted)
        const found = await store.governDraft({ view, drafted, ...asked })
        if (found) return found
      }
      throw new UnavailableError('The ontology is edited all the time. Try again in a moment.')
    },
  }
}

/** Null where one of them is not known. All are of the model that this process is configured for. */
const meanOf = (directions: readonly (Direction | null)[]): Direction | null => {
  const known = directions.filter((direction) => direction !== null)
  const [first] = known
  if (!first || known.length < directions.length) return null
  return { model: first.model, vector: meanDirection(known.map(({ vector }) => vector)) }
}
