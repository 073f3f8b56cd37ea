import type { Logger } from 'pino'
import type { Agent, Assignment, Work } from './agent.ts'
import { persist } from './backoff.ts'
import type { Clock } from './clock.ts'
import { AgentFailure, type Interruption, MothershipFault } from './failure.ts'
import {
  CompleteAssignmentDocument,
  FailAssignmentDocument,
  type TakeAssignmentsMutation,
} from './generated/documents.ts'
import { holdAssignment, type Holding } from './holding.ts'
import type { Mothership } from './mothership.ts'
import { newTrace, type Trace } from './trace.ts'
import type { InputCheck } from './validation.ts'

export type Taken = TakeAssignmentsMutation['takeAssignments'][number]

/** An assignment in progress. */
export interface Undertaking {
  /** Resolves when the mothership has its answer, or does not want one any more, and `perform` has come to rest. */
  readonly done: Promise<void>
  interrupt: Holding['interrupt']
}
export interface UndertakingOptions {
  agent: Agent
  mothership: Mothership
  clock: Clock
  logger: Logger
  checkInput: InputCheck
  /** Aborts when the process ends: nothing is tried again from then on. */
  ending: AbortSignal
  onDrain: () => void
}

type Failure = Pick<AgentFailure, 'code' | 'message' | 'retryable'>
type Outcome = { readonly result: unknown } | { readonly failure: Failure } | null

const MAX_RESULT_BYTES = 1_000_000
const LONGEST_MESSAGE = 2_000

/** How long work may go on after its signal aborted, before its place is given to another. */
const REST_MILLISECONDS = 10_000

/** Works on one assignment: checks the input, performs under a lease, and answers until the mothership has understood. */
export const undertake = (taken: Taken, options: UndertakingOptions): Undertaking => {
  const { mothership, clock, onDrain } = options
  const trace = newTrace()
  const { correlationId } = taken.task
  const logger = options.logger.child({ taskId: taken.task.id, attempt: taken.attempt, correlationId })
  const holding = holdAssignment({ assignment: taken, mothership, clock, trace, onDrain })
  const wrong = options.checkInput(taken.task.type, taken.task.input)
  const done = (async () => {
    if (wrong !== null) {
      holding.release()
      const failure = { code: 'BAD_INPUT', message: wrong, retryable: false }
      return answer(taken, { failure }, trace, { ...options, logger })
    }
    watchBudget(taken, holding, clock)
    const performing = perform(taken, { ...options, logger, holding, trace })
    const outcome = await outcomeOf(performing, holding, logger)
    holding.release()
    await answer(taken, outcome, trace, { ...options, logger })
    await rest(performing, clock, logger)
  })()
  return { done, interrupt: holding.interrupt }
}

const perform = async (
  taken: Taken,
  { agent, holding, logger, trace }: UndertakingOptions & { holding: Holding; trace: Trace },
): Promise<unknown> => {
  const { id, task, directive, attempt, feedback } = taken
  const assignment: Assignment = { id, task, directive, attempt, feedback }
  const work: Work = {
    signal: holding.signal,
    logger,
    plan: (names) => {
      trace.plan = [...names]
      const agreed = holding.start(names)
      // Whoever does not wait for it learns by the signal.
      agreed.catch(() => undefined)
      return agreed
    },
    progress: (fraction, message) => holding.report({ fraction: Math.min(1, Math.max(0, fraction)), message }),
    step: (name, data = null, at = new Date().toISOString()) => {
      trace.steps.push({ name, at, data })
      holding.report(null)
    },
    evidence: (type, data) => void trace.evidence.push({ type, data }),
    used: ({ tokens, usd }) => {
      trace.tokens = tokens ?? trace.tokens
      trace.usd = usd ?? trace.usd
    },
  }
  const performing = agent.perform(assignment, work)
  // Left to itself until it first awaits, so that a plan can be the first thing that the mothership hears.
  holding.start(null).catch(() => undefined)
  return performing
}

const outcomeOf = async (performing: Promise<unknown>, holding: Holding, logger: Logger): Promise<Outcome> => {
  const { signal } = holding
  const interrupted = new Promise<never>((_, reject) => {
    const abort = (): void => reject(signal.reason as Error)
    if (signal.aborted) abort()
    signal.addEventListener('abort', abort, { once: true })
  })
  try {
    const result = await Promise.race([performing, interrupted])
    await Promise.race([holding.start(null), interrupted])
    return resultOutcome(result)
  } catch (error) {
    if (signal.aborted) return interruptionOutcome(signal.reason as Interruption, logger)
    if (error instanceof AgentFailure) return { failure: error }
    logger.error({ error: describe(error) }, 'the agent failed unexpectedly')
    return broken('The agent failed unexpectedly. Its log says more.')
  }
}

