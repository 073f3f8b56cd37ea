import { exactValue } from './exact.ts'
import type { Expression } from './expression.ts'
import { number, substitute, variablesOf } from './expression.ts'
import { badInput, unsolved, unverified } from './failure.ts'
import type { ExactMatrix } from './matrices.ts'
import { reduce } from './matrices.ts'
import type { MathResult } from './problem.ts'
import { printLatex } from './print.ts'
import type { Rational } from './rational.ts'
import * as Q from './rational.ts'
import type { Trace } from './trace.ts'

/** Solves several linear equations exactly (each is an expression that shall be zero). */
export function solveLinearSystem(equations: readonly Expression[], trace: Trace): MathResult {
  const variables = [...new Set(equations.flatMap(variablesOf))].sort()
  if (variables.length === 0) throw badInput('expression: it has no variable')
  trace.step('solve')
  const rows: ExactMatrix = equations.map((equation) => coefficientsOf(equation, variables))
  const { reduced, pivots } = reduce(rows)
  if (pivots.includes(variables.length)) return contradiction(variables, trace)
  if (pivots.length < variables.length)
    throw unsolved(`the equations leave ${variables.length - pivots.length} unknowns free`)
  const values = variables.map((_, index) => reduced[index]?.[variables.length] ?? Q.ZERO)
  trace.step('verify')
  for (const equation of equations) confirmEquation(equation, variables, { values, trace })
  const entries = variables.map((name, index) => [name, values[index] ?? Q.ZERO] as const)
  return {
    answer: Object.fromEntries(entries.map(([name, value]) => [name, Q.format(value)])),
    latex: entries.map(([name, value]) => `${name} = ${printLatex(number(value))}`).join(',\\; '),
    exact: true,
    approximate: Object.fromEntries(entries.map(([name, value]) => [name, Q.toNumber(value)])),
    domain: 'real numbers',
    complete: true,
  }
}

function valueAt(equation: Expression, variables: readonly string[], values: readonly Rational[]): Rational {
  const placed = variables.reduce(
    (result, name, index) => substitute(result, name, number(values[index] ?? Q.ZERO)),
    equation,
  )
  const value = exactValue(placed)
  if (!value) throw unsolved('a system is solved only where its equations are linear with rational coefficients')
  return value
}

/** c1, ..., cn and -c0 of c1 x1 + ... + cn xn + c0; refuses what is not linear. */
function coefficientsOf(equation: Expression, variables: readonly string[]): Rational[] {
  const unit = (k: number): Rational[] => variables.map((_, index) => (index === k ? Q.ONE : Q.ZERO))
  const constant = valueAt(equation, variables, unit(-1))
  const coefficients = variables.map((_, k) => Q.subtract(valueAt(equation, variables, unit(k)), constant))
  for (const seed of [3, 7, 11]) {
    const probe = variables.map((_, index) => Q.rational(seed * (index + 2) + 1, index + seed))
    const expected = coefficients.reduce((total, c, k) => Q.add(total, Q.multiply(c, probe[k] ?? Q.ZERO)), constant)
    if (!Q.equals(valueAt(equation, variables, probe), expected))
      throw unsolved('a system is solved only where its equations are linear')
  }
  return [...coefficients, Q.negate(constant)]
}

function confirmEquation(
  equation: Expression,
  variables: readonly string[],
  { values, trace }: { values: readonly Rational[]; trace: Trace },
): void {
  const residual = valueAt(equation, variables, values)
  if (residual.n !== 0n) throw unverified('the values do not satisfy an equation')
  trace.confirm('substitution', { residual: 0, exact: true })
}

function contradiction(variables: readonly string[], trace: Trace): MathResult {
  trace.step('verify')
  trace.confirm('contradiction', { reason: 'a combination of the equations says 0 = 1', unknowns: variables.length })
  return { answer: [], latex: '\\varnothing', exact: true, domain: 'real numbers', complete: true }
}
