import { exactValue } from './exact.ts'
import type { Expression } from './expression.ts'
import { call, mapChildren, number, product, sum } from './expression.ts'
import type { Rational } from './rational.ts'
import * as Q from './rational.ts'

/**
 * The same expression as one would write it: numbers worked out and in front, one quotient rather than fractions among
 * factors, negative powers below the line, factors in the usual order, no sum that begins with a minus where it need not.
 */
export function tidy(expression: Expression): Expression {
  if (expression.kind === 'number' || expression.kind === 'symbol') return expression
  const inner = mapChildren(expression, tidy)
  return asNumber(inner) ?? rewrite(inner)
}

function asNumber(expression: Expression): Expression | null {
  try {
    const value = exactValue(expression)
    return value && number(value)
  } catch {
    // Without a value, such as 1/0: it stays as it is written.
    return null
  }
}

function rewrite(expression: Expression): Expression {
  if (expression.kind !== 'call') return expression
  const [base, exponent] = expression.args
  switch (expression.head) {
    case 'add':
      return tidySum(expression.args)
    case 'multiply':
    case 'divide':
    case 'negate':
      return tidyProduct(expression)
    case 'pow':
      if (base && exponent?.kind === 'number') return tidyPower(base, exponent.value)
      return expression
    default:
      return expression
  }
}

function tidyPower(base: Expression, exponent: Rational): Expression {
  if (exponent.n === 1n && exponent.d === 1n) return base
  if (exponent.n === 0n) return number(1)
  if (exponent.n === 1n && exponent.d === 2n) return call('sqrt', base)
  const [inner] = base.kind === 'call' ? base.args : []
  if (base.kind === 'call' && inner && exponent.d === 1n && exponent.n % 2n === 0n) {
    if (base.head === 'sqrt') return tidyPower(inner, Q.rational(exponent.n / 2n))
    if (base.head === 'negate') return tidyPower(inner, exponent)
  }
  if (exponent.n >= 0n) return call('pow', base, number(exponent))
  return call('divide', number(1), tidyPower(base, Q.negate(exponent)))
}

function tidySum(terms: readonly Expression[]): Expression {
  const flat = terms.flatMap((term) => (term.kind === 'call' && term.head === 'add' ? term.args : [term]))
  const constant = flat
    .filter((term) => term.kind === 'number')
    .reduce((total, term) => Q.add(total, term.value), Q.ZERO)
  const numbers = flat.filter((term) => term.kind === 'number').length
  const others = flat.filter((term) => term.kind !== 'number')
  // One number stays where it stands, several become one at the end.
  const kept =
    numbers > 1 ? [...others, ...(constant.n === 0n ? [] : [number(constant)])] : flat.filter((term) => !isZero(term))
  const firstPositive = kept.findIndex((term) => !isNegative(term))
  if (firstPositive <= 0) return sum(kept)
  const front = kept[firstPositive]
  return front ? sum([front, ...kept.filter((_, index) => index !== firstPositive)]) : sum(kept)
}

function isZero(expression: Expression): boolean {
  return expression.kind === 'number' && expression.value.n === 0n
}

function isNegative(term: Expression): boolean {
  if (term.kind === 'number') return term.value.n < 0n
  return (
    term.kind === 'call' &&
    (term.head === 'negate' || (term.head === 'divide' && term.args[0] !== undefined && isNegative(term.args[0])))
  )
}

interface Factors {
  coefficient: Rational
  readonly above: Expression[]
  readonly below: Expression[]
}

function tidyProduct(expression: Expression): Expression {
  const factors: Factors = { coefficient: Q.ONE, above: [], below: [] }
  if (!collect(expression, factors, true)) return expression
  const { coefficient, above, below } = factors
  if (coefficient.n === 0n) return number(0)
  const size = Q.absolute(coefficient.n)
  const top = product([number(size), ...inOrder(above)])
  const bottom = product([number(coefficient.d), ...inOrder(below)])
  const isWhole = bottom.kind === 'number' && bottom.value.n === 1n && bottom.value.d === 1n
  const magnitude = isWhole ? top : call('divide', top, bottom)
  if (coefficient.n > 0n) return magnitude
  return magnitude.kind === 'number' ? number(Q.negate(magnitude.value)) : call('negate', magnitude)
}

/** Sorts the factors of a product into those above and below the line; false where it divides by zero. */
function collect(expression: Expression, into: Factors, isAbove: boolean): boolean {
  if (expression.kind === 'number') {
    if (!isAbove && expression.value.n === 0n) return false
    into.coefficient = isAbove
      ? Q.multiply(into.coefficient, expression.value)
      : Q.divide(into.coefficient, expression.value)
    return true
  }
  const [first, second] = expression.kind === 'call' ? expression.args : []
  if (expression.kind === 'call' && first) {
    switch (expression.head) {
      case 'multiply':
        return expression.args.every((arg) => collect(arg, into, isAbove))
      case 'negate':
        into.coefficient = Q.negate(into.coefficient)
        return collect(first, into, isAbove)
      case 'divide':
        return collect(first, into, isAbove) && second !== undefined && collect(second, into, !isAbove)
    }
  }
  ;(isAbove ? into.above : into.below).push(expression)
  return true
}

function inOrder(factors: readonly Expression[]): Expression[] {
  return factors
    .map((factor, index) => ({ factor, index, rank: rankOf(factor) }))
    .sort((a, b) => a.rank - b.rank || a.index - b.index)
    .map(({ factor }) => factor)
}

/** Roots of numbers, constants, variables and their powers, exponentials, sums, functions; i at the very end. */
function rankOf(factor: Expression): number {
  if (factor.kind === 'symbol') return factor.name === 'i' ? 9 : factor.name === 'pi' || factor.name === 'e' ? 2 : 3
  if (factor.kind !== 'call') return 0
  const [base] = factor.args
  switch (factor.head) {
    case 'sqrt':
    case 'nthRoot':
    case 'cbrt':
      return base?.kind === 'number' ? 1 : 6
    case 'exp':
      return 4
    case 'pow':
      if (base?.kind === 'symbol') return base.name === 'e' ? 4 : 3
      return base?.kind === 'number' ? 1 : 5
    case 'add':
      return 5
    default:
      return 6
  }
}
