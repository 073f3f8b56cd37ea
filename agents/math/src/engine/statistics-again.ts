import { doubles } from './mathjs.ts'
import type { Json, Measure } from './problem.ts'
import type { Rational } from './rational.ts'
import * as Q from './rational.ts'

/**
 * The measures once more, in doubles: by mathjs where it has them, and by updating moments one value at a time (Pébay
 * 2008) where not. What tells how far the values lie apart is computed from their places in the range, 0 the smallest
 * and 1 the largest: of the values themselves, doubles would keep too little where those are large and near each other.
 */
export function measureInOnePass(data: readonly Rational[]): Map<Measure, Json> {
  const { math } = doubles
  const list = data.map(Q.toNumber)
  const sorted = inOrder(list)
  const measures = new Map<Measure, Json>()
  const put = (measure: Measure, value: unknown): void => {
    if (typeof value === 'number' || Array.isArray(value)) measures.set(measure, value as Json)
  }
  const { count, mean } = moments(list)
  put('count', count)
  put('sum', math.sum(list))
  put('mean', mean)
  put('median', quantile(sorted, 0.5))
  put('mode', modesByMathjs(list))
  put('minimum', sorted[0])
  put('maximum', sorted.at(-1))
  put('lowerQuartile', quantile(sorted, 0.25))
  put('upperQuartile', quantile(sorted, 0.75))
  put('harmonicMean', math.divide(count, math.sum(list.map((value) => 1 / value))))
  put(
    'geometricMean',
    list.reduce((total, value) => total * value ** (1 / count), 1),
  )
  for (const [measure, value] of spreads(data)) put(measure, value)
  return measures
}

/** mathjs itself takes numbers for equal that are less than 1e-15 apart. */
const inOrder = (list: readonly number[]): number[] => [...Float64Array.from(list).sort()]
const quantile = (sorted: number[], part: number): unknown => doubles.math.quantileSeq(sorted, part, true)

function* spreads(data: readonly Rational[]): Generator<[Measure, number]> {
  const { math } = doubles
  const [first = Q.ZERO] = data
  const smallest = data.reduce((least, value) => (Q.compare(value, least) < 0 ? value : least), first)
  const largest = data.reduce((most, value) => (Q.compare(value, most) > 0 ? value : most), first)
  const range = Q.subtract(largest, smallest)
  const places = data.map((value) => (range.n === 0n ? 0 : Q.toNumber(Q.divide(Q.subtract(value, smallest), range))))
  const { count, second, third } = moments(places)
  const unit = Q.toNumber(range)
  const sorted = inOrder(places)
  yield ['range', unit * ((sorted.at(-1) ?? 0) - (sorted[0] ?? 0))]
  yield ['interquartileRange', unit * (Number(quantile(sorted, 0.75)) - Number(quantile(sorted, 0.25)))]
  yield ['populationVariance', unit * Number(math.variance(places, 'uncorrected')) * unit]
  yield ['populationStandardDeviation', unit * Number(math.std(places, 'uncorrected'))]
  yield ['variance', unit * (second / (count - 1)) * unit]
  yield ['standardDeviation', unit * Math.sqrt(second / (count - 1))]
  yield ['skewness', third / count / (second / count) ** 1.5]
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