const broken = (message: string): Outcome => ({ failure: { code: 'INTERNAL', message, retryable: true } })

const resultOutcome = (result: unknown): Outcome => {
  if (result === null || result === undefined) return broken('The agent came to no result.')
  let bytes: number
  try {
    bytes = Buffer.byteLength(JSON.stringify(result) ?? '')
  } catch {
    return broken('The agent came to a result that is no JSON.')
  }
  if (bytes <= MAX_RESULT_BYTES) return { result }
  const message = `The result has ${bytes} bytes; a mothership takes ${MAX_RESULT_BYTES}.`
  return { failure: { code: 'RESULT_TOO_LARGE', message, retryable: false } }
}

const interruptionOutcome = ({ kind, message }: Interruption, logger: Logger): Outcome => {
  logger.info({ kind }, message)
  switch (kind) {
    case 'cancelled':
    case 'lost':
      return null
    case 'violation':
      return { failure: { code: 'VIOLATION', message, retryable: true } }
    case 'budget':
      return { failure: { code: 'BUDGET_EXCEEDED', message, retryable: false } }
    case 'refused':
      return { failure: { code: 'REPORT_REFUSED', message, retryable: false } }
    case 'ending':
      return { failure: { code: 'AGENT_ENDING', message, retryable: true } }
  }
}

/** Answers until it is understood: the same token with the same answer is answered again, so nothing is done twice. */
const answer = async (
  taken: Taken,
  outcome: Outcome,
  trace: Trace,
  { mothership, clock, ending, logger }: UndertakingOptions,
): Promise<void> => {
  if (outcome === null) return
  const { id, token } = taken
  const asking = { correlationId: taken.task.correlationId }
  const onFailure = (error: unknown): void =>
    logger.warn({ error: describe(error) }, 'the answer did not arrive; again')
  const fail = ({ code, message, retryable }: Failure) => {
    const failure = { code: toCode(code), message: message.slice(0, LONGEST_MESSAGE), retryable }
    logger.info(failure, 'failed')
    return persist(() => mothership.ask(FailAssignmentDocument, { id, token, ...failure }, asking), {
      clock,
      signal: ending,
      onFailure,
    })
  }
  try {
    if ('failure' in outcome) return void (await fail(outcome.failure))
    const { result } = outcome
    await persist(() => mothership.ask(CompleteAssignmentDocument, { id, token, result, trace }, asking), {
      clock,
      signal: ending,
      onFailure,
    })
    logger.info('done')
  } catch (error) {
    if (isStale(error)) return logger.debug('the assignment is over: its answer was dropped')
    logger.error({ error: describe(error) }, 'the answer was refused')
    if ('failure' in outcome || !(error instanceof MothershipFault) || ending.aborted) return
    const failure = { code: 'RESULT_REFUSED', message: error.message, retryable: false }
    await fail(failure).catch((again: unknown) => logger.debug({ error: describe(again) }, 'it was over already'))
  }
}

const isStale = (error: unknown): boolean => error instanceof MothershipFault && error.code === 'STALE_ASSIGNMENT'

const toCode = (code: string): string => (/^[A-Z][A-Z0-9_]{0,63}$/.test(code) ? code : 'INTERNAL')

/** The tightest time that a MUST gives, in milliseconds; null: none. */
export const budgetMilliseconds = (constraints: Taken['directive']['constraints']): number | null => {
  const budgets = constraints.flatMap(({ level, phase, check }) => {
    const { kind, milliseconds } = (check ?? {}) as { kind?: unknown; milliseconds?: unknown }
    return level === 'MUST' && phase !== 'PLAN' && kind === 'budget' && typeof milliseconds === 'number'
      ? [milliseconds]
      : []
  })
  return budgets.length > 0 ? Math.min(...budgets) : null
}

/** Stops a little early: the clock that counts is the mothership's, and it has to hear of it in time. */
const watchBudget = (taken: Taken, holding: Holding, clock: Clock): void => {
  const budget = budgetMilliseconds(taken.directive.constraints)
  if (budget === null) return
  const early = Math.min(500, budget * 0.1)
  void clock
    .sleep(budget - early, holding.released)
    .then(() => holding.interrupt('budget', `The directive gives it ${budget} ms, and they are used up.`))
}

const rest = async (performing: Promise<unknown>, clock: Clock, logger: Logger): Promise<void> => {
  const settled = performing.then(
    () => true,
    () => true,
  )
  const patience = new AbortController()
  const isAtRest = await Promise.race([settled, clock.sleep(REST_MILLISECONDS, patience.signal).then(() => false)])
  patience.abort()
  if (!isAtRest) logger.warn('perform goes on although its signal has aborted: let it heed work.signal')
}

const describe = (error: unknown): unknown =>
  error instanceof MothershipFault ? { code: error.code, message: error.message } : error
