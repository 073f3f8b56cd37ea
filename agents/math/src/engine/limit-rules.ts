import { mathjsDerivative, simplest } from './candidates.ts'
import type { Expression } from './expression.ts'
import { call, contains, infinitySign, number, product, substitute, sum, symbol, usesHead } from './expression.ts'
import {
  AT_INFINITY,
  CONTINUOUS,
  INFINITY,
  MINUS_INFINITY,
  STEPS,
  byConjugate,
  divideByPower,
  isContinuous,
  replaceSteps,
} from './limit-forms.ts'
import { realValueOf } from './numeric.ts'
import { tidy } from './tidy.ts'
import type { Way } from './verify-limit.ts'
import { approach } from './verify-limit.ts'

/** A limit in the extended reals. */
type Limit = Expression | null

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

function bySubstitution(expression: Expression, { variable, point }: Way): Limit {
  if (!point || !isContinuous(expression)) return null
  const value = substitute(expression, variable, point)
  return realValueOf(value) === null ? null : tidy(value)
}

/** Near the point from one side a step function is constant: what its values there show takes its place. */
function withoutSteps(expression: Expression, way: Way, round: number): Limit {
  const replaced = replaceSteps(expression, way)
  return replaced && !usesHead(replaced, STEPS) ? limitByRules(replaced, way, round + 1) : null
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
