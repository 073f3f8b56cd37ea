import type { Expression } from '../expression.ts'
import { contains, difference, variablesOf } from '../expression.ts'
import { badInput } from '../failure.ts'
import { parseExpression } from '../parse.ts'
import { print } from '../print.ts'
import { toRationalFunction } from '../rational-function.ts'
import { solveLinearSystem } from '../solve-linear.ts'
import { solvePolynomial } from '../solve-polynomial.ts'
import { solveOverReals } from '../solve-real.ts'
import { solveSymbolically } from '../solve-symbolic.ts'
import { requireVariable } from '../variable.ts'
import type { Operation } from './operation.ts'

/**
 * The roots of an equation: all of them for a polynomial or a rational equation; for others those over the reals that
 * were found, with where was searched. Linear systems have one equation per ";".
 */
export const solve: Operation<'solve'> = (problem, trace) => {
  const equations = problem.expression
    .split(';')
    .filter((part) => part.trim() !== '')
    .map(parseEquation)
  const [equation] = equations
  if (!equation) throw badInput('expression: it is empty')
  if (equations.length > 1) {
    trace.step('parse', { equations: equations.map((each) => `${print(each)} = 0`) })
    return solveLinearSystem(equations, trace)
  }
  const variable = requireVariable(equation, problem.variable)
  trace.step('parse', { equation: `${print(equation)} = 0`, variable })
  const quotient = toRationalFunction(equation, variable)
  if (quotient) return solvePolynomial(quotient, { variable, domain: problem.domain ?? 'complex', equation }, trace)
  const isParametric = variablesOf(equation).some((name) => name !== variable)
  return isParametric ? solveSymbolically(equation, variable, trace) : solveOverReals(equation, variable, trace)
}

/** left = right as left - right. @throws MathFailure BAD_INPUT */
function parseEquation(text: string): Expression {
  const comparison = /<=|>=|==|!=|<|>/.exec(text)
  if (comparison)
    throw badInput(
      `expression: ${comparison[0]} is not understood; an equation has one "=" (char ${comparison.index + 1})`,
    )
  const sides = text.split('=')
  const [left = '', right] = sides
  if (sides.length > 2) throw badInput('expression: it has more than one "="')
  if (right === undefined) return parseExpression(left)
  const equation = difference(
    parseExpression(left, 'expression, left side'),
    parseExpression(right, 'expression, right side'),
  )
  if (contains(equation, 'Infinity')) throw badInput('expression: Infinity is no number')
  return equation
}
