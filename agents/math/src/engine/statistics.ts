import type { Json, Measure } from './problem.ts'
import type { Rational } from './rational.ts'
import * as Q from './rational.ts'

/** One measure: the nearest double, and whether it is the very value. */
export interface Measured {
  readonly value: Json
  readonly isExact: boolean
}

/**
 * Every measure that is defined for the data and within the range of doubles, in exact fractions up to the last root or
 * rounding.
 */
export function measureExactly(data: readonly Rational[]): Map<Measure, Measured> {
  const sorted = [...data].sort(Q.compare)
  const count = Q.rational(data.length)
  const sum = addUp(data)
  const mean = Q.divide(sum, count)
  const measures = new Map<Measure, Measured>()
  const put = (measure: Measure, value: Rational, measured = fromExact(value)): void => {
    if (isInRange(value, measured.value)) measures.set(measure, measured)
  }
  const [smallest, largest] = [sorted[0] ?? Q.ZERO, sorted.at(-1) ?? Q.ZERO]
  const [lower, upper] = [quantile(sorted, 1), quantile(sorted, 3)]
  put('count', count)
  put('sum', sum)
  put('mean', mean)
  put('median', quantile(sorted, 2))
  measures.set('mode', { value: modesOf(sorted).map(Q.toNumber), isExact: modesOf(sorted).every(isDouble) })
  put('minimum', smallest)
  put('maximum', largest)
  put('range', Q.subtract(largest, smallest))
  put('lowerQuartile', lower)
  put('upperQuartile', upper)
  put('interquartileRange', Q.subtract(upper, lower))
  putMoments(put, data, mean)
  if (smallest.n > 0n) {
    // The reciprocals have as many denominators as there are values: exact for short lists only.
    if (data.length <= 100) put('harmonicMean', Q.divide(count, addUp(data.map((value) => Q.divide(Q.ONE, value)))))
    else {
      const reciprocals = data.reduce((total, value) => total + 1 / Q.toNumber(value), 0)
      put('harmonicMean', smallest, { value: data.length / reciprocals, isExact: false })
    }
    const logarithms = data.reduce((total, value) => total + Math.log(Q.toNumber(value)), 0)
    const geometric = Number(Math.exp(logarithms / data.length).toPrecision(14))
    put('geometricMean', smallest, { value: geometric, isExact: false })
  }
  return measures
}

type Put = (measure: Measure, value: Rational, measured?: Measured) => void

function putMoments(put: Put, data: readonly Rational[], mean: Rational): void {
  const deviations = data.map((value) => Q.subtract(value, mean))
  const squares = addUp(deviations.map((value) => Q.multiply(value, value)))
  const population = Q.divide(squares, Q.rational(data.length))
  put('populationVariance', population)
  put('populationStandardDeviation', population, rootOf(population))
  if (data.length > 1) {
    const variance = Q.divide(squares, Q.rational(data.length - 1))
    put('variance', variance)
    put('standardDeviation', variance, rootOf(variance))
  }
  if (population.n === 0n) return
  const cubes = addUp(deviations.map((value) => Q.power(value, 3)))
  const third = Q.divide(cubes, Q.rational(data.length))
  const skewness = rootOf(Q.divide(Q.power(third, 2), Q.power(population, 3)))
  put('skewness', third, third.n < 0n ? { ...skewness, value: -Number(skewness.value) } : skewness)
}

/** Whether a double can hold a measure: not where one that is not 0 rounds to 0, or to no number at all. */
function isInRange(exact: Rational, value: Json): boolean {
  return typeof value !== 'number' || (Number.isFinite(value) && (value !== 0 || exact.n === 0n))
}

/** Over one denominator: a sum of thousands of fractions in lowest terms would take a gcd at each step. */
function addUp(values: readonly Rational[]): Rational {
  const denominators = new Set(values.map(({ d }) => d))
  const common = [...denominators].reduce((all, d) => (all * d) / Q.greatestCommonDivisor(all, d), 1n)
  return Q.rational(
    values.reduce((total, { n, d }) => total + n * (common / d), 0n),
    common,
  )
}

function fromExact(value: Rational): Measured {
  return { value: Q.toNumber(value), isExact: isDouble(value) }
}

/** Whether the decimal that the nearest double prints as is the very value. */
function isDouble(value: Rational): boolean {
  const nearest = Q.toNumber(value)
  return Number.isFinite(nearest) && Q.equals(Q.fromDecimal(nearest), value)
}

function rootOf(value: Rational): Measured {
  const [n, d] = [Q.exactRoot(value.n, 2), Q.exactRoot(value.d, 2)]
  if (n !== null && d !== null) return fromExact(Q.rational(n, d))
  // Near 1 by a power of 4: what is beyond the range of doubles may have a root within.
  const halved = Math.trunc((value.n.toString(2).length - value.d.toString(2).length) / 2)
  const near = Q.multiply(value, Q.power(Q.rational(4), -halved))
  return { value: Math.sqrt(Q.toNumber(near)) * 2 ** halved, isExact: false }
}

/** The k-th quarter of sorted data, interpolated linearly (type 7 of Hyndman and Fan 1996). */
function quantile(sorted: readonly Rational[], quarter: number): Rational {
  const position = (sorted.length - 1) * quarter
  const index = Math.floor(position / 4)
  const low = sorted[index] ?? Q.ZERO
  const high = sorted[index + 1] ?? low
  return Q.add(low, Q.multiply(Q.rational(position % 4, 4), Q.subtract(high, low)))
}

/** The most frequent values; none where all are equally frequent and there is more than one. */
function modesOf(sorted: readonly Rational[]): Rational[] {
  const counts = new Map<string, { value: Rational; times: number }>()
  for (const value of sorted) {
    const key = `${value.n}/${value.d}`
    counts.set(key, { value, times: (counts.get(key)?.times ?? 0) + 1 })
  }
  const most = Math.max(...[...counts.values()].map(({ times }) => times))
  const modes = [...counts.values()].filter(({ times }) => times === most).map(({ value }) => value)
  return modes.length === counts.size && counts.size > 1 ? [] : modes
}
