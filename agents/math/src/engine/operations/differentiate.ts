import { mathjsDerivative, simplest } from '../candidates.ts'
import * as cortex from '../cortex.ts'
import type { Expression } from '../expression.ts'
import { substitute, variablesOf } from '../expression.ts'
import { unsolved, unverified } from '../failure.ts'
import { isReal, valueOf } from '../numeric.ts'
import { parseExpression } from '../parse.ts'
import { print, printLatex } from '../print.ts'
import type { Json } from '../problem.ts'
import type { Trace } from '../trace.ts'
import { chooseVariable } from '../variable.ts'
import { SEED, compareAtPoints, compareWithSlope } from '../verify.ts'
import type { Operation } from './operation.ts'

/** A derivative of any order up to 10, each step confirmed by finite differences. */
export const differentiate: Operation<'differentiate'> = (problem, trace) => {
  const expression = parseExpression(problem.expression)
  const variable = chooseVariable(expression, problem.variable)
  const order = problem.order ?? 1
  trace.step('parse', { expression: print(expression), variable, order })
  let answer = expression
  for (let step = 1; step <= order; step += 1) answer = differentiateOnce(answer, variable, trace)
  return {
    answer: print(answer),
    latex: printLatex(answer),
    exact: true,
    variable,
    domain: 'wherever the expression is differentiable',
    ...(order > 1 && { order }),
    ...(problem.point !== undefined && { value: valueAt(answer, variable, problem.point) }),
  }
}

function differentiateOnce(expression: Expression, variable: string, trace: Trace): Expression {
  trace.step('solve')
  const candidates = [
    cortex.differentiateSymbolically(expression, variable),
    mathjsDerivative(expression, variable),
  ].filter((candidate) => candidate !== null)
  if (candidates.length === 0) throw unsolved('no rule gives the derivative')
  trace.step('verify')
  for (const candidate of candidates) {
    const comparison = compareWithSlope(expression, candidate, variable)
    if (!comparison.agrees) continue
    trace.confirm('finite-difference', { points: comparison.points, worstDifference: comparison.worst, seed: SEED })
    const [one, other] = candidates
    const second = one && other ? compareAtPoints(one, other) : null
    if (second?.agrees)
      trace.confirm('recomputation', {
        by: 'mathjs and compute-engine',
        points: second.points,
        worstDifference: second.worst,
      })
    return simplest(candidate).expression
  }
  throw unverified('no derivative that was found agrees with finite differences')
}

function valueAt(derivative: Expression, variable: string, point: string | number): Json {
  const at = substitute(derivative, variable, parseExpression(String(point), 'point'))
  if (variablesOf(at).length > 0) return print(at)
  const value = valueOf(at)
  if (!value) throw unsolved('the derivative has no finite value at the point')
  return isReal(value) ? value.re : { re: value.re, im: value.im }
}
