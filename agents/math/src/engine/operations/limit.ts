import { simplest } from '../candidates.ts'
import * as cortex from '../cortex.ts'
import type { Expression } from '../expression.ts'
import { call, infinitySign, number, symbol, variablesOf } from '../expression.ts'
import { badInput, unsolved, unverified } from '../failure.ts'
import { limitByRules } from '../limit-rules.ts'
import { realValueOf } from '../numeric.ts'
import { parseExpression } from '../parse.ts'
import { print, printLatex } from '../print.ts'
import type { Json, MathResult } from '../problem.ts'
import type { Trace } from '../trace.ts'
import { requireVariable } from '../variable.ts'
import type { Approach, Way } from '../verify-limit.ts'
import { approach, convergesTo } from '../verify-limit.ts'
import type { Operation } from './operation.ts'

/** A limit over the reals, from one side or from both; where the sides differ, the answer says that there is none. */
export const limit: Operation<'limit'> = (problem, trace) => {
  const expression = parseExpression(problem.expression)
  const variable = requireVariable(expression, problem.variable)
  if (variablesOf(expression).length > 1) throw badInput('expression: a limit needs all symbols but one to be numbers')
  const point = parseExpression(String(problem.point), 'point', { infinity: true })
  if (variablesOf(point).length > 0) throw badInput('point: it is not a number')
  trace.step('parse', { expression: print(expression), variable, point: print(point) })
  const sign = infinitySign(point)
  if (sign === 0 && realValueOf(point) === null) throw badInput('point: it is not a real number')
  if (sign !== 0) return oneSided(expression, { variable, point: null, side: sign > 0 ? 1 : -1 }, trace)
  const sides = { left: [-1], right: [1], both: [-1, 1] } as const
  const ways = sides[problem.direction ?? 'both'].map((side): Way => ({ variable, point, side }))
  const [first, second] = ways
  if (first && second) return twoSided(expression, [first, second], trace)
  if (!first) throw badInput('direction: it is none')
  return oneSided(expression, first, trace)
}

interface Found {
  readonly value: Expression
  readonly seen: Approach
}

function find(expression: Expression, way: Way): Found | null {
  const seen = approach(expression, way)
  for (const candidate of candidates(expression, way)) {
    if (confirms(seen, candidate)) return { value: infinitySign(candidate) === 0 ? tidy(candidate) : candidate, seen }
  }
  return null
}

function* candidates(expression: Expression, way: Way): Generator<Expression> {
  const point = way.point ?? (way.side > 0 ? symbol('Infinity') : call('negate', symbol('Infinity')))
  const sides = way.point ? ([way.side, 0] as const) : ([0] as const)
  for (const side of sides) {
    const candidate = cortex.limitOf(expression, way.variable, { point, side })
    if (candidate && variablesOf(candidate).length === 0) yield candidate
  }
  const ruled = limitByRules(expression, way)
  if (ruled && variablesOf(ruled).length === 0) yield ruled
  const tendency = approach(expression, way).tendency
  const reciprocal =
    tendency === 'grows' || tendency === 'falls'
      ? limitByRules(simplest(call('divide', number(1), expression)).expression, way)
      : null
  // 1 / f vanishes and f keeps its sign: then f grows without bound.
  if (reciprocal && Math.abs(realValueOf(reciprocal) ?? 1) < 1e-30)
    yield tendency === 'grows' ? symbol('Infinity') : call('negate', symbol('Infinity'))
  const simpler = simplest(expression).expression
  const again = print(simpler) === print(expression) ? null : limitByRules(simpler, way)
  if (again && variablesOf(again).length === 0) yield again
}

function tidy(value: Expression): Expression {
  return simplest(cortex.evaluateExactly(value) ?? value).expression
}

function confirms(seen: Approach, candidate: Expression): boolean {
  const sign = infinitySign(candidate)
  if (sign !== 0) return seen.tendency === (sign > 0 ? 'grows' : 'falls')
  const value = realValueOf(candidate)
  return value !== null && convergesTo(seen, value)
}

function record(trace: Trace, way: Way, { value, seen }: Found): void {
  trace.confirm('one-sided-values', {
    side: way.point ? (way.side > 0 ? 'right' : 'left') : 'towards infinity',
    limit: print(value),
    distances: seen.steps.slice(-4),
    values: seen.values.slice(-4).map(showValue),
  })
}

function showValue(value: number): Json {
  return Number.isFinite(value) ? value : String(value)
}

function oneSided(expression: Expression, way: Way, trace: Trace): MathResult {
  trace.step('solve')
  const found = find(expression, way)
  trace.step('verify')
  if (!found) throw explain(approach(expression, way))
  record(trace, way, found)
  return answerWith(found.value, way.variable)
}

function twoSided(expression: Expression, [below, above]: readonly [Way, Way], trace: Trace): MathResult {
  trace.step('solve')
  const [left, right] = [find(expression, below), find(expression, above)]
  trace.step('verify')
  if (left) record(trace, below, left)
  if (right) record(trace, above, right)
  if (left && right)
    return areEqual(left.value, right.value) ? answerWith(left.value, below.variable) : noLimit(left, right, below)
  const [seenLeft, seenRight] = [approach(expression, below), approach(expression, above)]
  if (right && seenLeft.tendency === 'undefined') return onlyFrom('right', right, below)
  if (left && seenRight.tendency === 'undefined') return onlyFrom('left', left, below)
  throw explain(left ? seenRight : seenLeft)
}

function areEqual(a: Expression, b: Expression): boolean {
  const signs = [infinitySign(a), infinitySign(b)]
  if (signs[0] !== 0 || signs[1] !== 0) return signs[0] === signs[1]
  const [x, y] = [realValueOf(a) ?? Number.NaN, realValueOf(b) ?? Number.NaN]
  return Math.abs(x - y) <= 1e-12 * Math.max(1, Math.abs(x))
}

function answerWith(value: Expression, variable: string): MathResult {
  const approximate = infinitySign(value) === 0 ? realValueOf(value) : null
  return {
    answer: print(value),
    latex: printLatex(value),
    exact: true,
    variable,
    domain: 'real numbers',
    ...(approximate !== null && { approximate }),
  }
}

function noLimit(left: Found, right: Found, { variable }: Way): MathResult {
  return {
    answer: 'does not exist',
    latex: '\\text{does not exist}',
    exact: true,
    variable,
    domain: 'real numbers',
    left: print(left.value),
    right: print(right.value),
    assumptions: [`from the left it is ${print(left.value)}, from the right ${print(right.value)}`],
  }
}

function onlyFrom(side: 'left' | 'right', found: Found, { variable }: Way): MathResult {
  return {
    ...answerWith(found.value, variable),
    assumptions: [`the expression is real only on the ${side} of the point`],
    [side]: print(found.value),
  }
}

function explain(seen: Approach): Error {
  if (seen.tendency === 'undefined') return unsolved('the expression has no real values near the point')
  if (seen.tendency === 'unclear') return unsolved('no limit was found: the values near the point do not settle')
  return unverified('no limit that was found is confirmed by the values near the point')
}
