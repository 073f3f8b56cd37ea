import type { Antiderivative } from '../antiderivative.ts'
import { findAntiderivative } from '../antiderivative.ts'
import { simplest } from '../candidates.ts'
import * as cortex from '../cortex.ts'
import type { Expression } from '../expression.ts'
import { difference, infinitySign, substitute, variablesOf } from '../expression.ts'
import { badInput, unsolved, unverified } from '../failure.ts'
import { limitByRules } from '../limit-rules.ts'
import { compile, realValueOf, toRealFunction } from '../numeric.ts'
import { parseExpression } from '../parse.ts'
import { print, printLatex } from '../print.ts'
import type { MathResult } from '../problem.ts'
import type { Quadrature } from '../quadrature.ts'
import { gaussKronrod, oscillating, tanhSinh } from '../quadrature.ts'
import type { Trace } from '../trace.ts'
import { chooseVariable } from '../variable.ts'
import { SEED } from '../verify.ts'
import type { Operation } from './operation.ts'

/** An antiderivative, differentiated back; or a definite integral, confirmed by quadrature. */
export const integrate: Operation<'integrate'> = (problem, trace) => {
  const expression = parseExpression(problem.expression)
  const variable = chooseVariable(expression, problem.variable)
  const { lower, upper } = problem
  if ((lower === undefined) !== (upper === undefined)) throw badInput('lower, upper: a definite integral needs both')
  if (lower === undefined || upper === undefined) {
    trace.step('parse', { expression: print(expression), variable })
    return indefinite(expression, variable, trace)
  }
  const bounds = { lower: parseBound(lower, 'lower'), upper: parseBound(upper, 'upper') }
  trace.step('parse', {
    expression: print(expression),
    variable,
    lower: print(bounds.lower),
    upper: print(bounds.upper),
  })
  return definite(expression, { variable, ...bounds }, trace)
}

function parseBound(given: string | number, name: string): Expression {
  const bound = parseExpression(String(given), name, { infinity: true })
  if (variablesOf(bound).length > 0) throw badInput(`${name}: it is not a number`)
  if (infinitySign(bound) === 0 && realValueOf(bound) === null) throw badInput(`${name}: it is not a real number`)
  return bound
}

async function indefinite(expression: Expression, variable: string, trace: Trace): Promise<MathResult> {
  trace.step('solve')
  const found = await findAntiderivative(expression, variable, trace)
  trace.step('verify')
  if (found === null) throw unsolved('no antiderivative in elementary functions was found')
  if (found === 'rejected') throw unverified('no antiderivative that was found differentiates back to the integrand')
  confirmDerivative(found, trace)
  const constant = variablesOf(expression).includes('C') ? 'K' : 'C'
  const answer = print(found.expression)
  return {
    answer: `${answer} + ${constant}`,
    latex: `${printLatex(found.expression)} + ${constant}`,
    exact: true,
    variable,
    antiderivative: answer,
    domain: 'each interval on which the integrand is defined and continuous',
    assumptions: [`${constant} is any constant`],
  }
}

function confirmDerivative({ comparison, by }: Antiderivative, trace: Trace): void {
  trace.confirm('differentiated-integral', {
    by,
    points: comparison.points,
    worstDifference: comparison.worst,
    seed: SEED,
  })
}

/** Each rule of quadrature that was tried, by its name. */
type Rules = Record<'Gauss-Kronrod' | 'tanh-sinh', Quadrature> & { 'half-periods'?: Quadrature }

interface Interval {
  readonly variable: string
  readonly lower: Expression
  readonly upper: Expression
}

function ends({ lower, upper }: Interval): [number, number] {
  return [lower, upper].map((bound) => infinitySign(bound) * Infinity || (realValueOf(bound) ?? 0)) as [number, number]
}

