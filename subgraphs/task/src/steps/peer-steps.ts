import type { Peers } from '@mothership/platform/peers'
import { unchanged, type Decision } from '../domain/decision.ts'
import { isLentTask, lastHeardAt } from '../domain/lending.ts'
import { directed, passDeadline } from '../domain/lifecycle.ts'
import type { Task, ValidatingTask } from '../domain/task.ts'
import { termsOf } from '../domain/terms.ts'
import { overrunSince, type OverrunReport, validated, worstOf } from '../domain/verdict.ts'
import { GenerateDirectiveDocument } from '../generated/directive-documents.ts'
import type { TaskStore } from '../store.ts'
import { checkCompliance, checkPlan } from './compliance.ts'

/** What a step has learnt from a peer, as a transition. */
export type Learnt = (task: Task, now: Date) => Decision

/** More than the directive subgraph gives language models for a directive or a report, 45 s. The step's lease is renewed. */
const PATIENCE = { timeoutMilliseconds: 60_000 }
/** An attempt that takes too long is not left to go on for longer than that for the sake of its report. */
const OVERRUN_PATIENCE = { timeoutMilliseconds: 3_000 }

/** Has the task's directive compiled. Asked again, the peer answers the same one. */
export const compileDirective = async (store: TaskStore, peers: Peers, task: Task): Promise<Learnt> => {
  const input = (await store.contentsOf([task])).get(task.id)?.input
  const { generateDirective: directive } = await peers.directive(
    GenerateDirectiveDocument,
    { taskType: task.type, input, taskId: task.id },
    null,
    PATIENCE,
  )
  const conflicts = directive.conflicts.map(({ reason }) => reason)
  const terms = termsOf(directive.constraints)
  return (current, now) => directed(current, { id: directive.id, terms, conflicts }, now)
}

/** Has the result checked, and the plan where nobody has seen one before. Asked again, the peer answers the same. */
export const checkResult = async (store: TaskStore, peers: Peers, task: ValidatingTask): Promise<Learnt> => {
  const { attempt } = task
  const work = await store.workOf(attempt.id)
  const trace = work.trace ?? {}
  const done = { task, attempt, elapsedMilliseconds: attempt.milliseconds ?? 0, ...PATIENCE }
  const reports = [await checkCompliance(peers, { ...done, phase: 'RESULT', result: work.result, trace }, null)]
  if (task.terms?.phases.includes('PLAN') && !attempt.hasCheckedPlan) {
    // An agent that gave no plan has not met what is asked of plans.
    reports.push(await checkPlan(peers, { ...done, plan: trace.plan ?? null }, null))
  }
  const worst = worstOf(reports)
  return (current, now) => (worst ? validated(current, worst, now) : unchanged)
}

/**
 * Has the time checked that an attempt in progress takes, where that is more than it may; null where it is not. Asked
 * again, the peer answers the same.
 */
export const checkOverrun = async (store: TaskStore, peers: Peers, task: Task): Promise<OverrunReport | null> => {
  if (!isLentTask(task) || overrunSince(task) === null) return null
  const { attempt } = task
  const { steps } = await store.workOf(attempt.id)
  const trace = { plan: attempt.plan, steps }
  // Until the agent was last heard of: however late the step is taken, what it finds is the same.
  const elapsedMilliseconds = lastHeardAt(attempt).getTime() - attempt.assignedAt.getTime()
  const work = { task, attempt, phase: 'DURING', trace, elapsedMilliseconds } as const
  const { id, ruling } = await checkCompliance(peers, { ...work, ...OVERRUN_PATIENCE }, null)
  return ruling.kind === 'broken' ? { id, attemptId: attempt.id, onFail: ruling.onFail } : null
}

/** A transition that holds only for the task as it was when its step began, and not beyond its deadline. */
export const asOf = (seen: Task, learnt: Learnt): Learnt => {
  return (task, now) => {
    if (task.version !== seen.version) return unchanged
    const late = passDeadline(task, now)
    return late.kind === 'unchanged' ? learnt(task, now) : late
  }
}
