import { z } from 'zod'
import { type Change, ChangeKind } from './change.ts'
import { type Contradiction, ContradictionDecision, ContradictionKind } from './contradiction.ts'
import type { Belief, Relation } from './node.ts'
import { faultyInput, parseChange, parseWith, text } from './parse.ts'

const PATH = 'input'
const MAX_REASON = 2000

const schema = z.object({
  decision: z.enum(ContradictionDecision),
  reason: text(MAX_REASON),
  beliefId: z.string().toLowerCase().nullish(),
  taskTypes: z.custom<unknown>().optional(),
})

/** A decision as it was asked for, its bounds checked. */
export interface AskedDecision {
  readonly decision: ContradictionDecision
  readonly reason: string
  /** Null where the decision is not about one of the two. */
  readonly beliefId: string | null
  /** Null where the decision gives none. */
  readonly taskTypes: unknown
}

/** Parses a decision. Throws BadUserInputError with the path of the fault. */
export const parseDecision = (input: object): AskedDecision => {
  const { decision, reason, beliefId, taskTypes } = parseWith(schema, input, PATH)
  const needsBelief = decision === ContradictionDecision.SCOPE || decision === ContradictionDecision.SUPERSEDE
  const asked = { decision, reason, beliefId: beliefId ?? null, taskTypes: taskTypes ?? null }
  if (needsBelief !== (asked.beliefId !== null)) {
    throw faultyInput([
      { path: `${PATH}.beliefId`, message: needsBelief ? `is needed to ${decision}` : `says nothing to ${decision}` },
    ])
  }
  const needsTypes = decision === ContradictionDecision.SCOPE
  if (needsTypes !== (asked.taskTypes !== null)) {
    throw faultyInput([
      { path: `${PATH}.taskTypes`, message: needsTypes ? 'are needed to SCOPE' : `say nothing to ${decision}` },
    ])
  }
  return asked
}

/** Parses why a pair is no duplicate; it may be left out. Throws BadUserInputError. */
export const parseReason = (reason: string | null): string | null =>
  reason === null ? null : parseWith(text(MAX_REASON), reason, 'reason')

/** What a decision is about. */
export interface Decided {
  readonly contradiction: Contradiction
  /** The belief that the decision names, as it is now; null where it names none of the two. */
  readonly named: Belief | null
  /** The relations that declare the contradiction. */
  readonly relations: readonly Relation[]
}

/** The edit that a decision leads to: none where both stay as they are. Throws BadUserInputError. */
export const changesOf = (asked: AskedDecision, { contradiction, named, relations }: Decided): Change[] => {
  switch (asked.decision) {
    case ContradictionDecision.KEEP_BOTH:
      return []
    case ContradictionDecision.DISMISS:
      return contradiction.kind === ContradictionKind.SUSPECTED
        ? []
        : relations.map(({ id }) => ({ kind: ChangeKind.unrelateBeliefs, path: `${PATH}.id`, id }))
    case ContradictionDecision.SCOPE:
      return [narrowed(oneOfTwo(named), asked.taskTypes)]
    case ContradictionDecision.SUPERSEDE: {
      const { id } = oneOfTwo(named)
      const other = id === contradiction.first ? contradiction.second : contradiction.first
      return [{ kind: ChangeKind.deleteBelief, path: `${PATH}.id`, id: other }]
    }
  }
}

const oneOfTwo = (named: Belief | null): Belief => {
  if (named) return named
  throw faultyInput([{ path: `${PATH}.beliefId`, message: 'is neither of the two beliefs' }])
}

/** It governs less than before: task types where it had none, else some of those that it had. */
const narrowed = ({ id, taskTypes: before }: Belief, given: unknown): Change => {
  const change = parseChange({
    kind: ChangeKind.updateBelief,
    input: { id, taskTypes: given },
    path: PATH,
    newId: () => id,
  })
  const after = change.kind === ChangeKind.updateBelief ? (change.fields.taskTypes ?? []) : []
  const path = `${PATH}.taskTypes`
  if (after.length === 0) throw faultyInput([{ path, message: 'must name at least one task type' }])
  const isNarrower = after.length < before.length && after.every((type) => before.includes(type))
  if (before.length > 0 && !isNarrower) {
    throw faultyInput([{ path, message: `must be some of those that it governs now, not all: ${before.join(', ')}` }])
  }
  return change
}
