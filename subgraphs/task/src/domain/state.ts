/** Where a task stands. */
export const TaskState = {
  SUBMITTED: 'SUBMITTED',
  DIRECTED: 'DIRECTED',
  ASSIGNED: 'ASSIGNED',
  RUNNING: 'RUNNING',
  VALIDATING: 'VALIDATING',
  NEEDS_REVIEW: 'NEEDS_REVIEW',
  COMPLETED: 'COMPLETED',
  FAILED: 'FAILED',
  CANCELLED: 'CANCELLED',
} as const
export type TaskState = (typeof TaskState)[keyof typeof TaskState]

/** Nothing happens any more, unless a person retries it. */
export const isFinal = (state: TaskState): boolean =>
  state === 'COMPLETED' || state === 'FAILED' || state === 'CANCELLED'

/** An agent has it, under a lease. */
export const isLent = (state: TaskState): state is 'ASSIGNED' | 'RUNNING' => state === 'ASSIGNED' || state === 'RUNNING'

/** A person may begin it anew. */
export const isRetryable = (state: TaskState): boolean => state === 'FAILED' || state === 'CANCELLED'

/** There is an answer to show: accepted, or for a person to look at. */
export const hasResult = (state: TaskState): boolean => state === 'COMPLETED' || state === 'NEEDS_REVIEW'

/** Makes a switch exhaustive. */
export const assertNever = (never: never): never => {
  throw new Error(`unexpected: ${JSON.stringify(never)}`)
}
