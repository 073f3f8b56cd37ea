import type { Expression } from './expression.ts'
import { call, number, product, sum, symbol } from './expression.ts'
import type { Rational } from './rational.ts'
import * as Q from './rational.ts'

/** Exact coefficients from the constant term up, without leading zeros; the zero polynomial is empty. */
export type Polynomial = readonly Rational[]

export const ONE: Polynomial = [Q.ONE]

export function trim(coefficients: readonly Rational[]): Polynomial {
  let length = coefficients.length
  while (length > 0 && coefficients[length - 1]?.n === 0n) length -= 1
  return coefficients.slice(0, length)
}

/** -1 for the zero polynomial. */
export function degreeOf(p: Polynomial): number {
  return p.length - 1
}

export function leadingOf(p: Polynomial): Rational {
  return p[p.length - 1] ?? Q.ZERO
}

export function add(a: Polynomial, b: Polynomial): Polynomial {
  return trim(Array.from({ length: Math.max(a.length, b.length) }, (_, k) => Q.add(a[k] ?? Q.ZERO, b[k] ?? Q.ZERO)))
}

export function scale(p: Polynomial, by: Rational): Polynomial {
  return trim(p.map((coefficient) => Q.multiply(coefficient, by)))
}

function subtract(a: Polynomial, b: Polynomial): Polynomial {
  return add(a, scale(b, Q.rational(-1)))
}

export function multiply(a: Polynomial, b: Polynomial): Polynomial {
  if (a.length === 0 || b.length === 0) return []
  const result: Rational[] = Array.from({ length: a.length + b.length - 1 }, () => Q.ZERO)
  a.forEach((x, i) => {
    b.forEach((y, j) => {
      if (x.n !== 0n && y.n !== 0n) result[i + j] = Q.add(result[i + j] ?? Q.ZERO, Q.multiply(x, y))
    })
  })
  return trim(result)
}

export function power(p: Polynomial, exponent: number): Polynomial {
  let result = ONE
  for (let k = 0; k < exponent; k += 1) result = multiply(result, p)
  return result
}

/** a = quotient * b + remainder. @throws RangeError where b is zero */
export function divide(a: Polynomial, b: Polynomial): { quotient: Polynomial; remainder: Polynomial } {
  if (b.length === 0) throw new RangeError('division by zero')
  const quotient: Rational[] = Array.from({ length: Math.max(0, a.length - b.length + 1) }, () => Q.ZERO)
  const rest = [...a]
  for (let k = quotient.length - 1; k >= 0; k -= 1) {
    const factor = Q.divide(rest[k + b.length - 1] ?? Q.ZERO, leadingOf(b))
    quotient[k] = factor
    if (factor.n === 0n) continue
    b.forEach((coefficient, j) => {
      rest[k + j] = Q.subtract(rest[k + j] ?? Q.ZERO, Q.multiply(factor, coefficient))
    })
  }
  return { quotient: trim(quotient), remainder: trim(rest) }
}

export function isDivisibleBy(a: Polynomial, b: Polynomial): boolean {
  return divide(a, b).remainder.length === 0
}

export function monic(p: Polynomial): Polynomial {
  return p.length === 0 ? p : scale(p, Q.divide(Q.ONE, leadingOf(p)))
}

/** The monic greatest common divisor. */
export function greatestCommonDivisor(a: Polynomial, b: Polynomial): Polynomial {
  let [x, y] = [monic(a), monic(b)]
  while (y.length > 0) [x, y] = [y, monic(divide(x, y).remainder)]
  return x
}

function derivative(p: Polynomial): Polynomial {
  return trim(p.slice(1).map((coefficient, k) => Q.multiply(coefficient, Q.rational(k + 1))))
}

export function areEqual(a: Polynomial, b: Polynomial): boolean {
  return subtract(a, b).length === 0
}

/** The same up to a positive factor, with whole coefficients that share no divisor, and that factor. */
export function primitive(p: Polynomial): { content: Rational; part: Polynomial } {
  if (p.length === 0) return { content: Q.ZERO, part: p }
  const denominator = p.reduce((all, { d }) => (all * d) / Q.greatestCommonDivisor(all, d), 1n)
  const divisor = p.reduce((all, { n, d }) => Q.greatestCommonDivisor(all, (n * denominator) / d), 0n)
  const sign = leadingOf(p).n < 0n ? -1n : 1n
  const content = Q.rational(sign * divisor, denominator)
  return { content, part: scale(p, Q.divide(Q.ONE, content)) }
}

/** p = content * product of part^multiplicity, the parts without repeated roots and coprime (Yun 1976). */
export function squareFreeParts(p: Polynomial): { part: Polynomial; multiplicity: number }[] {
  const parts: { part: Polynomial; multiplicity: number }[] = []
  const slope = derivative(p)
  const common = greatestCommonDivisor(p, slope)
  let b = divide(p, common).quotient
  let d = subtract(divide(slope, common).quotient, derivative(b))
  for (let multiplicity = 1; degreeOf(b) > 0; multiplicity += 1) {
    const part = greatestCommonDivisor(b, d)
    if (degreeOf(part) > 0) parts.push({ part: primitive(part).part, multiplicity })
    b = divide(b, part).quotient
    d = subtract(divide(d, part).quotient, derivative(b))
  }
  return parts
}

/** The highest power first, as one writes it. */
export function toExpression(p: Polynomial, variable: string): Expression {
  const terms: Expression[] = []
  for (let k = p.length - 1; k >= 0; k -= 1) {
    const coefficient = p[k] ?? Q.ZERO
    if (coefficient.n === 0n) continue
    const x = symbol(variable)
    const base = k === 0 ? number(1) : k === 1 ? x : call('pow', x, number(k))
    const isMinusOne = coefficient.n === -1n && coefficient.d === 1n
    terms.push(isMinusOne ? call('negate', base) : product([number(coefficient), base]))
  }
  return sum(terms)
}
