import { unverified } from './failure.ts'
import type { Rational } from './rational.ts'
import * as Q from './rational.ts'

/** A conversion by our own table of units. */
export interface Conversion {
  readonly value: Rational
  /** Of what was added up to it, in the same unit: as much as the value where nothing cancels. */
  readonly size: number
  /** False where pi is in it. */
  readonly isExact: boolean
  /** In base units, e.g. "m s^-1". */
  readonly dimension: string
}

const TOLERANCE = 1e-12

/**
 * The difference of a converted value from that of our own table, relative to the size of what was added up: 10 degC in
 * K is right to its own digits, 32 degF in degC is zero only as far as 32 and 459.67 are known.
 *
 * @throws MathFailure UNVERIFIED where the two differ
 */
export function confirmConversion(converted: number, { value, size }: Conversion): number {
  const difference = Math.abs(converted - Q.toNumber(value))
  if (!(difference <= TOLERANCE * size)) throw unverified('mathjs and our own table of units give different values')
  return difference === 0 ? 0 : difference / size
}
