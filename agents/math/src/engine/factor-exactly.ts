import * as cortex from './cortex.ts'
import type { Polynomial } from './polynomial.ts'
import * as P from './polynomial.ts'
import type { Factorization } from './polynomial-factors.ts'
import { factorPolynomial } from './polynomial-factors.ts'
import { toPolynomial } from './rational-function.ts'

/** Factors a polynomial over the rationals; for high degrees with divisors that compute-engine suggests, each checked. */
export function factorExactly(polynomial: Polynomial, variable: string): Factorization {
  return factorPolynomial(polynomial, P.degreeOf(polynomial) > 8 ? hintsFor(polynomial, variable) : [])
}

function hintsFor(polynomial: Polynomial, variable: string): Polynomial[] {
  const suggested = cortex.rewrite('Factor', P.toExpression(polynomial, variable))
  const parts = suggested?.kind === 'call' && suggested.head === 'multiply' ? suggested.args : []
  return parts
    .map((part) => toPolynomial(part.kind === 'call' && part.head === 'pow' ? (part.args[0] ?? part) : part, variable))
    .filter((part) => part !== null)
}
