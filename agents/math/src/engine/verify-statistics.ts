import { unverified } from './failure.ts'
import type { Json, Measure } from './problem.ts'
import type { Rational } from './rational.ts'
import * as Q from './rational.ts'

/** What two ways found for a measure: numbers, or lists of them. */
export interface TwoMeasures {
  readonly value: Json
  readonly again: Json | undefined
  /** Of what was added up to the measure, where terms of both signs may cancel; 0 where none can. */
  readonly size: number
}

const TOLERANCE = 1e-8
/** Of sums: what doubles lose over 10,000 terms, with room. */
const CANCELLATION = 1e-11

/**
 * The largest difference, relative to the measure, or to what cancelled.
 *
 * @throws MathFailure UNVERIFIED where the two ways differ
 */
export function confirmMeasure(measure: Measure, { value, again, size }: TwoMeasures): number {
  const [one, other] = [[value].flat(), [again ?? null].flat()] as [Json[], Json[]]
  const differences = one.map((each, index) => differenceOf(each, other[index], size))
  const worst = Math.max(0, ...differences)
  if (one.length === other.length && worst <= TOLERANCE) return worst
  throw unverified(`two algorithms give different values for ${measure}`)
}

/** Relative, so that 1e-20 is no nearer to 0 than 1 is; what is at most one step of doubles apart is the same. */
function differenceOf(one: Json, other: Json | undefined, size: number): number {
  if (typeof one !== 'number' || typeof other !== 'number') return Infinity
  const difference = Math.abs(one - other)
  if (difference <= Number.MIN_VALUE || difference <= CANCELLATION * size) return 0
  return difference / Math.max(Math.abs(one), Math.abs(other))
}

/** The size of what is added up to each measure: only those that a sum of both signs may bring near 0 have one. */
export function sizesOf(data: readonly Rational[]): (measure: Measure) => number {
  const sorted = data.map(Q.toNumber).sort((a, b) => a - b)
  const total = sorted.reduce((sum, each) => sum + Math.abs(each), 0)
  /** Of the two values that a quarter lies between. */
  const around = (quarter: number): number => {
    const index = Math.floor(((sorted.length - 1) * quarter) / 4)
    return Math.abs(sorted[index] ?? 0) + Math.abs(sorted[index + 1] ?? 0)
  }
  const sizes: Partial<Record<Measure, number>> = {
    sum: total,
    mean: total / sorted.length,
    median: around(2),
    lowerQuartile: around(1),
    upperQuartile: around(3),
    interquartileRange: (sorted.at(-1) ?? 0) - (sorted[0] ?? 0),
    // A number without a unit, of terms that are as large as 1 for each value.
    skewness: Math.sqrt(sorted.length),
  }
  return (measure) => sizes[measure] ?? 0
}
