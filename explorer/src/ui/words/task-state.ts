import type { TaskState } from '../../generated/graphql.ts'
import type { Tone } from '../badge.tsx'

/** All states of a task, in the order in which a task goes through them. */
export const taskStates = [
  'SUBMITTED',
  'DIRECTED',
  'ASSIGNED',
  'RUNNING',
  'VALIDATING',
  'NEEDS_REVIEW',
  'COMPLETED',
  'FAILED',
  'CANCELLED',
] as const satisfies readonly TaskState[]

/** Nothing happens to the task any more, unless a person retries it. */
export const isFinal = (state: TaskState): boolean =>
  state === 'COMPLETED' || state === 'FAILED' || state === 'CANCELLED'

/** An agent has it, or what the agent did is being checked. */
export const isInWork = (state: TaskState): boolean =>
  state === 'ASSIGNED' || state === 'RUNNING' || state === 'VALIDATING'

export const canCancel = (state: TaskState): boolean => !isFinal(state)
export const canRetry = (state: TaskState): boolean => state === 'FAILED' || state === 'CANCELLED'
export const canReview = (state: TaskState): boolean => state === 'NEEDS_REVIEW'

export const stateWords: Record<TaskState, { label: string; tone: Tone; meaning: string }> = {
  SUBMITTED: { label: 'Submitted', tone: 'neutral', meaning: 'Waiting for its directive' },
  DIRECTED: { label: 'Directed', tone: 'accent', meaning: 'Has a directive, waiting for an agent' },
  ASSIGNED: { label: 'Assigned', tone: 'info', meaning: 'Lent to an agent' },
  RUNNING: { label: 'Running', tone: 'info', meaning: 'The agent is at work' },
  VALIDATING: { label: 'Validating', tone: 'accent', meaning: 'The result is checked against the directive' },
  NEEDS_REVIEW: { label: 'Needs review', tone: 'warning', meaning: 'A person has to decide' },
  COMPLETED: { label: 'Completed', tone: 'success', meaning: 'Done, within its directive' },
  FAILED: { label: 'Failed', tone: 'danger', meaning: 'Ended without a result that holds' },
  CANCELLED: { label: 'Cancelled', tone: 'neutral', meaning: 'Stopped by a person' },
}
