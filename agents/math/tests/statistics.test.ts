import { describe, expect, it } from 'vitest'
import { MEASURES, type Json, type Measure } from '../src/engine/problem.ts'
import * as Q from '../src/engine/rational.ts'
import { run } from '../src/engine/run.ts'
import { measureExactly } from '../src/engine/statistics.ts'
import { confirmMeasure, sizesOf } from '../src/engine/verify-statistics.ts'
import { parseProblem } from '../src/solve.ts'

const statistics = async (problem: object): Promise<unknown> =>
  (await run(parseProblem({ operation: 'statistics', ...problem }))).result.answer

/** Data whose measures are all defined, and none of them 0. */
const DATA = [3, 1, 4, 1, 5, 9, 2, 6]

describe('a measure', () => {
  it.each([1, 1e-10, 1e-100, 1e100])('of data as large as %s is refused where a second way finds another', (unit) => {
    const data = DATA.map((value) => Q.fromDecimal(value * unit))
    const sizes = sizesOf(data)
    const exactly = measureExactly(data)
    expect([...exactly.keys()].sort()).toEqual([...MEASURES].sort())
    for (const [measure, { value }] of exactly) {
      const others: (Json | undefined)[] = [
        wrong(value, (each) => each * 1.0001),
        wrong(value, (each) => each + 1e-3 * Math.abs(each)),
        wrong(value, () => 0),
        Number.NaN,
        [],
        null,
        undefined,
      ]
      const size = sizes(measure)
      expect(confirmMeasure(measure, { value, again: value, size })).toBe(0)
      for (const again of others)
        expect(() => confirmMeasure(measure, { value, again, size }), measure).toThrow(measure)
    }
  })

  it('that cancels to 0 is held to the size of its terms', () => {
    const sizes = sizesOf([-1e10, 1e-3, 1e10].map(Q.fromDecimal))
    const confirm = (measure: Measure, again: number): number =>
      confirmMeasure(measure, { value: 0, again, size: sizes(measure) })
    expect(confirm('sum', 1e-6)).toBe(0)
    expect(() => confirm('sum', 1)).toThrow(/sum/)
    expect(() => confirm('range', 1e-300)).toThrow(/range/)
    expect(() => confirm('variance', 1e-300)).toThrow(/variance/)
  })
})

const wrong = (value: Json, change: (each: number) => number): Json =>
  Array.isArray(value) ? value.map((each) => change(Number(each))) : change(Number(value))

describe('data', () => {
  it.each([
    [[1e-10, 3e-10], { variance: 2e-20, standardDeviation: 1.4142135623730951e-10, mean: 2e-10 }],
    [[1e-170, 3e-170], { standardDeviation: 1.4142135623730951e-170, range: 2e-170 }],
    [[0.1, 0.1, 0.1], { variance: 0, interquartileRange: 0 }],
    [[-0.1, 0.3], { lowerQuartile: 0, mean: 0.1 }],
    [[1e15, 1e15 + 0.5, 1e15 + 1], { range: 1, variance: 0.25 }],
    [[1e-20, 5, 3e-20], { median: 3e-20, minimum: 1e-20 }],
    [[1, 2, 3], { skewness: 0, median: 2 }],
    [[1e-150, 2e-150, 6e-150], { skewness: 0.5951700641394974, maximum: 6e-150 }],
  ])('%j are described to all their digits', async (data, answer) => {
    expect(await statistics({ data, measures: Object.keys(answer) })).toEqual(answer)
  })

  it('whose measure no double can hold lack it', async () => {
    const asked = statistics({ data: [1e-170, 3e-170], measures: ['variance'] })
    await expect(asked).rejects.toMatchObject({ code: 'UNSOLVED' })
    const all = await statistics({ data: [1e-170, 3e-170] })
    expect(all).toMatchObject({ mean: 2e-170 })
    expect(all).not.toHaveProperty('variance')
  })

  it('are described by all measures at once, 10,000 of them', async () => {
    const data = Array.from({ length: 10_000 }, (_, k) => ((k * 7919) % 10_007) / 64 - 50)
    expect(Object.keys((await statistics({ data })) as object)).toEqual(
      expect.arrayContaining(['variance', 'skewness']),
    )
  })
})
