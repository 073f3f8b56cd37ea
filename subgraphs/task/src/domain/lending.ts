import { MAX_JSON_BYTES } from '@mothership/platform/json'
import { changed, endAttempt, failed, refused, triedAgain, unchanged, type Decision } from './decision.ts'
import { isLent } from './state.ts'
import type { Attempt, EndReason, LentTask, Task } from './task.ts'

/** How long an agent may be silent. */
const LEASE_SECONDS = 15
/** At most 4 progress events a second for one task: what is said in between is told with the next one. */
const PROGRESS_MILLISECONDS = 250

const leaseFrom = (now: Date): Date => new Date(now.getTime() + LEASE_SECONDS * 1000)

/** When the agent last said that it holds on: each time renews its lease. */
export const lastHeardAt = (attempt: Attempt): Date => new Date(attempt.leaseExpiresAt.getTime() - LEASE_SECONDS * 1000)

export const isLentTask = (task: Task): task is LentTask => isLent(task.state)

/** Lends a task to an agent. */
export const claim = (
  task: Task,
  to: { attemptId: string; tokenHash: string; agentId: string; credentialId: string },
  now: Date,
): Decision => {
  if (task.state !== 'DIRECTED' || task.attempts >= task.maxAttempts) return unchanged
  const attempt: Attempt = {
    id: to.attemptId,
    taskId: task.id,
    number: task.earlierAttempts + task.attempts + 1,
    agentId: to.agentId,
    credentialId: to.credentialId,
    tokenHash: to.tokenHash,
    assignedAt: now,
    startedAt: null,
    leaseExpiresAt: leaseFrom(now),
    revokedAt: null,
    progressEventAt: null,
    isProgressUntold: false,
    plan: null,
    hasCheckedPlan: false,
    unjudged: null,
    stepsBytes: 2,
    checkedBytes: 2,
    end: null,
    answerHash: null,
    milliseconds: null,
  }
  return changed({
    before: task,
    after: {
      ...task,
      state: 'ASSIGNED',
      attempt,
      attempts: task.attempts + 1,
      agentId: to.agentId,
      credentialId: to.credentialId,
    },
    now,
    happenings: [{ type: 'ASSIGNED', to: 'ASSIGNED' }],
  })
}

/** Ends of an attempt after which its agent, where it still holds on, is told to stop rather than refused. */
const isCalledOff = (reason: EndReason): boolean => reason === 'CANCELLED' || reason === 'STOPPED'

const stale = (attempt: Attempt): Decision =>
  refused(
    'STALE_ASSIGNMENT',
    `Assignment ${attempt.id} is over (${attempt.end?.reason ?? (attempt.revokedAt ? 'REVOKED' : 'unknown')}): drop it and take another.`,
  )

/**
 * The task, where the assignment is still its agent's to finish: until the server has ended it. An agent that is late,
 * yet comes before the server noticed, loses nothing.
 */
const heldBy = (task: Task, attempt: Attempt): LentTask | null =>
  isLentTask(task) && task.attempt.id === attempt.id && attempt.end === null && attempt.revokedAt === null ? task : null

/** The agent begins. Asked again it changes nothing but the lease. A plan beyond what can be kept is refused. */
export const start = (
  task: Task,
  attempt: Attempt,
  options: { plan: readonly string[] | null; hasCheckedPlan: boolean; unjudged: string | null },
  now: Date,
): Decision => {
  const lent = heldBy(task, attempt)
  if (!lent) return attempt.end && isCalledOff(attempt.end.reason) ? unchanged : stale(attempt)
  const renewed: Attempt = { ...lent.attempt, leaseExpiresAt: leaseFrom(now) }
  if (lent.state === 'RUNNING') return changed({ before: task, after: { ...lent, attempt: renewed }, now })
  const tooLarge = refusedTrace({ ...lent.attempt, plan: options.plan }, 'plan')
  if (tooLarge) return tooLarge
  return changed({
    before: task,
    after: { ...lent, state: 'RUNNING', attempt: { ...renewed, ...options, startedAt: now } },
    now,
    happenings: [{ type: 'STARTED', to: 'RUNNING' }],
  })
}

/**
 * What an agent tells while it works is part of the trace that is kept with its result: what is too large by itself would
 * leave no way to give one. Null: it is not.
 */
const refusedTrace = ({ plan, stepsBytes }: Pick<Attempt, 'plan' | 'stepsBytes'>, path: string): Decision | null => {
  const bytes = Buffer.byteLength(JSON.stringify({ plan: plan ?? [], steps: '' })) + stepsBytes
  if (bytes <= MAX_JSON_BYTES) return null
  const message = `The plan and steps of this attempt have ${bytes} bytes as JSON; at most ${MAX_JSON_BYTES} are kept.`
  return refused('BAD_USER_INPUT', message, path)
}

