import { mathjsDerivative, simplest } from './candidates.ts'
import { tidy } from './tidy.ts'
import type { Expression } from './expression.ts'
import { call, contains, infinitySign, number, product, substitute, sum, symbol, usesHead } from './expression.ts'
import { realValueOf } from './numeric.ts'
import * as Q from './rational.ts'
import type { Way } from './verify-limit.ts'
import { approach } from './verify-limit.ts'

/** A limit in the extended reals. */
type Limit = Expression | null

const INFINITY = symbol('Infinity')
const MINUS_INFINITY = call('negate', INFINITY)
const MOST_ROUNDS = 8

/**
 * The limit by the rules of a first course: continuity, the algebra of limits, L'Hopital's rule, f^g as e^(g ln f), and
 * the conjugate of a difference of roots. Null where they do not decide. The caller confirms what they say by values.
 */
export function limitByRules(expression: Expression, way: Way, round = 0): Limit {
  if (!contains(expression, way.variable)) return expression
  if (round > MOST_ROUNDS) return null
  if (usesHead(expression, STEPS)) return withoutSteps(expression, way, round)
  const direct = bySubstitution(expression, way)
  if (direct) return direct
  if (expression.kind === 'symbol') return way.point ?? (way.side > 0 ? INFINITY : MINUS_INFINITY)
  if (expression.kind !== 'call') return null
  const [first, second] = expression.args
  if (!first) return null
  switch (expression.head) {
    case 'negate':
      return negated(limitByRules(first, way, round))
    case 'add':
      return ofSum(expression.args, way, round)
    case 'multiply':
      return ofProduct(expression.args, way, round)
    case 'divide':
      return second ? ofQuotient(first, second, { way, round }) : null
    case 'pow':
      return second ? ofPower(first, second, { way, round }) : null
    default:
      return ofFunction(expression.head, first, { way, round })
  }
}

interface Context {
  readonly way: Way
  readonly round: number
}

/** Functions whose limit at a place where they are defined is their value there. */
const CONTINUOUS = new Set([
  'add',
  'multiply',
  'divide',
  'negate',
  'pow',
  'sqrt',
  'cbrt',
  'exp',
  'log',
  'sin',
  'cos',
  'tan',
  'atan',
  'sinh',
  'cosh',
  'tanh',
  'abs',
  'asin',
  'acos',
  'log10',
  'log2',
  'erf',
  'asinh',
  'sec',
  'csc',
  'cot',
  'sech',
  'coth',
  'atanh',
  'acosh',
  'nthRoot',
])

function bySubstitution(expression: Expression, { variable, point }: Way): Limit {
  if (!point || !isContinuous(expression)) return null
  const value = substitute(expression, variable, point)
  return realValueOf(value) === null ? null : tidy(value)
}

/** Functions that are constant on either side of a jump. */
const STEPS = ['floor', 'ceil', 'round', 'sign']

/** Near the point from one side a step function is constant: what its values there show takes its place. */
function withoutSteps(expression: Expression, way: Way, round: number): Limit {
  const replaced = replaceSteps(expression, way)
  return replaced && !usesHead(replaced, STEPS) ? limitByRules(replaced, way, round + 1) : null
}

function replaceSteps(expression: Expression, way: Way): Expression | null {
  if (expression.kind !== 'call') return expression
  if (STEPS.includes(expression.head) && contains(expression, way.variable)) {
    const values = new Set(way.point ? approach(expression, way).values.slice(-6) : [Number.NaN])
    const [only = Number.NaN] = values
    return values.size === 1 && Number.isInteger(only) ? number(only) : null
  }
  const args = expression.args.map((arg) => replaceSteps(arg, way))
  return args.every((arg) => arg !== null) ? { ...expression, args } : null
}

function isContinuous(expression: Expression): boolean {
  if (expression.kind !== 'call') return expression.kind !== 'array'
  return CONTINUOUS.has(expression.head) && expression.args.every(isContinuous)
}

function negated(limit: Limit): Limit {
  if (!limit) return null
  if (limit.kind === 'number') return number({ n: -limit.value.n, d: limit.value.d })
  return infinitySign(limit) < 0 ? INFINITY : call('negate', limit)
}

function isZero(limit: Expression): boolean {
  return infinitySign(limit) === 0 && Math.abs(realValueOf(limit) ?? 1) < 1e-30
}

function signedInfinity(sign: number): Expression {
  return sign > 0 ? INFINITY : MINUS_INFINITY
}

