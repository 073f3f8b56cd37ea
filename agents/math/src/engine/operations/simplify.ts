import { simplest } from '../candidates.ts'
import { lostConditions } from '../conditions.ts'
import { unverified } from '../failure.ts'
import { parseExpression } from '../parse.ts'
import { print, printLatex } from '../print.ts'
import { SEED } from '../verify.ts'
import type { Operation } from './operation.ts'

/** The shortest form that is found, the same function at sample points; what it no longer divides by is a condition. */
export const simplify: Operation<'simplify'> = (problem, trace) => {
  const expression = parseExpression(problem.expression)
  trace.step('parse', { expression: print(expression) })
  trace.step('solve')
  const { expression: answer, comparison, by } = simplest(expression)
  trace.step('verify')
  if (!comparison.agrees) throw unverified('the expression has a value at too few points to compare it with anything')
  trace.confirm('numeric-comparison', { points: comparison.points, worstDifference: comparison.worst, seed: SEED, by })
  const conditions = lostConditions(expression, answer)
  return {
    answer: print(answer),
    latex: printLatex(answer),
    exact: true,
    domain: conditions.length > 0 ? conditions.join(' and ') : 'wherever the expression is defined',
    ...(conditions.length > 0 && { assumptions: conditions }),
  }
}
