import { randomUUID } from 'node:crypto'
import { BadUserInputError, ForbiddenError, NotFoundError } from '@mothership/platform/errors'
import { type Identity, Role } from '@mothership/platform/identity'
import { assertJsonSize } from '@mothership/platform/json'
import type { CheckInput, Trace } from './domain/checks/check.ts'
import {
  checkConstraints,
  type ComplianceReport,
  constraintsAt,
  type Finding,
  isKept,
  verdictOf,
} from './domain/compliance.ts'
import { type Constraint, type Directive, Phase } from './domain/directive.ts'
import { originOf } from './domain/origin.ts'
import { assertName } from './directives.ts'
import { judge } from './judging.ts'
import type { Models } from './models/models.ts'
import type { DirectiveStore } from './store.ts'
import type { ReportKey } from './store/reports.ts'

export interface CheckRequest {
  readonly directiveId: string
  readonly phase: Phase
  /** Undefined: the agent answered nothing. */
  readonly result: unknown
  readonly trace: Trace
  readonly taskId: string | null
  readonly attempt: number | null
  readonly elapsedMilliseconds: number | null
}

const MAX_ATTEMPT = 1_000_000

/**
 * How long a report waits for its judge: an agent waits for that of its plan, under a lease; a person behind the gateway,
 * which gives up after 30 s.
 */
const JUDGE_MILLISECONDS = { plan: 8000, person: 20_000, task: 45_000 }

const patience = (phase: Phase, identity: Identity): number => {
  if (phase === Phase.PLAN) return JUDGE_MILLISECONDS.plan
  return identity.role === Role.SERVICE ? JUDGE_MILLISECONDS.task : JUDGE_MILLISECONDS.person
}

const assertRequest = (request: CheckRequest, directive: Directive, identity: Identity): void => {
  const { taskId, attempt, elapsedMilliseconds } = request
  if (elapsedMilliseconds !== null && identity.role !== Role.SERVICE) {
    throw new ForbiddenError('elapsedMilliseconds is for the task subgraph, whose clock counts. Leave it out.')
  }
  if (elapsedMilliseconds !== null && elapsedMilliseconds < 0) {
    throw new BadUserInputError('elapsedMilliseconds is negative.', { path: 'elapsedMilliseconds' })
  }
  if (attempt !== null && (attempt < 1 || attempt > MAX_ATTEMPT)) {
    throw new BadUserInputError(`attempt is ${attempt}; attempts count from 1.`, { path: 'attempt' })
  }
  if (taskId !== null) assertName(taskId, 'taskId')
  if (taskId !== null && directive.taskId !== null && taskId !== directive.taskId) {
    throw new BadUserInputError('The directive governs another task.', { path: 'taskId' })
  }
  assertJsonSize(request.result ?? null, 'result')
  assertJsonSize(request.trace, 'trace')
}

const keyOf = (request: CheckRequest, directive: Directive, identity: Identity): ReportKey | null => {
  const taskId = taskOf(directive, request)
  if (taskId === null || request.attempt === null || request.phase === Phase.DURING) return null
  const { attempt, phase } = request
  return { directiveId: directive.id, taskId, attempt, phase, origin: originOf(identity) }
}

export type Compliance = ReturnType<typeof createCompliance>

/** Checks what agents plan, do and answer against their directives. */
export const createCompliance = ({ store, models }: { store: DirectiveStore; models: Models }) => ({
  /** Once for a directive and a task's attempt, of PLAN and of RESULT. Throws NotFoundError, BadUserInputError, ForbiddenError. */
  check: async (request: CheckRequest, identity: Identity): Promise<ComplianceReport> => {
    const [directive] = await store.findDirectives([request.directiveId])
    if (!directive) throw new NotFoundError(`There is no directive ${request.directiveId}.`)
    assertRequest(request, directive, identity)
    const key = keyOf(request, directive, identity)
    const known = key && (await store.findReport(key))
    if (known) return known
    const input = inputOf(directive, request)
    const constraints = constraintsAt(directive.constraints, request.phase)
    const judged = await judge(models, constraints, input, {
      about: { directiveId: directive.id, taskId: input.task.id },
      totalMilliseconds: patience(request.phase, identity),
    })
    const findings = checkConstraints(constraints, input, { judged })
    const report = reportOf(directive, request, { constraints, findings })
    return isKept(report.phase, report.findings) ? store.createReport(report, originOf(identity)) : report
  },
})

const taskOf = (directive: Directive, request: CheckRequest): string | null => request.taskId ?? directive.taskId

const inputOf = (directive: Directive, request: CheckRequest): CheckInput => {
  const { phase, result, trace, elapsedMilliseconds } = request
  const task = { id: taskOf(directive, request), type: directive.taskType, input: directive.input }
  return { phase, task, result, trace, elapsedMilliseconds }
}

const reportOf = (
  directive: Directive,
  request: CheckRequest,
  { constraints, findings }: { constraints: readonly Constraint[]; findings: readonly Finding[] },
): ComplianceReport => ({
  id: randomUUID(),
  directiveId: directive.id,
  taskId: taskOf(directive, request),
  attempt: request.attempt,
  phase: request.phase,
  verdict: verdictOf(constraints, findings, request.phase),
  findings,
  checkedAt: new Date(),
})