function ofSum(terms: readonly Expression[], way: Way, round: number): Limit {
  const limits = terms.map((term) => limitByRules(term, way, round))
  if (limits.every((limit) => limit !== null)) {
    const signs = new Set(limits.map((limit) => (limit ? infinitySign(limit) : 0)).filter((sign) => sign !== 0))
    if (signs.size === 0) return tidy(sum(limits.filter((limit) => limit !== null)))
    if (signs.size === 1) return signedInfinity([...signs][0] ?? 1)
  }
  const conjugated = byConjugate(terms)
  if (conjugated) return limitByRules(conjugated, way, round + 1)
  const together = simplest(sum(terms)).expression
  return together.kind === 'call' && together.head !== 'add'
    ? limitByRules(together, way, round + 1)
    : byLeadingTerm(terms, way, round)
}

/** a + b = (a^2 - b^2) / (a - b), where one of the two is a square root. */
function byConjugate(terms: readonly Expression[]): Expression | null {
  const isRoot = (term: Expression): boolean =>
    term.kind === 'call' && (term.head === 'sqrt' || (term.head === 'negate' && term.args.some(isRoot)))
  const root = terms.find(isRoot)
  if (!root || terms.length < 2) return null
  const rest = sum(terms.filter((term) => term !== root))
  const squares = call('add', call('pow', root, number(2)), call('negate', call('pow', rest, number(2))))
  return call('divide', simplest(squares).expression, tidy(call('add', root, call('negate', rest))))
}

/** infinity - infinity: the sum is t (1 + rest / t) for its first term t. */
function byLeadingTerm(terms: readonly Expression[], way: Way, round: number): Limit {
  const [first, ...rest] = terms
  if (!first || rest.length === 0) return null
  const ratio = limitByRules(call('divide', sum(rest), first), way, round + 2)
  if (!ratio) return null
  const whole = tidy(sum([number(1), ratio]))
  if (infinitySign(ratio) === 0 && isZero(whole)) return null
  return ofProduct([first, infinitySign(ratio) === 0 ? whole : ratio], way, round + 1)
}

function ofProduct(factors: readonly Expression[], way: Way, round: number): Limit {
  const limits = factors.map((factor) => limitByRules(factor, way, round))
  const known = limits.filter((limit) => limit !== null)
  if (known.length < limits.length) return null
  const zeros = factors.filter((_, k) => isZero(known[k] ?? number(1)))
  const infinite = known.filter((limit) => infinitySign(limit) !== 0)
  if (infinite.length === 0) return zeros.length > 0 ? number(0) : tidy(product(known))
  if (zeros.length === 0) {
    const sign = known.reduce((total, limit) => total * (infinitySign(limit) || Math.sign(realValueOf(limit) ?? 0)), 1)
    return sign === 0 ? null : signedInfinity(sign)
  }
  const others = factors.filter((factor) => !zeros.includes(factor))
  const down = ofQuotient(product(zeros), reciprocal(product(others)), { way, round: round + 1 })
  return down ?? ofQuotient(product(others), reciprocal(product(zeros)), { way, round: round + 1 })
}

function reciprocal(expression: Expression): Expression {
  if (expression.kind === 'call' && expression.head === 'exp')
    return call('exp', call('negate', expression.args[0] ?? number(0)))
  return simplest(call('divide', number(1), expression)).expression
}

function ofQuotient(top: Expression, bottom: Expression, { way, round }: Context): Limit {
  const [above, below] = [limitByRules(top, way, round), limitByRules(bottom, way, round)]
  if (!above || !below || round > MOST_ROUNDS) return null
  const [up, down] = [infinitySign(above), infinitySign(below)]
  if (up === 0 && down !== 0) return number(0)
  if (up === 0 && !isZero(below)) return tidy(call('divide', above, below))
  if (up !== 0 && down === 0 && !isZero(below)) return signedInfinity(up * Math.sign(realValueOf(below) ?? 1))
  const compared = up !== 0 && down !== 0 && !way.point ? byOrder(top, bottom, { way, round }) : null
  if (compared) return compared
  const isIndeterminate = (up !== 0 && down !== 0) || (isZero(above) && isZero(below))
  if (isIndeterminate) return byHopital(top, bottom, { way, round })
  const seen = approach(call('divide', top, bottom), way).tendency
  return seen === 'grows' ? INFINITY : seen === 'falls' ? MINUS_INFINITY : null
}

/** infinity / infinity of algebraic terms: above and below the line by the power of x that the lower one grows like. */
function byOrder(top: Expression, bottom: Expression, { way, round }: Context): Limit {
  const far = approach(bottom, way).values.slice(-2)
  const order = Math.round(2 * Math.log10(Math.abs((far[1] ?? 0) / (far[0] ?? 1))) * ORDER_SCALE) / 2
  if (!(order > 0) || order > 20) return null
  const mirrored =
    way.side < 0
      ? [top, bottom].map((each) => tidy(substitute(each, way.variable, call('negate', symbol(way.variable)))))
      : [top, bottom]
  const [above, below] = mirrored.map((each) => divideByPower(each, way.variable, order))
  const up: Way = { ...way, side: 1 }
  return above && below ? ofQuotient(above, below, { way: up, round: round + 2 }) : null
}