async function definite(expression: Expression, interval: Interval, trace: Trace): Promise<MathResult> {
  if (variablesOf(expression).some((name) => name !== interval.variable)) {
    throw badInput('expression: a definite integral needs all symbols but one to be numbers')
  }
  trace.step('solve')
  const f = toRealFunction(compile(expression), interval.variable)
  const [from, to] = ends(interval)
  const rules: Rules = { 'Gauss-Kronrod': gaussKronrod(f, from, to), 'tanh-sinh': tanhSinh(f, from, to) }
  if (!Number.isFinite(to) && Number.isFinite(from)) rules['half-periods'] = oscillating(f, from)
  const exact = await closedForm(expression, interval, Object.values(rules))
  trace.step('verify')
  if (exact) return exactResult(exact.value, { interval, rules }, trace)
  const [one, other] = [rules['Gauss-Kronrod'], rules['tanh-sinh']]
  if (!one.hasConverged || !other.hasConverged || !agree(one.value, other.value, 1e-9)) {
    throw unsolved('the integral diverges, or quadrature does not converge on it')
  }
  trace.confirm('numeric-comparison', {
    'Gauss-Kronrod': one.value,
    'tanh-sinh': other.value,
    difference: Math.abs(one.value - other.value),
  })
  const best = one.error < other.error ? one.value : other.value
  const value = Number(best.toPrecision(10))
  return {
    answer: String(value),
    latex: String(value),
    exact: false,
    approximate: best,
    variable: interval.variable,
    domain: describe(interval),
  }
}

function agree(a: number, b: number, tolerance: number): boolean {
  return Math.abs(a - b) <= tolerance * Math.max(1e-3, Math.abs(a), Math.abs(b))
}

/** A closed form by compute-engine, or by the fundamental theorem, that has the value which quadrature finds. */
async function closedForm(
  expression: Expression,
  interval: Interval,
  rules: readonly Quadrature[],
): Promise<{ value: Expression } | null> {
  const converged = rules.filter(({ hasConverged }) => hasConverged)
  if (converged.length === 0) return null
  const fits = (candidate: Expression): boolean => {
    const value = realValueOf(candidate)
    return value !== null && converged.every((rule) => agree(rule.value, value, 1e-8))
  }
  const direct = cortex.integrateBetween(expression, interval.variable, interval)
  if (direct && variablesOf(direct).length === 0 && isClosed(direct) && fits(direct)) return { value: shorter(direct) }
  const found = await findAntiderivative(expression, interval.variable, { millisecondsLeft: 0 })
  if (found === null || found === 'rejected') return null
  const atUpper = valueAtEnd(found.expression, interval, { end: interval.upper, side: -1 })
  const atLower = valueAtEnd(found.expression, interval, { end: interval.lower, side: 1 })
  if (!atUpper || !atLower) return null
  const byTheorem = difference(atUpper, atLower)
  return fits(byTheorem) ? { value: shorter(byTheorem) } : null
}

/** The antiderivative at an end of the interval, or its limit there. */
function valueAtEnd(
  antiderivative: Expression,
  { variable }: Interval,
  { end, side }: { end: Expression; side: -1 | 1 },
): Expression | null {
  const sign = infinitySign(end)
  if (sign !== 0) return limitByRules(antiderivative, { variable, point: null, side: sign > 0 ? 1 : -1 })
  const value = substitute(antiderivative, variable, end)
  return realValueOf(value) === null ? limitByRules(antiderivative, { variable, point: end, side }) : value
}

/** Not a decimal that compute-engine found by quadrature of its own. */
function isClosed(candidate: Expression): boolean {
  return candidate.kind !== 'number' || candidate.value.d.toString().length <= 8
}

function shorter(value: Expression): Expression {
  return simplest(cortex.evaluateExactly(value) ?? value).expression
}

function exactResult(
  value: Expression,
  { interval, rules }: { interval: Interval; rules: Rules },
  trace: Trace,
): MathResult {
  const approximate = realValueOf(value) ?? 0
  for (const [rule, found] of Object.entries(rules)) {
    if (!found.hasConverged) continue
    trace.confirm('numeric-comparison', {
      quadrature: rule,
      value: found.value,
      difference: Math.abs(found.value - approximate),
    })
  }
  return {
    answer: print(value),
    latex: printLatex(value),
    exact: true,
    approximate,
    variable: interval.variable,
    domain: describe(interval),
  }
}

function describe({ variable, lower, upper }: Interval): string {
  return `${variable} from ${print(lower)} to ${print(upper)}`
}
