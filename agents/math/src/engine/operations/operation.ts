import type { MathResult, OperationName, ProblemOf } from '../problem.ts'
import type { Trace } from '../trace.ts'

/**
 * Works on one kind of problem: answers only what a second way has confirmed (recorded by `trace.confirm`).
 *
 * @throws MathFailure BAD_INPUT, UNSOLVED or UNVERIFIED
 */
export type Operation<Name extends OperationName> = (
  problem: ProblemOf<Name>,
  trace: Trace,
) => MathResult | Promise<MathResult>
