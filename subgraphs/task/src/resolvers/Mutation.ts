import { randomUUID } from 'node:crypto'
import { ForbiddenError } from '@mothership/platform/errors'
import { actingSubject, type Identity, Role, roleIncludes } from '@mothership/platform/identity'
import { problemWithSubmission } from '../domain/submission.ts'
import type { Decision } from '../domain/decision.ts'
import { cancel, retryTask, review } from '../domain/lifecycle.ts'
import type { Task } from '../domain/task.ts'
import type { MutationResolvers } from '../generated/resolvers.ts'
import { assertFine, assertJson, toSteps, toTrace, toWords } from './wire.ts'

const MAX_TAKEN = 50
const MAX_PLAN = 1_000
const FAILURE_CODE = /^[A-Z][A-Z0-9_]{0,63}$/

/** A transition that is for a task's submitter and for operators. */
const asItsSubmitter =
  (identity: Identity, decide: (task: Task, now: Date) => Decision) =>
  (task: Task, now: Date): Decision => {
    if (task.submittedBy === actingSubject(identity) || roleIncludes(identity.role, Role.OPERATOR))
      return decide(task, now)
    throw new ForbiddenError(`Task ${task.id} is another's: only its submitter and an OPERATOR may do that.`)
  }

/** A service that asks for nobody may have any number of unfinished tasks. */
const isForSomebody = ({ role, onBehalfOf }: Identity): boolean => role !== Role.SERVICE || onBehalfOf !== undefined

export const Mutation: MutationResolvers = {
  submitTask: (_, { input: request }, { store, identity, correlationId }) => {
    const { type, priority = 0, maxAttempts = 3, idempotencyKey = null, deadline = null } = request
    assertFine(problemWithSubmission({ type, priority, maxAttempts, idempotencyKey }))
    assertJson(request.input, 'input.input')
    const submittedBy = actingSubject(identity)
    const submission = {
      id: randomUUID(),
      type,
      priority,
      maxAttempts,
      submittedBy,
      idempotencyKey,
      deadline,
      correlationId,
    }
    return store.submit(submission, request.input, { isBounded: isForSomebody(identity) })
  },
  cancelTask: (_, { id }, { store, identity }) => store.change(id, asItsSubmitter(identity, cancel)),
  retryTask: (_, { id }, { store, identity }) =>
    store.retry(id, asItsSubmitter(identity, retryTask), { isBounded: isForSomebody(identity) }),
  reviewTask: (_, { id, decision, note }, { store, identity }) => {
    const answer = { decision, note: toWords(note, 'note'), by: actingSubject(identity) }
    return store.change(id, (task, now) => review(task, answer, now))
  },
  takeAssignments: (_, { max }, { assignments, identity }) => {
    if (max < 1 || max > MAX_TAKEN) assertFine({ path: 'max', message: `${max} is not 1 to ${MAX_TAKEN}` })
    return assignments.take(identity, max)
  },
  startAssignment: (_, { id, token, plan }, { assignments, identity }) => {
    if (plan && plan.length > MAX_PLAN) assertFine({ path: 'plan', message: `it has more than ${MAX_PLAN} steps` })
    assertJson(plan ?? null, 'plan')
    return assignments.start(identity, { id, token }, plan ?? null)
  },
  holdAssignment: (_, { id, token, progress, message, steps }, { assignments, identity }) => {
    if (progress != null && (progress < 0 || progress > 1)) {
      assertFine({ path: 'progress', message: `${progress} is not 0 to 1` })
    }
    return assignments.hold(
      identity,
      { id, token },
      { progress: progress ?? null, message: toWords(message, 'message'), steps: toSteps(steps, 'steps') },
    )
  },
  completeAssignment: (_, { id, token, result, trace }, { assignments, identity }) => {
    assertJson(result, 'result')
    return assignments.complete(identity, { id, token }, result, toTrace(trace))
  },
  failAssignment: (_, { id, token, code, message, retryable }, { assignments, identity }) => {
    if (!FAILURE_CODE.test(code)) {
      assertFine({ path: 'code', message: 'write capital letters, digits and underscores, at most 64' })
    }
    const words = toWords(message, 'message') ?? ''
    return assignments.fail(identity, { id, token }, { code, message: words, retryable })
  },
}
