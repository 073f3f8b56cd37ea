import type { Expression } from './expression.ts'
import { call, number } from './expression.ts'
import { unverified } from './failure.ts'
import type { Sample } from './mathjs.ts'
import { distance, valueOf } from './numeric.ts'
import type { Rational } from './rational.ts'
import * as Q from './rational.ts'

/** Two values of one expression, found in different ways. */
export interface TwoValues {
  readonly value: Sample
  readonly other: Sample | null
  /** Whether `value` was computed in 64 digits. */
  readonly isPrecise: boolean
  /** How far rounding to doubles can move the value of the expression; asked where the two differ. */
  readonly noise: () => number
}

/** What is left of 64 digits where everything cancels, relative to what doubles leave. */
const PRECISE_NOISE = 1e-30

const TOLERANCE = 1e-11
/** What must agree also where cancellation explains a larger difference. */
const LEAST_AGREEMENT = 1e-6

/**
 * Whether two values are the same number: to 11 digits, however small they are. Where terms cancel, doubles keep fewer:
 * then as many as they can keep, and at least 6. A value that is 0 to 64 digits agrees with what is 0 to those of
 * doubles; one that is 0 to doubles alone, with 0 itself.
 */
export function compareValues({ value, other, isPrecise, noise }: TwoValues): { agrees: boolean; isZero: boolean } {
  if (!other) return { agrees: false, isZero: false }
  const difference = Math.hypot(value.re - other.re, value.im - other.im)
  const size = Math.max(Math.hypot(value.re, value.im), Math.hypot(other.re, other.im))
  if (difference <= TOLERANCE * size) return { agrees: true, isZero: size === 0 }
  const allowed = noise()
  const isZero = Math.hypot(value.re, value.im) <= allowed * (isPrecise ? PRECISE_NOISE : 1)
  if (isZero) return { agrees: Math.hypot(other.re, other.im) <= (isPrecise ? allowed : 0), isZero }
  return { agrees: difference <= Math.min(allowed, LEAST_AGREEMENT * size), isZero }
}

/** @throws MathFailure UNVERIFIED where compute-engine finds no value, or another */
export function confirmValue(values: TwoValues): { isZero: boolean; difference: number } {
  const { value, other } = values
  if (!other) throw unverified('only mathjs finds a value for the expression')
  const { agrees, isZero } = compareValues(values)
  if (!agrees) throw unverified(`mathjs finds ${show(value)}, compute-engine ${show(other)}`)
  return { isZero, difference: isZero ? 0 : distance(value, other, Number.MIN_VALUE) }
}

/** A rational value that another way found. */
export interface SecondValue {
  readonly by: string
  readonly value: Rational
}

/**
 * What confirms an exact value: the very fraction, or one to 11 digits, however large or small.
 *
 * @throws MathFailure UNVERIFIED where no other way finds it
 */
export function confirmRational(value: Rational, others: Iterable<SecondValue>): { by: string; equal: boolean } {
  let seen: string | undefined
  for (const { by, value: other } of others) {
    if (Q.equals(value, other)) return { by, equal: true }
    const difference = Q.subtract(value, other)
    // 10^11 |a - b| <= |a|, in whole numbers: a double would take 10^-400 for 0.
    if (Q.compare(magnitude(Q.multiply(difference, Q.rational(10n ** 11n))), magnitude(value)) <= 0)
      return { by, equal: false }
    seen ??= by
  }
  throw unverified(seen ? `${seen} finds another value` : 'only one way finds a value for the expression')
}

const magnitude = ({ n, d }: Rational): Rational => ({ n: Q.absolute(n), d })

const ROUNDING = 2 ** -53
/** Libraries round a step more than once. */
const ROUNDINGS = 16
const STEP = 1e-8
/** An expression of more nodes is held to the digits alone. */
const MOST_NODES = 200

/**
 * How far rounding to doubles can move the value of an expression: what its parts may be off by, carried through each
 * function by how much that moves with its arguments. So sin(pi) may be off by what pi is off by, exp(-40) by some parts
 * in 10^14 of itself. 0 where it cannot be told.
 */
export function noiseOf(expression: Expression): number {
  let left = MOST_NODES
  const spread = (part: Expression): number => {
    if ((left -= 1) < 0) return Number.NaN
    if (part.kind === 'number') return part.value.d === 1n ? 0 : Math.abs(Q.toNumber(part.value))
    const value = valueOf(part)
    if (!value) return Number.NaN
    const size = Math.hypot(value.re, value.im)
    if (part.kind !== 'call') return part.kind === 'symbol' && part.name !== 'i' ? size : 0
    return part.args.reduce((total, arg, place) => total + moved(part, value, { place, by: STEP * spread(arg) }), size)
  }
  const noise = ROUNDINGS * ROUNDING * spread(expression)
  return Number.isFinite(noise) ? noise : 0
}

/** How much a call moves with one argument, for each STEP. */
function moved(
  { head, args }: { head: string; args: readonly Expression[] },
  value: Sample,
  { place, by }: { place: number; by: number },
): number {
  if (!(by > 0)) return by
  const shift = number(Q.fromDecimal(by))
  const there = valueOf(call(head, ...args.map((arg, k) => (k === place ? call('add', arg, shift) : arg))))
  return there ? Math.hypot(there.re - value.re, there.im - value.im) / STEP : Number.NaN
}

function show({ re, im }: Sample): string {
  return im === 0 ? String(re) : `${re} ${im < 0 ? '-' : '+'} ${Math.abs(im)} * i`
}
