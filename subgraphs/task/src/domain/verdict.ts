import { changed, endAttempt, failed, triedAgain, unchanged, type Decision } from './decision.ts'
import type { Happening } from './event.ts'
import { isLentTask, lastHeardAt } from './lending.ts'
import { assertNever } from './state.ts'
import type { Attempt, Task } from './task.ts'
import type { ConstraintPhase, OnFail } from './terms.ts'

/** A check of an agent's work, as the directive subgraph answers it. */
export interface Report {
  readonly id: string
  readonly verdict: 'COMPLIANT' | 'VIOLATION' | 'NEEDS_REVIEW'
  readonly findings: readonly {
    readonly outcome: 'PASS' | 'FAIL' | 'UNKNOWN'
    readonly constraint: { readonly statement: string; readonly level: 'MUST' | 'SHOULD'; readonly onFail: OnFail }
  }[]
}

/**
 * What a report means for the task. The words are those of the constraints, never of the result: a viewer may read them.
 */
export type Ruling =
  | { readonly kind: 'compliant' }
  | { readonly kind: 'unjudged'; readonly reason: string }
  | { readonly kind: 'broken'; readonly onFail: OnFail; readonly message: string }

/** The sternest of what the failed MUSTs ask for. */
const STERNNESS: Record<OnFail, number> = { REJECT: 3, ESCALATE: 2, RETRY: 1, WARN: 0 }

/** Reads a report. */
export const rulingOf = ({ verdict, findings }: Report): Ruling => {
  const musts = findings.filter(({ constraint }) => constraint.level === 'MUST')
  const statements = (outcome: string): string =>
    musts
      .filter((it) => it.outcome === outcome)
      .map(({ constraint }) => constraint.statement)
      .join('; ')
  switch (verdict) {
    case 'COMPLIANT':
      return { kind: 'compliant' }
    case 'NEEDS_REVIEW':
      return { kind: 'unjudged', reason: `A person must judge: ${statements('UNKNOWN')}` }
    case 'VIOLATION': {
      const sternest = musts
        .filter(({ outcome }) => outcome === 'FAIL')
        .map(({ constraint }) => constraint.onFail)
        .sort((a, b) => STERNNESS[b] - STERNNESS[a])[0]
      return { kind: 'broken', onFail: sternest ?? 'RETRY', message: `Not met: ${statements('FAIL')}` }
    }
    default:
      return assertNever(verdict)
  }
}

/** What a check of a plan means for a task: where a person let this plan through, only what rejects it stops it. */
export const rulingOnPlan = (ruling: Ruling, task: Task, planHash: string): Ruling =>
  ruling.kind === 'broken' && ruling.onFail !== 'REJECT' && task.approvedPlan === planHash
    ? { kind: 'compliant' }
    : ruling

/** Any that is broken is worse than one that nobody could judge, and the sternest is the worst of them. */
const badnessOf = (ruling: Ruling): number => {
  switch (ruling.kind) {
    case 'compliant':
      return 0
    case 'unjudged':
      return 1
    case 'broken':
      return 2 + STERNNESS[ruling.onFail]
    default:
      return assertNever(ruling)
  }
}

/** What was found about a result: of the reports on all its phases, the first that is the worst. */
export const worstOf = <T extends { ruling: Ruling }>(reports: readonly T[]): T | undefined =>
  [...reports].sort((a, b) => badnessOf(b.ruling) - badnessOf(a.ruling))[0]

/** Follows what a failed MUST asks for; the attempt has ended. */
const violated = (
  task: Task,
  options: {
    attempt: Attempt
    onFail: OnFail
    error: { code: string; message: string }
    /** What a person would be asked to decide on. */
    about: 'ATTEMPT' | 'RESULT'
    data: Happening['data']
    /** The plan that a person would let through. */
    planHash?: string | undefined
  },
  now: Date,
): Decision => {
  const { attempt, onFail, about } = options
  const error = { ...options.error, isAgents: false }
  const reportId = options.data?.['reportId']
  const { planHash } = options
  const asked = { ...(typeof reportId === 'string' && { reportId }), ...(planHash !== undefined && { planHash }) }
  const causes: Happening[] = [{ type: 'VIOLATION', message: error.message, data: options.data ?? null }]
  switch (onFail) {
    case 'REJECT':
      return failed({ task, error, now, causes, attempt })
    case 'ESCALATE':
      return changed({
        before: task,
        after: { ...task, state: 'NEEDS_REVIEW', attempt, review: { about, reason: error.message, ...asked } },
        now,
        happenings: [...causes, { type: 'NEEDS_REVIEW', to: 'NEEDS_REVIEW', message: error.message }],
      })
    // A MUST never only warns; where one says so, another attempt is the mildest that still holds it up.
    case 'WARN':
    case 'RETRY':
      return triedAgain({ task, attempt, error, now, causes })
    default:
      return assertNever(onFail)
  }
}

