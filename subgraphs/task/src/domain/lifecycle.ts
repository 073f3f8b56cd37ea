import { changed, endAttempt, failed, refused, unchanged, type Decision } from './decision.ts'
import type { Happening, TaskEvent } from './event.ts'
import { isFinal, isLent, isRetryable } from './state.ts'
import type { Review, Task } from './task.ts'
import type { Terms } from './terms.ts'

export interface Submission {
  readonly id: string
  readonly type: string
  readonly priority: number
  readonly maxAttempts: number
  readonly submittedBy: string
  readonly idempotencyKey: string | null
  readonly deadline: Date | null
  readonly correlationId: string
}

/** A new task, and its first event. */
export const submit = (submission: Submission, now: Date): { task: Task; event: TaskEvent } => {
  const task: Task = {
    ...submission,
    state: 'SUBMITTED',
    attempt: null,
    createdAt: now,
    updatedAt: now,
    version: 1,
    attempts: 0,
    earlierAttempts: 0,
    progress: null,
    progressMessage: null,
    agentId: null,
    credentialId: null,
    directiveId: null,
    terms: null,
    complianceId: null,
    feedbackId: null,
    reviewed: null,
    approvedPlan: null,
  }
  const event: TaskEvent = {
    type: 'SUBMITTED',
    version: 1,
    from: null,
    to: 'SUBMITTED',
    message: null,
    isAgents: false,
    data: null,
    agentId: null,
    attempt: null,
    milliseconds: null,
    taskType: task.type,
  }
  return { task, event }
}

/** The directive is compiled. Where two of its MUSTs contradict, a person decides before any agent sees it. */
export const directed = (
  task: Task,
  directive: { id: string; terms: Terms; conflicts: readonly string[] },
  now: Date,
): Decision => {
  if (task.state !== 'SUBMITTED') return unchanged
  const after = { ...task, directiveId: directive.id, terms: directive.terms }
  const data = { directiveId: directive.id }
  if (directive.conflicts.length > 0) {
    const reason = `The directive contradicts itself: ${directive.conflicts.join('; ')}`
    return changed({
      before: task,
      after: { ...after, state: 'NEEDS_REVIEW', review: { about: 'DIRECTIVE', reason } },
      now,
      happenings: [{ type: 'NEEDS_REVIEW', to: 'NEEDS_REVIEW', message: reason, data }],
    })
  }
  return changed({
    before: task,
    after: { ...after, state: 'DIRECTED' },
    now,
    happenings: [{ type: 'DIRECTED', to: 'DIRECTED', data }],
  })
}

/** A step of the server's own failed for good: the peer refused, and would refuse again. */
export const stepFailed = (task: Task, error: { code: string; message: string }, now: Date): Decision =>
  isFinal(task.state) ? unchanged : failed({ task, error: { ...error, isAgents: false }, now })

/** Calls the task off. A cancelled one stays as it is. */
export const cancel = (task: Task, now: Date): Decision => {
  if (task.state === 'CANCELLED') return unchanged
  if (isFinal(task.state)) return refused('CONFLICT', `Task ${task.id} is ${task.state}: it can not be cancelled.`)
  const attempt = task.attempt && endAttempt(task.attempt, 'CANCELLED', now)
  return changed({
    before: task,
    after: { ...task, state: 'CANCELLED', attempt, completedAt: now },
    now,
    happenings: [{ type: 'CANCELLED', to: 'CANCELLED' }],
  })
}

/**
 * Begins a failed or cancelled task anew, with a fresh number of attempts. It keeps its directive: asked again, the peer
 * answers the same one. What was mended in the ontology since then governs tasks that are submitted after it.
 */
export const retryTask = (task: Task, now: Date): Decision => {
  if (!isRetryable(task.state)) {
    return refused(
      'CONFLICT',
      `Task ${task.id} is ${task.state}: only one that FAILED or was CANCELLED can be retried.`,
    )
  }
  if (task.deadline && task.deadline <= now) {
    const deadline = task.deadline.toISOString()
    return refused('BAD_USER_INPUT', `The deadline of task ${task.id} passed at ${deadline}: submit it anew.`)
  }
  return changed({
    before: task,
    after: {
      ...task,
      state: 'SUBMITTED',
      attempt: null,
      attempts: 0,
      earlierAttempts: task.earlierAttempts + task.attempts,
      progress: null,
      progressMessage: null,
      agentId: null,
      credentialId: null,
      complianceId: null,
      feedbackId: null,
    },
    now,
    attempt: null,
    happenings: [{ type: 'RETRIED', to: 'SUBMITTED', message: 'Retried by a person.' }],
  })
}

