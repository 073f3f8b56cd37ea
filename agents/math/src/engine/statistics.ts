import { doubles } from './mathjs.ts'
import type { Json, Measure } from './problem.ts'
import type { Rational } from './rational.ts'
import * as Q from './rational.ts'

/** One measure: the nearest double, and whether it is the very value. */
export interface Measured {
  readonly value: Json
  readonly isExact: boolean
}

/** Every measure that is defined for the data, in exact fractions up to the last root or rounding. */
export function measureExactly(data: readonly Rational[]): Map<Measure, Measured> {
  const sorted = [...data].sort(Q.compare)
  const count = Q.rational(data.length)
  const sum = addUp(data)
  const mean = Q.divide(sum, count)
  const measures = new Map<Measure, Measured>()
  const put = (measure: Measure, value: Rational | null): void => {
    if (value) measures.set(measure, fromExact(value))
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
  putMoments(measures, data, mean)
  if (smallest.n > 0n) {
    // The reciprocals have as many denominators as there are values: exact for short lists only.
    if (data.length <= 100) put('harmonicMean', Q.divide(count, addUp(data.map((value) => Q.divide(Q.ONE, value)))))
    else
      measures.set('harmonicMean', {
        value: data.length / data.reduce((total, value) => total + 1 / Q.toNumber(value), 0),
        isExact: false,
      })
    const logarithms = data.reduce((total, value) => total + Math.log(Q.toNumber(value)), 0)
    measures.set('geometricMean', { value: Number(Math.exp(logarithms / data.length).toPrecision(14)), isExact: false })
  }
  return measures
}

function putMoments(measures: Map<Measure, Measured>, data: readonly Rational[], mean: Rational): void {
  const deviations = data.map((value) => Q.subtract(value, mean))
  const squares = addUp(deviations.map((value) => Q.multiply(value, value)))
  const population = Q.divide(squares, Q.rational(data.length))
  measures.set('populationVariance', fromExact(population))
  measures.set('populationStandardDeviation', rootOf(population))
  if (data.length > 1) {
    const variance = Q.divide(squares, Q.rational(data.length - 1))
    measures.set('variance', fromExact(variance))
    measures.set('standardDeviation', rootOf(variance))
  }
  if (population.n === 0n) return
  const cubes = addUp(deviations.map((value) => Q.power(value, 3)))
  const third = Q.divide(cubes, Q.rational(data.length))
  measures.set('skewness', { value: Q.toNumber(third) / Q.toNumber(population) ** 1.5, isExact: third.n === 0n })
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
  return n !== null && d !== null
    ? fromExact(Q.rational(n, d))
    : { value: Math.sqrt(Q.toNumber(value)), isExact: false }
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

/** The same measures by mathjs where it has them, and by updating moments one value at a time (Pébay 2008) where not. */
export function measureInOnePass(data: readonly number[]): Map<Measure, Json> {
  const { math } = doubles
  const list = [...data]
  const measures = new Map<Measure, Json>()
  const put = (measure: Measure, compute: () => unknown): void => {
    const value = compute()
    if (typeof value === 'number' || Array.isArray(value)) measures.set(measure, value as Json)
  }
  const { count, mean, second, third } = moments(data)
  put('count', () => count)
  put('sum', () => math.sum(list))
  put('mean', () => mean)
  put('median', () => math.median(list))
  put('mode', () => modesByMathjs(list))
  put('minimum', () => math.min(list))
  put('maximum', () => math.max(list))
  put('range', () => math.max(list) - math.min(list))
  put('lowerQuartile', () => math.quantileSeq(list, 0.25))
  put('upperQuartile', () => math.quantileSeq(list, 0.75))
  put('interquartileRange', () => math.quantileSeq(list, 0.75) - math.quantileSeq(list, 0.25))
  put('populationVariance', () => math.variance(list, 'uncorrected'))
  put('populationStandardDeviation', () => math.std(list, 'uncorrected'))
  put('variance', () => second / (count - 1))
  put('standardDeviation', () => Math.sqrt(second / (count - 1)))
  put('skewness', () => third / count / (second / count) ** 1.5)
  put('harmonicMean', () => math.divide(count, math.sum(list.map((value) => 1 / value))))
  put('geometricMean', () => list.reduce((total, value) => total * value ** (1 / count), 1))
  return measures
}

function modesByMathjs(list: number[]): Json {
  const modes = doubles.math.mode<number>(list).toSorted((a, b) => a - b)
  return modes.length > 1 && modes.length === new Set(list).size ? [] : modes
}

function moments(data: readonly number[]): { count: number; mean: number; second: number; third: number } {
  let [count, mean, second, third] = [0, 0, 0, 0]
  for (const value of data) {
    const before = count
    count += 1
    const delta = value - mean
    const part = delta / count
    const term = delta * part * before
    mean += part
    third += term * part * (count - 2) - 3 * part * second
    second += term
  }
  return { count, mean, second, third }
}
