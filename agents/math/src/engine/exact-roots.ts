import * as cortex from './cortex.ts'
import type { Expression } from './expression.ts'
import { call, contains, number, product, sizeOf, sum, symbol } from './expression.ts'
import type { Sample } from './mathjs.ts'
import { distance, valueOf } from './numeric.ts'
import type { Polynomial } from './polynomial.ts'
import * as P from './polynomial.ts'
import type { Factor } from './polynomial-factors.ts'
import { numericRoots } from './polynomial-roots.ts'
import type { Rational } from './rational.ts'
import * as Q from './rational.ts'
import { tidy } from './tidy.ts'

/** One root of a polynomial: its value, and its closed form where there is one. */
export interface Root {
  readonly value: Sample
  readonly exact: Expression | null
  readonly multiplicity: number
}

/** All roots of one irreducible factor, with as many closed forms as are found; each form has the value of its root. */
export function rootsOfFactor({ part, multiplicity }: Factor): { roots: Root[]; method: string } {
  const { roots, method } = numericRoots(part)
  const forms = closedForms(part).map((form) => ({ form, value: valueOf(form) }))
  return {
    method,
    roots: roots.map((value) => {
      const match = forms.find((each) => each.value && distance(each.value, value) < 1e-10)
      return { value: match?.value ? snap(match.value, value) : value, exact: match?.form ?? null, multiplicity }
    }),
  }
}

/** The value from the closed form, without the dust that an imaginary part of a real root would be. */
function snap(form: Sample, root: Sample): Sample {
  return { re: root.re === 0 ? 0 : form.re, im: root.im === 0 ? 0 : form.im }
}

function closedForms(part: Polynomial): Expression[] {
  const degree = P.degreeOf(part)
  if (degree === 1) return [number(Q.negate(Q.divide(part[0] ?? Q.ZERO, P.leadingOf(part))))]
  if (degree === 2) return quadraticRoots(part)
  const isBinomial = part.slice(1, -1).every(({ n }) => n === 0n)
  if (isBinomial && (degree === 3 || degree === 4 || degree === 6)) return binomialRoots(part, degree)
  if (degree > 4) return []
  const x = P.toExpression(part, 'x')
  return cortex.rootsOf(x, 'x').filter((root) => root.kind !== 'number' && !contains(root, 'x') && sizeOf(root) <= 40)
}

/** (-b +- sqrt(b^2 - 4 a c)) / (2 a), the square taken out of the root. */
function quadraticRoots(part: Polynomial): Expression[] {
  const [c = Q.ZERO, b = Q.ZERO, a = Q.ONE] = part
  const discriminant = Q.subtract(Q.multiply(b, b), Q.multiply(Q.rational(4), Q.multiply(a, c)))
  const twice = Q.multiply(Q.rational(2), a)
  const centre = Q.negate(Q.divide(b, twice))
  const { outside, inside } = takeOutSquares(Q.absolute(discriminant.n))
  const factor = Q.divide(Q.rational(outside), twice)
  // Over one denominator: (1 + sqrt(5)) / 2.
  const below = Q.rational((centre.d * factor.d) / Q.greatestCommonDivisor(centre.d, factor.d))
  return [-1, 1].map((sign) => {
    const isImaginary = discriminant.n < 0n
    const radical = [...(inside === 1n ? [] : [call('sqrt', number(inside))]), ...(isImaginary ? [symbol('i')] : [])]
    const term = (by: Rational): Expression => scaledTerm(Q.multiply(by, Q.rational(sign)), radical)
    if (centre.n === 0n) return term(factor)
    const top = sum([number(Q.multiply(centre, below)), term(Q.multiply(factor, below))])
    return below.n === 1n ? top : call('divide', top, number(below))
  })
}

/** coefficient * factors, as one writes it: -sqrt(2), sqrt(3) / 2. */
function scaledTerm(coefficient: Rational, factors: readonly Expression[]): Expression {
  const size = Q.absolute(coefficient.n)
  const top = product([number(size), ...factors])
  const magnitude = coefficient.d === 1n ? top : call('divide', top, number(coefficient.d))
  return coefficient.n < 0n ? call('negate', magnitude) : magnitude
}

/** value = outside^2 * inside, by the primes below 10,000. */
function takeOutSquares(value: bigint): { outside: bigint; inside: bigint } {
  let outside = 1n
  let inside = value
  for (let p = 2n; p < 10_000n && p * p <= inside; p += 1n) {
    while (inside % (p * p) === 0n) {
      inside /= p * p
      outside *= p
    }
  }
  const whole = Q.exactRoot(inside, 2)
  return whole === null ? { outside, inside } : { outside: outside * whole, inside: 1n }
}

/** Twice the cosines of whole multiples of 30 and of 45 degrees, up to a right angle. */
const DOUBLE_COSINES: ReadonlyMap<number, Expression> = new Map([
  [0, number(2)],
  [30, call('sqrt', number(3))],
  [45, call('sqrt', number(2))],
  [60, number(1)],
  [90, number(0)],
])

function doubleCosine(degrees: number): Expression | null {
  const turned = ((degrees % 360) + 360) % 360
  const folded = turned > 180 ? 360 - turned : turned
  if (folded <= 90) return DOUBLE_COSINES.get(folded) ?? null
  const mirrored = DOUBLE_COSINES.get(180 - folded)
  return mirrored ? call('negate', mirrored) : null
}

/** The roots of a x^n + c: the real n-th root of |c / a|, turned. */
function binomialRoots(part: Polynomial, degree: number): Expression[] {
  const ratio = Q.negate(Q.divide(part[0] ?? Q.ZERO, P.leadingOf(part)))
  const radius = call('nthRoot', number({ n: Q.absolute(ratio.n), d: ratio.d }), number(degree))
  const forms: Expression[] = []
  for (let k = 0; k < degree; k += 1) {
    const degrees = (360 * k + (ratio.n < 0n ? 180 : 0)) / degree
    const [re, im] = [doubleCosine(degrees), doubleCosine(degrees - 90)]
    if (re && im) forms.push(turned(radius, re, im))
  }
  return forms
}

/** radius * (re + im * i) / 2, the real part in front also where it is negative */
function turned(radius: Expression, re: Expression, im: Expression): Expression {
  const parts = [re, tidy(product([im, symbol('i')]))].filter((part) => part.kind !== 'number' || part.value.n !== 0n)
  const root = tidy(radius)
  if (parts.length < 2) return tidy(call('divide', product([root, sum(parts)]), number(2)))
  return call('divide', product([root, sum(parts)]), number(2))
}
