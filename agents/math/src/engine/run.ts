import { badInput, unverified } from './failure.ts'
import { differentiate } from './operations/differentiate.ts'
import { evaluate } from './operations/evaluate.ts'
import { factor } from './operations/factor.ts'
import { integrate } from './operations/integrate.ts'
import { limit } from './operations/limit.ts'
import { matrix } from './operations/matrix.ts'
import { simplify } from './operations/simplify.ts'
import { solve } from './operations/solve.ts'
import { statistics } from './operations/statistics.ts'
import { units } from './operations/units.ts'
import type { MathResult, Problem, Solution } from './problem.ts'
import { Trace } from './trace.ts'

/**
 * Works on one problem in this thread. Nothing here stops it at its `deadline` (of `performance.now()`): the pool does;
 * but what would take longer than is left is not begun.
 *
 * @throws MathFailure BAD_INPUT, UNSOLVED or UNVERIFIED
 */
export async function run(problem: Problem, { deadline = Infinity }: { deadline?: number } = {}): Promise<Solution> {
  const trace = new Trace(deadline)
  const result = await dispatch(problem, trace).catch((error: unknown) => {
    // Only input that is nested beyond the stack gets here; the bounds let hardly any of it through.
    if (error instanceof RangeError && /call stack/.test(error.message))
      throw badInput('expression: it is nested too deeply')
    throw error
  })
  if (trace.evidence.length === 0) throw unverified('nothing confirms the answer')
  return {
    result: { operation: problem.operation, ...result },
    trace: { steps: trace.steps, evidence: trace.evidence },
  }
}

async function dispatch(problem: Problem, trace: Trace): Promise<MathResult> {
  switch (problem.operation) {
    case 'evaluate':
      return evaluate(problem, trace)
    case 'simplify':
      return simplify(problem, trace)
    case 'differentiate':
      return differentiate(problem, trace)
    case 'integrate':
      return integrate(problem, trace)
    case 'solve':
      return solve(problem, trace)
    case 'factor':
      return factor(problem, trace)
    case 'limit':
      return limit(problem, trace)
    case 'matrix':
      return matrix(problem, trace)
    case 'statistics':
      return statistics(problem, trace)
    case 'units':
      return units(problem, trace)
  }
}
