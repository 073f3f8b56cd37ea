import { randomUUID } from 'node:crypto'
import { BadUserInputError, ForbiddenError, NotFoundError } from '@mothership/platform/errors'
import { type Identity, Role } from '@mothership/platform/identity'
import { assertJsonSize } from '@mothership/platform/json'
import type { Trace } from './domain/checks/check.ts'
import { checkConstraints, type ComplianceReport, constraintsAt, isKept, verdictOf } from './domain/compliance.ts'
import { type Directive, Phase } from './domain/directive.ts'
import { assertName } from './directives.ts'
import { type DirectiveStore, originOf, type ReportKey } from './store.ts'

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
  const taskId = request.taskId ?? directive.taskId
  if (taskId === null || request.attempt === null || request.phase === Phase.DURING) return null
  return { taskId, attempt: request.attempt, phase: request.phase, origin: originOf(identity) }
}

export type Compliance = ReturnType<typeof createCompliance>

/** Checks what agents plan, do and answer against their directives. */
export const createCompliance = ({ store }: { store: DirectiveStore }) => ({
  /** Once for a task's attempt and phase. Throws NotFoundError, BadUserInputError, ForbiddenError. */
  check: async (request: CheckRequest, identity: Identity): Promise<ComplianceReport> => {
    const [directive] = await store.findDirectives([request.directiveId])
    if (!directive) throw new NotFoundError(`There is no directive ${request.directiveId}.`)
    assertRequest(request, directive, identity)
    const key = keyOf(request, directive, identity)
    const known = key && (await store.findReport(key))
    if (known) return known
    const report = reportOn(directive, request)
    return isKept(report.phase, report.findings) ? store.createReport(report, originOf(identity)) : report
  },
})

const reportOn = (directive: Directive, request: CheckRequest): ComplianceReport => {
  const { phase, attempt, result, trace, elapsedMilliseconds } = request
  const taskId = request.taskId ?? directive.taskId
  const constraints = constraintsAt(directive.constraints, phase)
  const task = { id: taskId, type: directive.taskType, input: directive.input }
  const findings = checkConstraints(constraints, { phase, task, result, trace, elapsedMilliseconds })
  const verdict = verdictOf(constraints, findings, phase)
  return {
    id: randomUUID(),
    directiveId: directive.id,
    taskId,
    attempt,
    phase,
    verdict,
    findings,
    checkedAt: new Date(),
  }
}
