import type { Expression } from './expression.ts'
import { contains } from './expression.ts'
import { exactValue } from './exact.ts'
import type { Polynomial } from './polynomial.ts'
import * as P from './polynomial.ts'
import * as Q from './rational.ts'

/** The quotient of two polynomials, not reduced: what the denominator forbids stays visible. */
export interface RationalFunction {
  readonly top: Polynomial
  readonly bottom: Polynomial
}

const MOST_DEGREE = 200

/** Reads an expression in one variable with rational coefficients; null where it is something else. */
export function toRationalFunction(expression: Expression, variable: string): RationalFunction | null {
  if (!contains(expression, variable)) {
    const value = exactValue(expression)
    return value && { top: P.trim([value]), bottom: P.ONE }
  }
  if (expression.kind === 'symbol') return { top: [Q.ZERO, Q.ONE], bottom: P.ONE }
  if (expression.kind !== 'call') return null
  if (expression.head === 'pow') return toPower(expression.args, variable)
  const parts: RationalFunction[] = []
  for (const arg of expression.args) {
    const part = toRationalFunction(arg, variable)
    if (!part) return null
    parts.push(part)
  }
  return combine(expression.head, parts)
}

/** A polynomial: a rational function whose denominator is constant. */
export function toPolynomial(expression: Expression, variable: string): Polynomial | null {
  const read = toRationalFunction(expression, variable)
  if (!read || P.degreeOf(read.bottom) !== 0) return null
  return P.scale(read.top, Q.divide(Q.ONE, P.leadingOf(read.bottom)))
}

function combine(head: string, parts: readonly RationalFunction[]): RationalFunction | null {
  const [first, second] = parts
  if (!first) return null
  switch (head) {
    case 'add':
      return limited(parts.reduce(plus))
    case 'multiply':
      return limited(parts.reduce(times))
    case 'negate':
      return { top: P.scale(first.top, Q.rational(-1)), bottom: first.bottom }
    case 'divide':
      if (!second || second.top.length === 0) return null
      return limited(times(first, { top: second.bottom, bottom: second.top }))
    default:
      return null
  }
}

function plus(a: RationalFunction, b: RationalFunction): RationalFunction {
  if (P.areEqual(a.bottom, b.bottom)) return { top: P.add(a.top, b.top), bottom: a.bottom }
  return {
    top: P.add(P.multiply(a.top, b.bottom), P.multiply(b.top, a.bottom)),
    bottom: P.multiply(a.bottom, b.bottom),
  }
}

function times(a: RationalFunction, b: RationalFunction): RationalFunction {
  return { top: P.multiply(a.top, b.top), bottom: P.multiply(a.bottom, b.bottom) }
}

function toPower(args: readonly Expression[], variable: string): RationalFunction | null {
  const [base, exponent] = args
  if (!base || !exponent || contains(exponent, variable)) return null
  const by = exactValue(exponent)
  const read = by?.d === 1n ? toRationalFunction(base, variable) : null
  if (!by || !read) return null
  const times = Number(by.n < 0n ? -by.n : by.n)
  if (times * Math.max(P.degreeOf(read.top), P.degreeOf(read.bottom)) > MOST_DEGREE) return null
  const raised = { top: P.power(read.top, times), bottom: P.power(read.bottom, times) }
  if (by.n >= 0n) return raised
  return raised.top.length === 0 ? null : { top: raised.bottom, bottom: raised.top }
}

function limited(read: RationalFunction): RationalFunction | null {
  return P.degreeOf(read.top) > MOST_DEGREE || P.degreeOf(read.bottom) > MOST_DEGREE ? null : read
}
