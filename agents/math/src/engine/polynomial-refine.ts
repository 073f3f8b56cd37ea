import type { Sample } from './mathjs.ts'
import type { Polynomial } from './polynomial.ts'
import * as P from './polynomial.ts'

/** Bits after the point: some 77 decimal digits. */
const BITS = 256n
const UNIT = 1n << BITS
/** A step this small moves no digit that a double shows. */
const SETTLED_BITS = 140n
const MOST_ROUNDS = 80

/** A complex number in fixed point. */
interface Fixed {
  readonly re: bigint
  readonly im: bigint
}

const plus = (a: Fixed, b: Fixed): Fixed => ({ re: a.re + b.re, im: a.im + b.im })
const minus = (a: Fixed, b: Fixed): Fixed => ({ re: a.re - b.re, im: a.im - b.im })
const times = (a: Fixed, b: Fixed): Fixed => ({
  re: (a.re * b.re - a.im * b.im) >> BITS,
  im: (a.re * b.im + a.im * b.re) >> BITS,
})

/** Null for a division by zero. */
function over(a: Fixed, b: Fixed): Fixed | null {
  const size = b.re * b.re + b.im * b.im
  if (size === 0n) return null
  return { re: ((a.re * b.re + a.im * b.im) << BITS) / size, im: ((a.im * b.re - a.re * b.im) << BITS) / size }
}

function magnitude({ re, im }: Fixed): bigint {
  const [x, y] = [re < 0n ? -re : re, im < 0n ? -im : im]
  return x > y ? x : y
}

function fromDouble(value: number): bigint {
  const exponent = Math.max(-1_000, Math.ceil(Math.log2(Math.abs(value) || 1)))
  const mantissa = BigInt(Math.round((value / 2 ** exponent) * 2 ** 60))
  const shift = BITS - 60n + BigInt(exponent)
  return shift >= 0n ? mantissa << shift : mantissa >> -shift
}

function toDouble(value: bigint): number {
  const size = value < 0n ? -value : value
  const drop = BigInt(Math.max(0, size.toString(2).length - 64))
  const shift = Number(drop - BITS)
  // In two steps: 2^shift alone may be below the smallest double.
  return Number(value >> drop) * 2 ** Math.floor(shift / 2) * 2 ** Math.ceil(shift / 2)
}

function evaluate(coefficients: readonly bigint[], at: Fixed): { value: Fixed; slope: Fixed } {
  let value: Fixed = { re: 0n, im: 0n }
  let slope: Fixed = { re: 0n, im: 0n }
  for (let k = coefficients.length - 1; k >= 0; k -= 1) {
    slope = plus(times(slope, at), value)
    value = plus(times(value, at), { re: (coefficients[k] ?? 0n) << BITS, im: 0n })
  }
  return { value, slope }
}

/**
 * All roots of a polynomial without repeated ones, to doubles' full precision: from rough ones by the simultaneous
 * iteration of Aberth and Ehrlich in 256 bits, where the roots push each other apart, so that none is found twice. Null
 * where the iteration does not settle.
 */
export function refineRoots(p: Polynomial, rough: readonly Sample[]): Sample[] | null {
  const coefficients = P.primitive(p).part.map(({ n }) => n)
  const roots: Fixed[] = rough.map(({ re, im }) => ({ re: fromDouble(re), im: fromDouble(im) }))
  for (let round = 0; round < MOST_ROUNDS; round += 1) {
    if (improve(coefficients, roots)) return areDistinct(roots) ? toSamples(roots) : null
  }
  return null
}

/** One round, in place; true when all have settled. */
function improve(coefficients: readonly bigint[], roots: Fixed[]): boolean {
  let hasSettled = true
  roots.forEach((root, k) => {
    const { value, slope } = evaluate(coefficients, root)
    if (magnitude(value) === 0n) return
    const newton = over(value, slope)
    const pull = roots.reduce<Fixed | null>(
      (total, other, j) => {
        if (j === k || !total) return total
        const inverse = over({ re: UNIT, im: 0n }, minus(root, other))
        return inverse && plus(total, inverse)
      },
      { re: 0n, im: 0n },
    )
    const step = newton && pull && over(newton, minus({ re: UNIT, im: 0n }, times(newton, pull)))
    if (!step) {
      // Two in one place, or a flat spot: a nudge, different for each.
      roots[k] = plus(root, { re: UNIT >> 20n, im: (UNIT >> 22n) + BigInt(k) })
      hasSettled = false
      return
    }
    roots[k] = minus(root, step)
    if (magnitude(step) > (magnitude(root) >> SETTLED_BITS) + (1n << 40n)) hasSettled = false
  })
  return hasSettled
}

function areDistinct(roots: readonly Fixed[]): boolean {
  return roots.every((a, i) =>
    roots.every((b, j) => i >= j || magnitude(minus(a, b)) > (magnitude(a) >> 100n) + (1n << 60n)),
  )
}

/** An imaginary part that is nothing but the last bits is none; the roots come in the order real, then pairs. */
function toSamples(roots: readonly Fixed[]): Sample[] {
  const isReal = ({ re, im }: Fixed): boolean =>
    magnitude({ re: 0n, im }) <= (magnitude({ re, im: 0n }) >> 100n) + (1n << 90n)
  const real = roots.filter(isReal).map(({ re }) => ({ re: toDouble(re), im: 0 }))
  const upper = roots.filter((root) => !isReal(root) && root.im > 0n)
  const clean = ({ re, im }: Fixed): Sample => ({
    re: magnitude({ re, im: 0n }) <= (magnitude({ re: 0n, im }) >> 100n) + (1n << 90n) ? 0 : toDouble(re),
    im: toDouble(im),
  })
  return [
    ...real.sort((a, b) => a.re - b.re),
    ...upper.map(clean).flatMap(({ re, im }) => [
      { re, im },
      { re, im: -im },
    ]),
  ]
}
