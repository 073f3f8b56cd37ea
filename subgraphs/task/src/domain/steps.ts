import type { Decision } from './decision.ts'
import { unchanged } from './decision.ts'
import { progressDueAt, tellProgress } from './lending.ts'
import { passDeadline } from './lifecycle.ts'
import { assertNever } from './state.ts'
import type { Task } from './task.ts'
import { expireLease, overrun, overrunSince, type OverrunReport } from './verdict.ts'

/** What the server itself has to do for a task, and can only do with a peer. */
export type PeerStep = 'compile' | 'check'

/** The step that waits for a peer; null: none does. */
export const peerStepOf = (task: Task): PeerStep | null =>
  task.state === 'SUBMITTED' ? 'compile' : task.state === 'VALIDATING' ? 'check' : null

/** When the server must look at the task next; null: never, unless something happens. */
export const nextStepAt = (task: Task, now: Date): Date | null => {
  switch (task.state) {
    case 'SUBMITTED':
    case 'VALIDATING':
      return now
    case 'DIRECTED':
    case 'NEEDS_REVIEW':
      return task.deadline
    case 'ASSIGNED':
    case 'RUNNING':
      return earliest([
        task.attempt.revokedAt ?? task.attempt.leaseExpiresAt,
        overrunSince(task),
        progressDueAt(task),
        task.deadline,
      ])
    case 'COMPLETED':
    case 'FAILED':
    case 'CANCELLED':
      return null
    default:
      return assertNever(task)
  }
}

/** What time alone has done to a task: its deadline, its budget or its lease ran out, or its progress may be told. */
export const timePasses = (task: Task, now: Date, report: OverrunReport | null = null): Decision => {
  const decisions = [
    passDeadline(task, now),
    overrun(task, now, report),
    expireLease(task, now),
    tellProgress(task, now),
  ]
  for (const decision of decisions) {
    if (decision.kind !== 'unchanged') return decision
  }
  return unchanged
}

const earliest = (times: readonly (Date | null)[]): Date | null =>
  times.reduce<Date | null>((first, time) => (time !== null && (first === null || time < first) ? time : first), null)
