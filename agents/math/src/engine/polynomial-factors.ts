import type { Sample } from './mathjs.ts'
import type { Polynomial } from './polynomial.ts'
import * as P from './polynomial.ts'
import { numericRoots } from './polynomial-roots.ts'
import * as Q from './rational.ts'

/** p = content * product of part^multiplicity, over the rational numbers. */
export interface Factorization {
  readonly content: Q.Rational
  readonly factors: readonly Factor[]
}

export interface Factor {
  /** Whole coefficients without a common divisor, the leading one positive. */
  readonly part: Polynomial
  readonly multiplicity: number
  /** No combination of its complex roots gives a divisor with whole coefficients; false where there were too many to try. */
  readonly isIrreducible: boolean
}

/** Real roots and conjugate pairs of one square-free part: 2^14 combinations take some 50 ms. */
const MOST_UNITS = 15

/** Factors a polynomial that is not constant. `hints` are divisors that another method suggests; each is checked. */
export function factorPolynomial(p: Polynomial, hints: readonly Polynomial[] = []): Factorization {
  const { content } = P.primitive(p)
  const factors = P.squareFreeParts(p).flatMap(({ part, multiplicity }) =>
    splitByHints(part, hints).flatMap((piece) => splitByRoots(piece).map((each) => ({ ...each, multiplicity }))),
  )
  return { content, factors: factors.sort(byDegree) }
}

/** The polynomial that a factorization stands for: what an exact check compares. */
export function expandFactors({ content, factors }: Factorization): Polynomial {
  return P.scale(
    factors.reduce<Polynomial>((all, { part, multiplicity }) => P.multiply(all, P.power(part, multiplicity)), P.ONE),
    content,
  )
}

function byDegree(a: Factor, b: Factor): number {
  return P.degreeOf(a.part) - P.degreeOf(b.part) || Q.compare(b.part[0] ?? Q.ZERO, a.part[0] ?? Q.ZERO)
}

function splitByHints(part: Polynomial, hints: readonly Polynomial[]): Polynomial[] {
  const pieces: Polynomial[] = []
  let rest = part
  for (const hint of hints) {
    const divisor = P.primitive(P.greatestCommonDivisor(rest, hint)).part
    if (P.degreeOf(divisor) < 1 || P.degreeOf(divisor) === P.degreeOf(rest)) continue
    pieces.push(divisor)
    rest = P.primitive(P.divide(rest, divisor).quotient).part
  }
  return [...pieces, rest]
}

type Unit = readonly Sample[]

/**
 * Every divisor over the rationals has some of the roots as its own: multiplies each set of them out, smallest first,
 * rounds the coefficients to whole numbers, and keeps what divides exactly.
 */
function splitByRoots(part: Polynomial): Omit<Factor, 'multiplicity'>[] {
  if (P.degreeOf(part) <= 1) return [{ part, isIrreducible: true }]
  const { roots } = numericRoots(part)
  const units = toUnits(roots)
  for (let size = 1; size <= units.length / 2; size += 1) {
    if (units.length > MOST_UNITS && size > 2) return [{ part, isIrreducible: false }]
    const divisor = findDivisor(part, units, size)
    if (!divisor) continue
    // No smaller set gave a divisor, so this one has none itself.
    return [{ part: divisor, isIrreducible: true }, ...splitByRoots(P.primitive(P.divide(part, divisor).quotient).part)]
  }
  // Rounding is trusted only where the coefficients of every product are well within doubles.
  const largest = roots.reduce((total, { re, im }) => total * (1 + Math.hypot(re, im)), Q.toNumber(P.leadingOf(part)))
  return [{ part, isIrreducible: largest < 1e10 }]
}

function toUnits(roots: readonly Sample[]): Unit[] {
  return roots
    .filter(({ im }) => im >= 0)
    .map((root) => (root.im === 0 ? [root] : [root, { re: root.re, im: -root.im }]))
}

function findDivisor(p: Polynomial, units: readonly Unit[], size: number): Polynomial | null {
  const leading = Q.toNumber(P.leadingOf(p))
  for (const used of combinations(units, size)) {
    const coefficients = used.reduce(timesUnit, [leading])
    if (coefficients.some((value) => Math.abs(value) > 1e14 || Math.abs(value - Math.round(value)) > 1e-3)) continue
    const rounded = P.primitive(P.trim(coefficients.map((value) => Q.rational(Math.round(value))))).part
    if (P.degreeOf(rounded) < P.degreeOf(p) && P.isDivisibleBy(p, rounded)) return rounded
  }
  return null
}

/** (x - r), or (x - r)(x - conjugate of r), times the polynomial. */
function timesUnit(coefficients: readonly number[], unit: Unit): number[] {
  const [root = { re: 0, im: 0 }] = unit
  const by = unit.length === 1 ? [-root.re, 1] : [root.re * root.re + root.im * root.im, -2 * root.re, 1]
  const result = Array.from({ length: coefficients.length + by.length - 1 }, () => 0)
  coefficients.forEach((a, i) => by.forEach((b, j) => (result[i + j] = (result[i + j] ?? 0) + a * b)))
  return result
}

function* combinations<T>(items: readonly T[], size: number, from = 0): Generator<T[]> {
  if (size === 0) {
    yield []
    return
  }
  for (let index = from; index <= items.length - size; index += 1) {
    const item = items[index]
    if (item === undefined) continue
    for (const rest of combinations(items, size - 1, index + 1)) yield [item, ...rest]
  }
}
