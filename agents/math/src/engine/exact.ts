import { BOUNDS } from './bounds.ts'
import type { Expression } from './expression.ts'
import { badInput, unsolved } from './failure.ts'
import type { Rational } from './rational.ts'
import * as Q from './rational.ts'

/**
 * The value of an expression without variables where every step of it is rational; null where one is not.
 * Whole numbers of any length stay exact.
 *
 * @throws MathFailure UNSOLVED for a division by zero, BAD_INPUT beyond the bounds
 */
export function exactValue(expression: Expression): Rational | null {
  if (expression.kind === 'number') return expression.value
  if (expression.kind !== 'call') return null
  const args: Rational[] = []
  for (const arg of expression.args) {
    const value = exactValue(arg)
    if (!value) return null
    args.push(value)
  }
  const rule = RULES.get(expression.head)
  return rule ? rule(args) : null
}

type Rule = (args: readonly Rational[]) => Rational | null

const first = (args: readonly Rational[]): Rational => args[0] ?? Q.ZERO
const second = (args: readonly Rational[]): Rational => args[1] ?? Q.ZERO

const RULES: ReadonlyMap<string, Rule> = new Map<string, Rule>([
  ['add', (args) => args.reduce(Q.add)],
  ['multiply', (args) => args.reduce(Q.multiply)],
  ['negate', (args) => Q.negate(first(args))],
  ['divide', (args) => quotient(first(args), second(args))],
  ['pow', (args) => raise(first(args), second(args))],
  ['sqrt', (args) => root(first(args), 2)],
  ['cbrt', (args) => root(first(args), 3)],
  [
    'nthRoot',
    (args) => (second(args).d === 1n && second(args).n > 0n ? root(first(args), Number(second(args).n)) : null),
  ],
  ['abs', (args) => ({ n: Q.absolute(first(args).n), d: first(args).d })],
  ['sign', (args) => Q.rational(Q.compare(first(args), Q.ZERO))],
  ['floor', (args) => Q.rational(Q.floor(first(args)))],
  ['ceil', (args) => Q.rational(-Q.floor(Q.negate(first(args))))],
  ['round', (args) => Q.rational(roundHalfAway(first(args)))],
  ['factorial', (args) => factorial(first(args))],
  ['gamma', (args) => (first(args).n > 0n ? factorial(Q.subtract(first(args), Q.ONE)) : null)],
  ['combinations', (args) => combinations(first(args), second(args))],
  ['mod', (args) => modulo(first(args), second(args))],
  ['gcd', (args) => whole(args, (a, b) => Q.greatestCommonDivisor(a, b))],
  ['lcm', (args) => whole(args, leastCommonMultiple)],
  ['min', (args) => args.reduce((a, b) => (Q.compare(a, b) <= 0 ? a : b))],
  ['max', (args) => args.reduce((a, b) => (Q.compare(a, b) >= 0 ? a : b))],
])

function quotient(a: Rational, b: Rational): Rational {
  if (b.n === 0n) throw unsolved('division by zero: the expression has no value')
  return Q.divide(a, b)
}

function digitsOf(value: bigint): number {
  return value.toString(16).length * 1.21
}

function raise(base: Rational, exponent: Rational): Rational | null {
  if (exponent.d !== 1n) return fractionalPower(base, exponent)
  if (base.n === 0n && exponent.n <= 0n) throw unsolved('0 to a power that is not positive has no value')
  const by = Number(exponent.n)
  if (Q.absolute(base.n) === 1n && base.d === 1n)
    return base.n === 1n || exponent.n % 2n === 0n ? Q.ONE : Q.rational(-1)
  if (Math.max(digitsOf(base.n), digitsOf(base.d)) * Math.abs(by) > BOUNDS.resultDigits * 1.5) {
    throw badInput(`a power has more than ${BOUNDS.resultDigits} digits`)
  }
  return Q.power(base, by)
}

/** 8^(2/3) is 4; 2^(1/2) is not rational, and (-8)^(1/3) is complex. */
function fractionalPower(base: Rational, exponent: Rational): Rational | null {
  if (base.n < 0n || exponent.d > 100n) return null
  const by = root(base, Number(exponent.d))
  return by && raise(by, Q.rational(exponent.n))
}

function root(value: Rational, degree: number): Rational | null {
  if (degree > 100) return null
  const isNegative = value.n < 0n
  if (isNegative && degree % 2 === 0) return null
  const [n, d] = [Q.exactRoot(Q.absolute(value.n), degree), Q.exactRoot(value.d, degree)]
  return n === null || d === null ? null : Q.rational(isNegative ? -n : n, d)
}

function roundHalfAway(value: Rational): bigint {
  const magnitude = Q.floor(Q.add({ n: Q.absolute(value.n), d: value.d }, Q.rational(1, 2)))
  return value.n < 0n ? -magnitude : magnitude
}

function factorial(value: Rational): Rational | null {
  if (value.d !== 1n) return null
  if (value.n < 0n) throw unsolved('the factorial of a negative whole number has no value')
  if (value.n > BigInt(BOUNDS.factorial)) throw badInput(`factorial: the argument is above ${BOUNDS.factorial}`)
  let result = 1n
  for (let k = 2n; k <= value.n; k += 1n) result *= k
  return Q.rational(result)
}

function combinations(n: Rational, k: Rational): Rational | null {
  if (n.d !== 1n || k.d !== 1n || k.n < 0n || n.n < k.n) return null
  if (n.n > BigInt(BOUNDS.factorial)) throw badInput(`combinations: n is above ${BOUNDS.factorial}`)
  const steps = k.n < n.n - k.n ? k.n : n.n - k.n
  let result = 1n
  for (let j = 1n; j <= steps; j += 1n) result = (result * (n.n - steps + j)) / j
  return Q.rational(result)
}

function modulo(a: Rational, b: Rational): Rational {
  if (b.n === 0n) throw unsolved('a remainder by zero has no value')
  return Q.subtract(a, Q.multiply(b, Q.rational(Q.floor(Q.divide(a, b)))))
}

function whole(args: readonly Rational[], combine: (a: bigint, b: bigint) => bigint): Rational | null {
  if (args.some(({ d }) => d !== 1n)) return null
  return Q.rational(args.map(({ n }) => Q.absolute(n)).reduce(combine))
}

function leastCommonMultiple(a: bigint, b: bigint): bigint {
  return a === 0n || b === 0n ? 0n : (a / Q.greatestCommonDivisor(a, b)) * b
}