/**
 * The agent is still at it: renews the lease. Progress is always kept, and is an event at most 4 times a second; the last
 * one that was not is told when it may be. Steps beyond what can be kept are refused.
 */
export const hold = (
  task: Task,
  attempt: Attempt,
  report: { progress: number | null; message: string | null; stepsBytes: number },
  now: Date,
): Decision => {
  const lent = heldBy(task, attempt)
  if (!lent) return attempt.end && isCalledOff(attempt.end.reason) ? unchanged : stale(attempt)
  const saysMore = report.progress !== null || report.message !== null
  const last = lent.attempt.progressEventAt
  const isEvent = saysMore && (last === null || now.getTime() - last.getTime() >= PROGRESS_MILLISECONDS)
  const progress = report.progress ?? lent.progress
  const stepsBytes = lent.attempt.stepsBytes + report.stepsBytes
  const tooLarge = report.stepsBytes > 0 ? refusedTrace({ ...lent.attempt, stepsBytes }, 'steps') : null
  if (tooLarge) return tooLarge
  return changed({
    before: task,
    after: {
      ...lent,
      progress,
      progressMessage: report.message ?? lent.progressMessage,
      attempt: {
        ...lent.attempt,
        leaseExpiresAt: leaseFrom(now),
        progressEventAt: isEvent ? now : last,
        isProgressUntold: !isEvent && (saysMore || lent.attempt.isProgressUntold),
        stepsBytes,
      },
    },
    now,
    happenings: isEvent
      ? [
          {
            type: 'PROGRESS',
            ...(report.message !== null && { message: report.message, isAgents: true }),
            data: { progress },
          },
        ]
      : [],
  })
}

/** When the progress that was not told may be; null: all of it was. */
export const progressDueAt = ({ attempt }: LentTask): Date | null =>
  attempt.isProgressUntold && attempt.progressEventAt
    ? new Date(attempt.progressEventAt.getTime() + PROGRESS_MILLISECONDS)
    : null

/** Tells what the agent said last, where it came too soon after what it said before. */
export const tellProgress = (task: Task, now: Date): Decision => {
  const dueAt = isLentTask(task) ? progressDueAt(task) : null
  if (!isLentTask(task) || dueAt === null || dueAt > now) return unchanged
  const { attempt, progress, progressMessage: message } = task
  return changed({
    before: task,
    after: { ...task, attempt: { ...attempt, progressEventAt: now, isProgressUntold: false } },
    now,
    happenings: [{ type: 'PROGRESS', ...(message !== null && { message, isAgents: true }), data: { progress } }],
  })
}

/** Whether the agent reported steps that nobody has checked, as nobody could, or the process died before. */
export const hasUncheckedSteps = ({ stepsBytes, checkedBytes }: Attempt): boolean => stepsBytes > checkedBytes

/** Its steps were checked up to a size. Where nobody could judge a MUST while it ran, a person looks at the result. */
export const noteChecked = (
  task: Task,
  attempt: Attempt,
  { stepsBytes, unjudged }: { stepsBytes: number; unjudged: string | null },
  now: Date,
): Decision => {
  const lent = heldBy(task, attempt)
  if (!lent) return unchanged
  const noted: Attempt = {
    ...lent.attempt,
    checkedBytes: Math.max(lent.attempt.checkedBytes, stepsBytes),
    unjudged: lent.attempt.unjudged ?? unjudged,
  }
  return changed({ before: task, after: { ...lent, attempt: noted }, now })
}

/** The agent gives its result. The same result again is no change; another one, or one that comes too late, is refused. */
export const complete = (task: Task, attempt: Attempt, answerHash: string, now: Date): Decision => {
  if (attempt.end?.reason === 'RESULT' && attempt.answerHash === answerHash) return unchanged
  const lent = heldBy(task, attempt)
  if (!lent) return stale(attempt)
  const ended = { ...endAttempt(lent.attempt, 'RESULT', now), answerHash }
  return changed({
    before: task,
    after: { ...lent, state: 'VALIDATING', attempt: ended },
    now,
    happenings: [{ type: 'RESULT_RECEIVED', to: 'VALIDATING' }],
  })
}

/** The agent gives up. Another attempt follows where it says that one could succeed and any is left. */
export const giveUp = (
  task: Task,
  attempt: Attempt,
  failure: { code: string; message: string; retryable: boolean; answerHash: string },
  now: Date,
): Decision => {
  if (attempt.end?.reason === 'FAILURE' && attempt.answerHash === failure.answerHash) return unchanged
  const lent = heldBy(task, attempt)
  if (!lent) return stale(attempt)
  const ended = { ...endAttempt(lent.attempt, 'FAILURE', now), answerHash: failure.answerHash }
  const error = { code: failure.code, message: failure.message, isAgents: true }
  return failure.retryable
    ? triedAgain({ task: lent, attempt: ended, error, now })
    : failed({ task: lent, attempt: ended, error, now })
}
