import type { Multivariate } from './multivariate.ts'
import { areEqual, exponentsOf, leadingOf, multiply, scale } from './multivariate.ts'
import type { Polynomial } from './polynomial.ts'
import * as P from './polynomial.ts'
import { factorPolynomial } from './polynomial-factors.ts'
import * as Q from './rational.ts'

/** p = content * product of part^multiplicity. */
export interface MultivariateFactorization {
  readonly content: Q.Rational
  readonly factors: readonly { readonly part: Multivariate; readonly multiplicity: number }[]
  /** Whether no factor can be split further. */
  readonly isComplete: boolean
}

const MOST_DEGREE = 40
const MOST_PIECES = 10

/**
 * Factors a polynomial in several variables by Kronecker's substitution: with x_k replaced by x^(D^k), D above every
 * exponent, each factor of the polynomial shows as a product of factors in one variable; those products are tried, the
 * smallest first, and kept where the two parts multiply to the whole exactly. Null where the degree would be too high.
 */
export function factorMultivariate(p: Multivariate): MultivariateFactorization | null {
  const base = 1 + Math.max(...[...p.keys()].flatMap(exponentsOf))
  const count = exponentsOf([...p.keys()][0] ?? '').length
  const packed = pack(p, base)
  if (P.degreeOf(packed) < 1 || P.degreeOf(packed) > MOST_DEGREE) return null
  const found = factorPolynomial(packed)
  const pieces = found.factors.flatMap(({ part, multiplicity }) => Array.from({ length: multiplicity }, () => part))
  if (pieces.length > MOST_PIECES) return null
  const parts = regroup(p, pieces, { base, count, content: found.content })
  const isComplete = found.factors.every(({ isIrreducible }) => isIrreducible)
  return { ...collect(parts, found.content), isComplete }
}

/** Equal parts together, each with a positive leading term, the shortest first. */
function collect(parts: readonly Multivariate[], content: Q.Rational): Omit<MultivariateFactorization, 'isComplete'> {
  const factors: { part: Multivariate; multiplicity: number }[] = []
  let sign = 1n
  for (const given of parts) {
    const isNegative = leadingOf(given).n < 0n
    if (isNegative) sign = -sign
    const part = isNegative ? scale(given, Q.rational(-1)) : given
    const same = factors.find((factor) => areEqual(factor.part, part))
    if (same) same.multiplicity += 1
    else factors.push({ part, multiplicity: 1 })
  }
  factors.sort((a, b) => a.part.size - b.part.size)
  return { content: Q.multiply(content, Q.rational(sign)), factors }
}

function pack(p: Multivariate, base: number): Polynomial {
  const coefficients: Q.Rational[] = []
  for (const [key, value] of p)
    coefficients[exponentsOf(key).reduce((at, exponent, k) => at + exponent * base ** k, 0)] = value
  return P.trim(Array.from(coefficients, (value) => value ?? Q.ZERO))
}

function unpack(p: Polynomial, base: number, count: number): Multivariate {
  return new Map(
    p.flatMap((value, at) => {
      if (value.n === 0n) return []
      const exponents = Array.from({ length: count }, (_, k) => Math.floor(at / base ** k) % base)
      return [[exponents.join(','), value] as const]
    }),
  )
}

interface Packing {
  readonly base: number
  readonly count: number
  readonly content: Q.Rational
}

function regroup(p: Multivariate, pieces: readonly Polynomial[], packing: Packing): Multivariate[] {
  const { base, count, content } = packing
  const parts: Multivariate[] = []
  let rest = [...pieces]
  let whole = unpack(P.scale(pack(p, base), Q.divide(Q.ONE, content)), base, count)
  for (let size = 1; size <= rest.length / 2;) {
    const hit = findGroup(whole, rest, { size, base, count })
    if (!hit) {
      size += 1
      continue
    }
    parts.push(hit.part)
    whole = hit.cofactor
    rest = hit.rest
  }
  return [...parts, whole]
}

function findGroup(
  whole: Multivariate,
  pieces: readonly Polynomial[],
  { size, base, count }: { size: number; base: number; count: number },
): { part: Multivariate; cofactor: Multivariate; rest: Polynomial[] } | null {
  for (let mask = 1; mask < 2 ** pieces.length; mask += 1) {
    const inside = pieces.filter((_, k) => (mask >> k) & 1)
    if (inside.length !== size) continue
    const rest = pieces.filter((_, k) => !((mask >> k) & 1))
    const part = unpack(inside.reduce(P.multiply, P.ONE), base, count)
    const cofactor = unpack(rest.reduce(P.multiply, P.ONE), base, count)
    const again = multiply(part, cofactor)
    if (again && areEqual(again, whole)) return { part, cofactor, rest }
  }
  return null
}