/** The result is checked. */
export const validated = (task: Task, report: { id: string; ruling: Ruling }, now: Date): Decision => {
  if (task.state !== 'VALIDATING') return unchanged
  const { ruling } = report
  const checked: Task = { ...task, complianceId: report.id }
  const data = { reportId: report.id }
  if (ruling.kind === 'broken') {
    const error = { code: 'VIOLATION', message: ruling.message }
    const withFeedback: Task = { ...checked, feedbackId: report.id }
    return violated(
      withFeedback,
      { attempt: task.attempt, onFail: ruling.onFail, error, about: 'RESULT', data: { ...data, verdict: 'VIOLATION' } },
      now,
    )
  }
  const unjudged = ruling.kind === 'unjudged' ? ruling.reason : task.attempt.unjudged
  if (unjudged !== null) {
    return changed({
      before: task,
      after: {
        ...checked,
        state: 'NEEDS_REVIEW',
        review: { about: 'RESULT', reason: unjudged, reportId: report.id, isUnjudged: true },
      },
      now,
      happenings: [
        { type: 'NEEDS_REVIEW', to: 'NEEDS_REVIEW', message: unjudged, data: { ...data, verdict: 'NEEDS_REVIEW' } },
      ],
    })
  }
  return changed({
    before: task,
    after: { ...checked, state: 'COMPLETED', progress: 1, completedAt: now },
    now,
    happenings: [{ type: 'COMPLETED', to: 'COMPLETED', data: { ...data, verdict: 'COMPLIANT' } }],
  })
}

/** A plan, or what the agent did so far, broke a MUST: its attempt ends here. */
export const stopped = (
  task: Task,
  attemptId: string,
  report: { id: string; phase: ConstraintPhase; onFail: OnFail; message: string; planHash?: string | undefined },
  now: Date,
): Decision => {
  if (!isLentTask(task) || task.attempt.id !== attemptId) return unchanged
  const data = { reportId: report.id, phase: report.phase, verdict: 'VIOLATION' }
  return violated(
    { ...task, complianceId: report.id, feedbackId: report.id },
    {
      attempt: endAttempt(task.attempt, 'STOPPED', now),
      onFail: report.onFail,
      error: { code: 'VIOLATION', message: report.message },
      about: 'ATTEMPT',
      data,
      planHash: report.planHash,
    },
    now,
  )
}

/** A report on an attempt that takes longer than it may. */
export interface OverrunReport {
  readonly id: string
  readonly attemptId: string
  /** The sternest of what the MUSTs ask for that failed by then: there may be more than the tightest budget. */
  readonly onFail: OnFail
}

/**
 * The attempt takes longer than a MUST allows, by the database's clock, and its agent was heard of after that. One that
 * fell silent before is not to blame the task for: its lease runs out, and another attempt is made. `report` is the check
 * that found it; null: nobody could be asked for one, and the next attempt is told what was found of the one before.
 */
export const overrun = (task: Task, now: Date, report: OverrunReport | null = null): Decision => {
  const end = overrunSince(task)
  if (!isLentTask(task) || end === null || end > now || !task.terms?.budget) return unchanged
  const { milliseconds } = task.terms.budget
  const own = report?.attemptId === task.attempt.id ? report : null
  const reportId = own?.id ?? null
  return violated(
    { ...task, complianceId: reportId ?? task.complianceId, feedbackId: reportId ?? task.feedbackId },
    {
      attempt: endAttempt(task.attempt, 'STOPPED', now),
      onFail: own?.onFail ?? task.terms.budget.onFail,
      error: { code: 'BUDGET_EXCEEDED', message: `It took longer than its budget of ${milliseconds} ms.` },
      about: 'ATTEMPT',
      data: { budgetMilliseconds: milliseconds, ...(reportId !== null && { reportId, phase: 'DURING' }) },
    },
    now,
  )
}

/**
 * When the attempt in progress should have been done, where its agent still worked on it then; else null. A budget
 * counts from the assignment, as the check of its result does.
 */
export const overrunSince = (task: Task): Date | null => {
  if (!isLentTask(task) || !task.terms?.budget) return null
  const end = new Date(task.attempt.assignedAt.getTime() + task.terms.budget.milliseconds)
  return lastHeardAt(task.attempt) > end ? end : null
}

/** The agent was silent for the length of its lease, or it is gone: another attempt, while any is left. */
export const expireLease = (task: Task, now: Date): Decision => {
  if (!isLentTask(task)) return unchanged
  const { revokedAt, leaseExpiresAt } = task.attempt
  if (revokedAt === null && leaseExpiresAt > now) return unchanged
  const attempt = endAttempt(task.attempt, revokedAt === null ? 'EXPIRED' : 'REVOKED', now)
  const message =
    revokedAt === null ? 'Its agent was silent for the length of its lease.' : 'Its agent started anew or went away.'
  const isLast = task.attempts >= task.maxAttempts
  const error = isLast
    ? { code: 'ATTEMPTS_EXHAUSTED', message: `All ${task.maxAttempts} attempts were used up. ${message}` }
    : { code: 'LEASE_EXPIRED', message }
  return triedAgain({
    task,
    attempt,
    error: { ...error, isAgents: false },
    now,
    causes: [{ type: 'LEASE_EXPIRED', message }],
  })
}