/** The last two places of an approach towards infinity are a factor of 17 / 1.5 apart. */
const ORDER_SCALE = 1 / Math.log10(17 / 1.5)

/** expression / x^order for x > 0, the power taken into sums, products and square roots; null where it does not go. */
function divideByPower(expression: Expression, variable: string, order: number): Expression | null {
  if (!contains(expression, variable)) return call('divide', expression, power(variable, order))
  if (expression.kind === 'symbol') return order === 1 ? number(1) : power(variable, 1 - order)
  if (expression.kind !== 'call') return null
  const [first, second] = expression.args
  if (!first) return null
  switch (expression.head) {
    case 'add': {
      const terms = expression.args.map((term) => divideByPower(term, variable, order))
      return terms.every((term) => term !== null) ? sum(terms) : null
    }
    case 'negate': {
      const inner = divideByPower(first, variable, order)
      return inner && call('negate', inner)
    }
    case 'multiply': {
      const factor = expression.args.find((arg) => contains(arg, variable)) ?? first
      const inner = divideByPower(factor, variable, order)
      return inner && product(expression.args.map((arg) => (arg === factor ? inner : arg)))
    }
    case 'sqrt': {
      const inner = divideByPower(first, variable, 2 * order)
      return inner && call('sqrt', inner)
    }
    case 'pow':
      if (first.kind !== 'symbol' || second?.kind !== 'number') return null
      return power(variable, Q.toNumber(second.value) - order)
    default:
      return null
  }
}

function power(variable: string, exponent: number): Expression {
  if (exponent === 0) return number(1)
  const by = number(Q.fromDecimal(Math.abs(exponent)))
  const raised = Math.abs(exponent) === 1 ? symbol(variable) : call('pow', symbol(variable), by)
  return exponent > 0 ? raised : call('divide', number(1), raised)
}

function byHopital(top: Expression, bottom: Expression, { way, round }: Context): Limit {
  const [up, down] = [mathjsDerivative(top, way.variable), mathjsDerivative(bottom, way.variable)]
  if (!up || !down) return null
  return limitByRules(simplest(call('divide', up, down)).expression, way, round + 1)
}

function ofPower(base: Expression, exponent: Expression, { way, round }: Context): Limit {
  const [below, above] = [limitByRules(base, way, round), limitByRules(exponent, way, round)]
  if (below && !contains(exponent, way.variable) && infinitySign(below) !== 0) {
    const by = realValueOf(exponent) ?? 0
    if (by <= 0) return number(by < 0 ? 0 : 1)
    if (infinitySign(below) > 0) return INFINITY
    return Number.isInteger(by) ? signedInfinity(by % 2 === 0 ? 1 : -1) : null
  }
  if (!below || !above || !contains(exponent, way.variable)) return null
  const inner = ofProduct([exponent, call('log', base)], way, round + 1)
  return inner && exponential(inner)
}

function exponential(inner: Expression): Expression {
  const sign = infinitySign(inner)
  if (sign !== 0) return sign > 0 ? INFINITY : number(0)
  return isZero(inner) ? number(1) : call('pow', symbol('e'), inner)
}

const AT_INFINITY: Readonly<Record<string, readonly [Limit, Limit]>> = {
  exp: [number(0), INFINITY],
  log: [null, INFINITY],
  log10: [null, INFINITY],
  log2: [null, INFINITY],
  sqrt: [null, INFINITY],
  cbrt: [MINUS_INFINITY, INFINITY],
  atan: [call('negate', call('divide', symbol('pi'), number(2))), call('divide', symbol('pi'), number(2))],
  tanh: [number(-1), number(1)],
  erf: [number(-1), number(1)],
  sinh: [MINUS_INFINITY, INFINITY],
  cosh: [INFINITY, INFINITY],
  asinh: [MINUS_INFINITY, INFINITY],
  abs: [INFINITY, INFINITY],
}

function ofFunction(head: string, argument: Expression, { way, round }: Context): Limit {
  const inner = limitByRules(argument, way, round)
  if (!inner) return null
  const sign = infinitySign(inner)
  if (sign !== 0) return AT_INFINITY[head]?.[sign < 0 ? 0 : 1] ?? null
  if (['log', 'log10', 'log2'].includes(head) && isZero(inner)) {
    return approach(call(head, argument), way).tendency === 'falls' ? MINUS_INFINITY : null
  }
  const value = call(head, inner)
  return CONTINUOUS.has(head) && realValueOf(value) !== null ? tidy(value) : null
}
