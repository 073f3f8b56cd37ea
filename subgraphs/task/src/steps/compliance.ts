import type { Identity } from '@mothership/platform/identity'
import type { Peers } from '@mothership/platform/peers'
import { planHashOf, type Trace } from '../domain/content.ts'
import type { Attempt, Task } from '../domain/task.ts'
import type { ConstraintPhase } from '../domain/terms.ts'
import { rulingOf, rulingOnPlan, type Ruling } from '../domain/verdict.ts'
import { CheckComplianceDocument } from '../generated/directive-documents.ts'

/** GraphQL's Int; a task that runs for 24 days has overrun any budget. */
const MAX_INT = 2 ** 31 - 1

/** Has what an agent did checked against its task's directive. Throws what the directive subgraph answers. */
export const checkCompliance = async (
  peers: Peers,
  work: {
    task: Task
    attempt: Attempt
    phase: ConstraintPhase
    trace: Trace
    result?: unknown
    elapsedMilliseconds: number
    timeoutMilliseconds?: number
  },
  onBehalfOf: Identity | null,
): Promise<{ id: string; ruling: Ruling }> => {
  const { task, attempt, phase, trace, result, elapsedMilliseconds, timeoutMilliseconds } = work
  if (task.directiveId === null) throw new Error(`task ${task.id} has no directive`)
  const { checkCompliance: report } = await peers.directive(
    CheckComplianceDocument,
    {
      directiveId: task.directiveId,
      phase,
      ...(result !== undefined && { result }),
      trace: wireTrace(trace),
      taskId: task.id,
      attempt: attempt.number,
      elapsedMilliseconds: Math.max(0, Math.min(elapsedMilliseconds, MAX_INT)),
    },
    onBehalfOf,
    timeoutMilliseconds === undefined ? {} : { timeoutMilliseconds },
  )
  return { id: report.id, ruling: rulingOf(report) }
}

/** Has a plan checked, or that there is none: what it means for the task, as a person may have let it through. */
export const checkPlan = async (
  peers: Peers,
  work: Omit<Parameters<typeof checkCompliance>[1], 'phase' | 'trace' | 'result'> & { plan: readonly string[] | null },
  onBehalfOf: Identity | null,
): Promise<{ id: string; ruling: Ruling }> => {
  const { plan, ...rest } = work
  const { id, ruling } = await checkCompliance(peers, { ...rest, phase: 'PLAN', trace: { plan } }, onBehalfOf)
  return { id, ruling: rulingOnPlan(ruling, work.task, planHashOf(plan)) }
}

const wireTrace = ({ plan, steps, evidence, tokens, usd }: Trace) => ({
  plan: plan ? [...plan] : null,
  steps: steps ? [...steps] : null,
  evidence: evidence ? [...evidence] : null,
  tokens: tokens ?? null,
  usd: usd ?? null,
})
