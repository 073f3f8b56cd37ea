import type { Identity } from '@mothership/platform/identity'
import { canonicalJson } from '@mothership/platform/json'
import type { Peers } from '@mothership/platform/peers'
import type { Logger } from '@mothership/platform/telemetry'
import { planHashOf, sha256, type Trace, type TraceStep } from '../domain/content.ts'
import { giveUp, hasUncheckedSteps, isLentTask, noteChecked, start } from '../domain/lending.ts'
import type { Attempt, LentTask, Task } from '../domain/task.ts'
import { type Ruling, stopped } from '../domain/verdict.ts'
import { assertHolder, type Claim } from '../store/lending.ts'
import type { TaskStore } from '../store.ts'
import type { AgentDirectory } from './agents.ts'
import { checkCompliance, checkPlan } from './compliance.ts'

/** A task lent to an agent, with the token that it is shown once. */
export interface Lent {
  readonly task: Task
  readonly attempt: Attempt
  readonly token: string
}

/** What an agent is told when it holds on to a task. */
export interface Hold {
  readonly leaseExpiresAt: Date
  readonly cancel: boolean
  readonly drain: boolean
  readonly violationId: string | null
}

/** What an agent shows for an assignment. */
export interface Ticket {
  readonly id: string
  readonly token: string
}

/** What an agent says while it works. */
export interface Progress {
  readonly progress: number | null
  readonly message: string | null
  readonly steps: readonly TraceStep[]
}

export type Assignments = ReturnType<typeof createAssignments>

/** The agents' side of a task: taking, starting, holding and ending it, with the checks that belong to each. */
export const createAssignments = (options: {
  store: TaskStore
  peers: Peers
  agents: AgentDirectory
  logger: Logger
}) => {
  const { store, peers, agents, logger } = options

  /** Ends an attempt that broke a MUST; says whether it was broken. */
  const obey = async (
    claim: Claim,
    phase: 'PLAN' | 'DURING',
    report: { id: string; ruling: Ruling; planHash?: string },
  ): Promise<boolean> => {
    const { ruling, id, planHash } = report
    if (ruling.kind !== 'broken') return false
    const { onFail, message } = ruling
    await store.changeHeld(claim, (task, attempt, now) =>
      stopped(task, attempt.id, { id, phase, onFail, message, planHash }, now),
    )
    return true
  }
  const checkSteps = async (task: LentTask, caller: Identity) => {
    const { steps } = await store.workOf(task.attempt.id)
    const trace = { ...(task.attempt.plan && { plan: task.attempt.plan }), steps }
    return checkCompliance(
      peers,
      { task, attempt: task.attempt, phase: 'DURING', trace, elapsedMilliseconds: elapsed(task) },
      caller,
    )
  }
  const answer = async (caller: Identity, attempt: Attempt, broken: { id: string } | null): Promise<Hold> => ({
    leaseExpiresAt: attempt.leaseExpiresAt,
    cancel: broken !== null || attempt.end !== null,
    drain: await agents.isDraining(caller),
    violationId: broken?.id ?? null,
  })

  return {
    take: async (caller: Identity, max: number): Promise<Lent[]> => {
      const agent = await agents.find(caller)
      if (agent.isDraining || agent.skills.length === 0) return []
      const taken = await store.take(agent, max)
      return taken.flatMap(({ task, token }) => (task.attempt ? [{ task, attempt: task.attempt, token }] : []))
    },

    /**
     * What a MUST asks of plans is checked before the attempt starts: of no plan, too, which meets none of it.
     * Throws UnavailableError where it can not be checked: start again then.
     */
    start: async (caller: Identity, ticket: Ticket, plan: readonly string[] | null): Promise<Hold> => {
      const claim = claimOf(caller, ticket)
      const attempt = assertHolder(await store.findAttempt(ticket.id), claim)
      const [task] = await store.findTasks([attempt.taskId])
      const isNew = task?.state === 'ASSIGNED' && task.attempt.id === attempt.id
      const hasCheckedPlan = isNew && task.terms?.phases.includes('PLAN') === true && !task.terms.isPlanFree
      const work = isNew && { task, attempt: task.attempt, plan, elapsedMilliseconds: elapsed(task) }
      const report = work && hasCheckedPlan ? await checkPlan(peers, work, caller) : null
      if (report && (await obey(claim, 'PLAN', { ...report, planHash: planHashOf(plan) }))) {
        return answer(caller, attempt, report)
      }
      const unjudged = report?.ruling.kind === 'unjudged' ? report.ruling.reason : null
      const started = await store.changeHeld(claim, (now, held, at) =>
        start(now, held, { plan, hasCheckedPlan, unjudged }, at),
      )
      return answer(caller, started.attempt, null)
    },

    /** Steps are checked at once where the directive says so; what can not be checked now, with the next word or the result. */
    hold: async (caller: Identity, ticket: Ticket, progress: Progress): Promise<Hold> => {
      const claim = claimOf(caller, ticket)
      const { task, attempt } = await store.hold(claim, progress)
      const isToCheck = hasUncheckedSteps(attempt) && task.terms?.phases.includes('DURING') === true
      if (attempt.end !== null || !isLentTask(task) || !isToCheck) return answer(caller, attempt, null)
      const report = await checkSteps(task, caller).catch((error: unknown) => {
        logger.warn({ error, taskId: task.id }, 'steps could not be checked while they were taken')
        return null
      })
      if (report && (await obey(claim, 'DURING', report))) return answer(caller, attempt, report)
      if (report) {
        const unjudged = report.ruling.kind === 'unjudged' ? report.ruling.reason : null
        const { stepsBytes } = attempt
        await store.changeHeld(claim, (now, held, at) => noteChecked(now, held, { stepsBytes, unjudged }, at))
      }
      return answer(caller, attempt, null)
    },

    complete: async (caller: Identity, ticket: Ticket, result: unknown, trace: Trace | null): Promise<Task> =>
      (await store.complete(claimOf(caller, ticket), { result, trace })).task,

    fail: async (
      caller: Identity,
      ticket: Ticket,
      failure: { code: string; message: string; retryable: boolean },
    ): Promise<Task> => {
      const { code, message, retryable } = failure
      const answerHash = sha256(canonicalJson([code, message, retryable]))
      const { task } = await store.changeHeld(claimOf(caller, ticket), (before, attempt, now) =>
        giveUp(before, attempt, { ...failure, answerHash }, now),
      )
      return task
    },
  }
}

const claimOf = (caller: Identity, { id, token }: Ticket): Claim => ({
  attemptId: id,
  token,
  credentialId: caller.subject,
})

/** By the database's clock: the task was changed by the very call that asks. */
const elapsed = (task: LentTask): number => task.updatedAt.getTime() - task.attempt.assignedAt.getTime()
