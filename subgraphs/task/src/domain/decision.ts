import { toEvents, type Happening, type TaskEvent } from './event.ts'
import type { Attempt, EndReason, Task, TaskFailure } from './task.ts'

/** What a transition decides: pure, so that a store can apply it in one transaction, and a test without any. */
export type Decision =
  | {
      readonly kind: 'changed'
      readonly task: Task
      /** In order; none where only what is kept on the row changed, e.g. a lease. */
      readonly events: readonly TaskEvent[]
      /** The attempt that changed or ended with it. */
      readonly attempt: Attempt | null
    }
  | { readonly kind: 'unchanged' }
  | {
      readonly kind: 'refused'
      readonly code: 'CONFLICT' | 'STALE_ASSIGNMENT' | 'BAD_USER_INPUT'
      readonly message: string
      /** The argument that it is about; left out: none. */
      readonly path?: string | undefined
    }

export const unchanged: Decision = { kind: 'unchanged' }

export const refused = (
  code: 'CONFLICT' | 'STALE_ASSIGNMENT' | 'BAD_USER_INPUT',
  message: string,
  path?: string,
): Decision => ({ kind: 'refused', code, message, path })

/** A change of a task with what happened: its version goes up by one for each event. */
export const changed = (options: {
  before: Task
  after: Task
  now: Date
  happenings?: readonly Happening[]
  attempt?: Attempt | null
}): Decision => {
  const { before, now, happenings = [], attempt = options.after.attempt } = options
  const after: Task = { ...options.after, version: before.version + happenings.length, updatedAt: now }
  return { kind: 'changed', task: after, events: toEvents(before, after, attempt, happenings), attempt }
}

/** The attempt, ended; `milliseconds` is kept where the agent had its last word before. */
export const endAttempt = (attempt: Attempt, reason: EndReason, now: Date): Attempt => ({
  ...attempt,
  end: attempt.end ?? { reason, at: now },
  milliseconds: attempt.milliseconds ?? now.getTime() - attempt.assignedAt.getTime(),
})

/** A task that failed, for this reason, after what else happened. */
export const failed = (options: {
  task: Task
  error: TaskFailure
  now: Date
  causes?: readonly Happening[]
  /** The attempt as it ended. */
  attempt?: Attempt | null
}): Decision => {
  const { task, error, now, causes = [], attempt = task.attempt } = options
  return changed({
    before: task,
    after: { ...task, state: 'FAILED', attempt, completedAt: now, error },
    now,
    attempt,
    happenings: [
      ...causes,
      { type: 'FAILED', to: 'FAILED', message: error.message, isAgents: error.isAgents, data: { code: error.code } },
    ],
  })
}

/** Lends the task out again where attempts are left, else it fails with `error`. The attempt is given back. */
export const triedAgain = (options: {
  task: Task
  attempt: Attempt
  error: TaskFailure
  now: Date
  causes?: readonly Happening[]
}): Decision => {
  const { task, attempt, error, now, causes = [] } = options
  if (task.attempts >= task.maxAttempts) return failed(options)
  return changed({
    before: task,
    after: {
      ...task,
      state: 'DIRECTED',
      attempt: null,
      agentId: null,
      credentialId: null,
      progress: null,
      progressMessage: null,
    },
    now,
    attempt,
    happenings: [
      ...causes,
      { type: 'RETRIED', to: 'DIRECTED', message: error.message, isAgents: error.isAgents, data: { code: error.code } },
    ],
  })
}
