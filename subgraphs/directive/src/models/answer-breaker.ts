import { CircuitOpenError, type CircuitState, createCircuitBreaker } from '@mothership/platform/circuit-breaker'
import { UnusableAnswerError } from '@mothership/platform/remote-calls'
import type { About } from './chain.ts'

/** Thrown in place of a call of a model that is left alone because of its answers. */
export class UselessModelError extends Error {
  constructor() {
    super('gave too many answers that could not be used, and is left alone for a while')
    this.name = 'UselessModelError'
  }
}

export interface AnswerBreaker {
  state(): CircuitState
  /** Calls the model about something, unless it is left alone: then it throws UselessModelError at once. */
  run<T>(about: About, call: () => Promise<T>): Promise<T>
}

/** An answer of no use, of which it is known what it was about. */
class AboutError extends Error {
  readonly subject: string
  constructor(subject: string, cause: UnusableAnswerError) {
    super(cause.message, { cause })
    this.name = 'AboutError'
    this.subject = subject
  }
}

/**
 * Leaves a model alone whose answers are of no use for several tasks in a row, though its provider answers: each costs
 * all its tries, and the next model waits for its turn. It is the model's alone, since others of the provider may do
 * better. A task counts once until something goes well again: its own text can mislead a model as often as it is asked
 * about it, and must not take the model away from others. Why: docs/adr/0016.
 */
export const createAnswerBreaker = (pacing: { failures: number; openMilliseconds: number }): AnswerBreaker => {
  const subjects = new Set<string>()
  const breaker = createCircuitBreaker({
    ...pacing,
    isFailure: (error) => {
      if (!(error instanceof AboutError) || subjects.has(error.subject)) return false
      // Beyond so many, which open it, no more is remembered.
      if (subjects.size >= pacing.failures) subjects.clear()
      subjects.add(error.subject)
      return true
    },
  })
  return {
    state: breaker.state,
    run: async (about, call) => {
      let isCalled = false
      try {
        const answer = await breaker.run(async () => {
          isCalled = true
          try {
            return await call()
          } catch (error) {
            const subject = about.taskId ?? about.directiveId ?? ''
            throw error instanceof UnusableAnswerError ? new AboutError(subject, error) : error
          }
        })
        subjects.clear()
        return answer
      } catch (error) {
        if (error instanceof AboutError) throw error.cause
        // One that the call itself met is its provider's.
        throw !isCalled && error instanceof CircuitOpenError ? new UselessModelError() : error
      }
    },
  }
}
