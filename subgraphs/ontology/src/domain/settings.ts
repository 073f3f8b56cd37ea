import { ForbiddenError } from '@mothership/platform/errors'
import { faultyInput } from './parse.ts'

export const DirectEdits = { ALLOWED: 'ALLOWED', PROPOSALS_REQUIRED: 'PROPOSALS_REQUIRED' } as const
export type DirectEdits = (typeof DirectEdits)[keyof typeof DirectEdits]

/** What the organisation decided about how its ontology is edited. */
export interface OntologySettings {
  readonly directEdits: DirectEdits
  readonly requiredApprovals: number
}

const MAX_APPROVALS = 10

/** Throws BadUserInputError where a number of approvals is out of bounds. */
export const assertApprovals = (requiredApprovals: number): void => {
  if (requiredApprovals >= 1 && requiredApprovals <= MAX_APPROVALS) return
  const message = `is ${requiredApprovals}; it may be 1 to ${MAX_APPROVALS}`
  throw faultyInput([{ path: 'requiredApprovals', message }])
}

/** Throws ForbiddenError where edits have to go through proposals. No role has a way around it. */
export const assertDirectEdits = ({ directEdits }: Pick<OntologySettings, 'directEdits'>): void => {
  if (directEdits === DirectEdits.ALLOWED) return
  throw new ForbiddenError(
    'This ontology is edited by proposals alone (ontologySettings.directEdits is PROPOSALS_REQUIRED).' +
      ' Propose the changes with createProposal.',
    { directEdits },
  )
}
