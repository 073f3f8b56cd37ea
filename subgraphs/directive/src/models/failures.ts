import { CircuitOpenError } from '@mothership/platform/circuit-breaker'
import { describeRemoteFailure, statusOf, UnusableAnswerError } from '@mothership/platform/remote-calls'
import { UselessModelError } from './answer-breaker.ts'
import { RefusedError } from './reply.ts'

/** We had less time for the model than it may take. Whether that says something of its provider depends on how much it was. */
export class NoTimeError extends Error {
  readonly wasPatient: boolean
  constructor(milliseconds: number, { wasPatient }: { wasPatient: boolean }) {
    super(`did not answer within ${(milliseconds / 1000).toFixed(1)} s, which was all that was left`)
    this.name = 'NoTimeError'
    this.wasPatient = wasPatient
  }
}

/**
 * The provider did answer, and so it is there. A refusal is about the content, which others do not share: it must not
 * take the provider away from them. An answer of no use is the model's, see answer-breaker.ts.
 */
export const isAnswer = (error: unknown): boolean =>
  error instanceof UnusableAnswerError || error instanceof RefusedError

/** The bad luck of one question is no sign of a provider that is down. */
export const isProvidersFailure = (error: unknown): boolean =>
  error instanceof NoTimeError ? error.wasPatient : ![400, 404, 413, 422].includes(statusOf(error) ?? 0)

/** Those whose words are ours, and quote nothing. */
const OWN_ERRORS = [RefusedError, CircuitOpenError, NoTimeError, UselessModelError]

/** Why a call failed, in words of ours. */
export const wordsOf = (error: unknown): string =>
  OWN_ERRORS.some((one) => error instanceof one) ? (error as Error).message : describeRemoteFailure(error)
