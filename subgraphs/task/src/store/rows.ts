import type { Attempt, EndReason, Review, Reviewed, Task, TaskFailure, TaskPhase } from '../domain/task.ts'
import type { TaskState } from '../domain/state.ts'
import { nextStepAt } from '../domain/steps.ts'
import type { Terms } from '../domain/terms.ts'

/** A person's decision as its column holds it: a time is text there. */
type StoredReview = Omit<Reviewed, 'at'> & { at: string }

/** A task's row without what may be large. */
export interface TaskRow {
  id: string
  type: string
  priority: number
  state: TaskState
  progress: number | null
  progressMessage: string | null
  attempts: number
  maxAttempts: number
  earlierAttempts: number
  attemptId: string | null
  agentId: string | null
  credentialId: string | null
  directiveId: string | null
  terms: Terms | null
  complianceId: string | null
  feedbackId: string | null
  error: TaskFailure | null
  review: Review | null
  reviewed: StoredReview | null
  approvedPlan: string | null
  submittedBy: string
  idempotencyKey: string | null
  deadline: Date | null
  correlationId: string
  version: number
  createdAt: Date
  updatedAt: Date
  completedAt: Date | null
}

export const TASK_COLUMNS = `
  t.id::text, t.type, t.priority, t.state, t.progress, t.progress_message as "progressMessage", t.attempts,
  t.max_attempts as "maxAttempts", t.earlier_attempts as "earlierAttempts", t.attempt_id::text as "attemptId",
  t.agent_id as "agentId", t.credential_id as "credentialId", t.directive_id as "directiveId", t.terms,
  t.compliance_id as "complianceId", t.feedback_id as "feedbackId", t.error, t.review, t.reviewed,
  t.approved_plan as "approvedPlan",
  t.submitted_by as "submittedBy", t.idempotency_key as "idempotencyKey", t.deadline,
  t.correlation_id as "correlationId", t.version, t.created_at as "createdAt", t.updated_at as "updatedAt",
  t.completed_at as "completedAt"`

export interface AttemptRow {
  id: string
  taskId: string
  number: number
  agentId: string
  credentialId: string
  tokenHash: string
  assignedAt: Date
  startedAt: Date | null
  leaseExpiresAt: Date
  revokedAt: Date | null
  progressEventAt: Date | null
  isProgressUntold: boolean
  plan: string[] | null
  hasCheckedPlan: boolean
  unjudged: string | null
  stepsBytes: number
  checkedBytes: number
  endedAt: Date | null
  endReason: EndReason | null
  answerHash: string | null
  milliseconds: number | null
}

export const ATTEMPT_COLUMNS = `
  a.id::text, a.task_id::text as "taskId", a.number, a.agent_id as "agentId", a.credential_id as "credentialId",
  a.token_hash as "tokenHash", a.assigned_at as "assignedAt", a.started_at as "startedAt",
  a.lease_expires_at as "leaseExpiresAt", a.revoked_at as "revokedAt", a.progress_event_at as "progressEventAt",
  a.is_progress_untold as "isProgressUntold",
  a.plan, a.has_checked_plan as "hasCheckedPlan", a.unjudged, a.steps_bytes as "stepsBytes",
  a.checked_bytes as "checkedBytes",
  a.ended_at as "endedAt", a.end_reason as "endReason", a.answer_hash as "answerHash", a.milliseconds`

export const toAttempt = (row: AttemptRow): Attempt => {
  const { endedAt, endReason, ...rest } = row
  return { ...rest, end: endedAt && endReason ? { reason: endReason, at: endedAt } : null }
}

/** The task of a row and of its current or last attempt. Throws where the two contradict: that is a bug. */
export const toTask = (row: TaskRow, attempt: Attempt | null): Task => {
  const { state, attemptId: _, error, review, reviewed, completedAt, ...facts } = row
  return {
    ...facts,
    reviewed: reviewed && { ...reviewed, at: new Date(reviewed.at) },
    ...toPhase({ state, attempt, error, review, completedAt, id: row.id }),
  }
}

const toPhase = (row: {
  id: string
  state: TaskState
  attempt: Attempt | null
  error: TaskFailure | null
  review: Review | null
  completedAt: Date | null
}): TaskPhase => {
  const { state, attempt, error, review, completedAt } = row
  switch (state) {
    case 'SUBMITTED':
    case 'DIRECTED':
      return { state, attempt: null }
    case 'ASSIGNED':
    case 'RUNNING':
    case 'VALIDATING':
      if (attempt) return { state, attempt }
      break
    case 'NEEDS_REVIEW':
      if (review) return { state, attempt, review }
      break
    case 'COMPLETED':
    case 'CANCELLED':
      if (completedAt) return { state, attempt, completedAt }
      break
    case 'FAILED':
      if (completedAt && error) return { state, attempt, completedAt, error }
      break
  }
  throw new Error(`task ${row.id} is ${state} without what belongs to it`)
}