/** A person's decision: APPROVE lets go on what waited, be it a directive, another attempt or a result. */
export const review = (
  task: Task,
  answer: { decision: 'APPROVE' | 'REJECT'; note: string | null; by: string },
  now: Date,
): Decision => {
  if (task.state !== 'NEEDS_REVIEW') {
    return refused('CONFLICT', `Task ${task.id} is ${task.state}: it does not wait for a review.`)
  }
  const { about, reportId: complianceId = null } = task.review
  if (mustSayWhy(task.review, answer.decision) && (answer.note ?? '').trim() === '') {
    return refused(
      'BAD_USER_INPUT',
      `note: say why, since ${task.review.isUnjudged ? 'nobody else could judge' : 'you decide against what was found'}. ${task.review.reason}`,
      'note',
    )
  }
  const decided: Task = { ...task, reviewed: { ...answer, about, at: now, complianceId } }
  const reviewed = {
    type: 'REVIEWED' as const,
    ...(answer.note !== null && { message: answer.note }),
    data: { decision: answer.decision, by: answer.by, about, reportId: complianceId },
  }
  if (answer.decision === 'REJECT') {
    // Who it was stands in the review: its agent reads the error, and not that.
    const error = { code: 'REJECTED', message: 'A person rejected it.', isAgents: false }
    return failed({ task: decided, error, now, causes: [reviewed] })
  }
  if (about === 'RESULT') {
    return changed({
      before: task,
      after: { ...decided, state: 'COMPLETED', progress: 1, completedAt: now },
      now,
      happenings: [reviewed, { type: 'COMPLETED', to: 'COMPLETED' }],
    })
  }
  return tryOnceMore(task.review.planHash === undefined ? decided : withPlan(decided, task.review.planHash), {
    before: task,
    reviewed,
    now,
  })
}

/** Who decides against what was found, or what nobody else could judge, leaves the only reason that there is. */
const mustSayWhy = ({ isUnjudged }: Review, decision: 'APPROVE' | 'REJECT'): boolean =>
  decision === 'APPROVE' || isUnjudged === true

/** A plan that a person lets through: its attempt came to no work, so it is not counted, and was no mistake to learn from. */
const withPlan = (task: Task, planHash: string): Task => ({
  ...task,
  approvedPlan: planHash,
  attempts: task.attempts - 1,
  earlierAttempts: task.earlierAttempts + 1,
  feedbackId: null,
})

const tryOnceMore = (
  task: Task,
  { before, reviewed, now }: { before: Task; reviewed: Happening; now: Date },
): Decision => {
  if (task.attempts >= task.maxAttempts) {
    const error = {
      code: 'ATTEMPTS_EXHAUSTED',
      message: `All ${task.maxAttempts} attempts were used up.`,
      isAgents: false,
    }
    return failed({ task, error, now, causes: [reviewed] })
  }
  return changed({
    before,
    after: { ...task, state: 'DIRECTED', attempt: null, agentId: null, credentialId: null },
    now,
    attempt: before.attempt,
    happenings: [reviewed, { type: 'DIRECTED', to: 'DIRECTED' }],
  })
}

/** Ends a task whose deadline has passed, wherever it stands. */
export const passDeadline = (task: Task, now: Date): Decision => {
  if (isFinal(task.state) || !task.deadline || task.deadline > now) return unchanged
  const message = `It was not finished by its deadline, ${task.deadline.toISOString()}.`
  const attempt = isLent(task.state) && task.attempt ? endAttempt(task.attempt, 'STOPPED', now) : task.attempt
  return failed({ task, error: { code: 'DEADLINE_EXCEEDED', message, isAgents: false }, now, attempt })
}
