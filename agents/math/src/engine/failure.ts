/**
 * Why a problem has no answer.
 *
 * - `BAD_INPUT`: the problem is malformed, ambiguous or beyond the bounds.
 * - `UNSOLVED`: no method found an answer, or there is none.
 * - `UNVERIFIED`: an answer was found, but the second way did not confirm it.
 * - `TIMED_OUT`, `OUT_OF_MEMORY`: the worker was terminated.
 * - `CANCELLED`: the caller's signal was aborted.
 * - `WORKER_LOST`: the worker ended for a reason of its own; asking again is worth it.
 */
export type FailureCode =
  'BAD_INPUT' | 'UNSOLVED' | 'UNVERIFIED' | 'TIMED_OUT' | 'OUT_OF_MEMORY' | 'CANCELLED' | 'WORKER_LOST'

/** The one error that the engine throws on purpose; anything else is a bug. */
export class MathFailure extends Error {
  readonly code: FailureCode
  /** Whether the very same problem may succeed when it is asked again. */
  readonly retryable: boolean

  constructor(code: FailureCode, message: string) {
    super(message)
    this.name = 'MathFailure'
    this.code = code
    this.retryable = code === 'WORKER_LOST'
  }
}

/** The problem itself is at fault: malformed, ambiguous or beyond the bounds. */
export function badInput(message: string): MathFailure {
  return new MathFailure('BAD_INPUT', message)
}

/** No method found an answer. */
export function unsolved(message: string): MathFailure {
  return new MathFailure('UNSOLVED', message)
}

/** A candidate was found, and the second way did not confirm it. */
export function unverified(message: string): MathFailure {
  return new MathFailure('UNVERIFIED', message)
}