/** What is written of a task; what was submitted never changes. */
export const taskRecord = (task: Task): Record<string, unknown> => ({
  id: task.id,
  state: task.state,
  progress: task.progress,
  progress_message: task.progressMessage,
  attempts: task.attempts,
  earlier_attempts: task.earlierAttempts,
  attempt_id: task.attempt?.id ?? null,
  agent_id: task.agentId,
  credential_id: task.credentialId,
  directive_id: task.directiveId,
  terms: task.terms,
  compliance_id: task.complianceId,
  feedback_id: task.feedbackId,
  error: task.state === 'FAILED' ? task.error : null,
  review: task.state === 'NEEDS_REVIEW' ? task.review : null,
  reviewed: task.reviewed,
  approved_plan: task.approvedPlan,
  version: task.version,
  next_step_at: nextStepAt(task, task.updatedAt),
  updated_at: task.updatedAt,
  completed_at: 'completedAt' in task && isCompletedAt(task.state) ? task.completedAt : null,
})

const isCompletedAt = (state: TaskState): boolean =>
  state === 'COMPLETED' || state === 'FAILED' || state === 'CANCELLED'

const TASK_TYPES = `id uuid, state text, progress double precision, progress_message text, attempts integer,
  earlier_attempts integer, attempt_id uuid, agent_id text, credential_id text, directive_id text, terms jsonb,
  compliance_id text, feedback_id text, error jsonb, review jsonb, reviewed jsonb, approved_plan text, version integer,
  next_step_at timestamptz,
  updated_at timestamptz, completed_at timestamptz`

// jsonb_to_recordset gives the SQL null for a JSON null, in columns of jsonb too.
export const UPDATE_TASKS = `
  update task.task set
    state = r.state, progress = r.progress, progress_message = r.progress_message, attempts = r.attempts,
    earlier_attempts = r.earlier_attempts, attempt_id = r.attempt_id, agent_id = r.agent_id,
    credential_id = r.credential_id, directive_id = r.directive_id, terms = r.terms,
    compliance_id = r.compliance_id, feedback_id = r.feedback_id, error = r.error, review = r.review,
    reviewed = r.reviewed, approved_plan = r.approved_plan,
    version = r.version, next_step_at = r.next_step_at, step_failures = 0, updated_at = r.updated_at,
    completed_at = r.completed_at
  from jsonb_to_recordset($1::jsonb) as r (${TASK_TYPES})
  where task.task.id = r.id`

export const attemptRecord = (attempt: Attempt): Record<string, unknown> => ({
  id: attempt.id,
  task_id: attempt.taskId,
  number: attempt.number,
  agent_id: attempt.agentId,
  credential_id: attempt.credentialId,
  token_hash: attempt.tokenHash,
  assigned_at: attempt.assignedAt,
  started_at: attempt.startedAt,
  lease_expires_at: attempt.leaseExpiresAt,
  revoked_at: attempt.revokedAt,
  progress_event_at: attempt.progressEventAt,
  is_progress_untold: attempt.isProgressUntold,
  plan: attempt.plan,
  has_checked_plan: attempt.hasCheckedPlan,
  unjudged: attempt.unjudged,
  steps_bytes: attempt.stepsBytes,
  checked_bytes: attempt.checkedBytes,
  ended_at: attempt.end?.at ?? null,
  end_reason: attempt.end?.reason ?? null,
  answer_hash: attempt.answerHash,
  milliseconds: attempt.milliseconds,
})

const ATTEMPT_TYPES = `id uuid, task_id uuid, number integer, agent_id text, credential_id text, token_hash text,
  assigned_at timestamptz, started_at timestamptz, lease_expires_at timestamptz, revoked_at timestamptz,
  progress_event_at timestamptz, is_progress_untold boolean, plan jsonb, has_checked_plan boolean, unjudged text,
  steps_bytes integer, checked_bytes integer, ended_at timestamptz, end_reason text, answer_hash text, milliseconds integer`

const ATTEMPT_NAMES = ATTEMPT_TYPES.split(',').map((column) => column.trim().split(' ')[0])

/** Inserts attempts, or writes what may change of one: what identifies it and whose it is never does. */
export const SAVE_ATTEMPTS = `
  insert into task.attempt as kept (${ATTEMPT_NAMES.join(', ')})
  select ${ATTEMPT_NAMES.map((name) => `r.${name}`).join(', ')}
  from jsonb_to_recordset($1::jsonb) as r (${ATTEMPT_TYPES})
  on conflict (id) do update set
    started_at = excluded.started_at, lease_expires_at = excluded.lease_expires_at,
    progress_event_at = excluded.progress_event_at, is_progress_untold = excluded.is_progress_untold,
    plan = excluded.plan,
    has_checked_plan = excluded.has_checked_plan, unjudged = excluded.unjudged, steps_bytes = excluded.steps_bytes,
    checked_bytes = excluded.checked_bytes,
    ended_at = excluded.ended_at, end_reason = excluded.end_reason, answer_hash = excluded.answer_hash,
    milliseconds = excluded.milliseconds`
