import { describe, expect, it } from 'vitest'
import { parseExpression } from '../src/engine/parse.ts'
import * as Q from '../src/engine/rational.ts'
import { run } from '../src/engine/run.ts'
import { compareValues, confirmRational, confirmValue, noiseOf } from '../src/engine/verify-value.ts'
import { parseProblem } from '../src/solve.ts'

const real = (re: number): { re: number; im: number } => ({ re, im: 0 })
const noiseIn = (text: string) => (): number => noiseOf(parseExpression(text))
const agree = (text: string, value: number, other: number, isPrecise = true): boolean =>
  compareValues({ value: real(value), other: real(other), isPrecise, noise: noiseIn(text) }).agrees

describe('two values of an expression', () => {
  it.each([
    ['exp(-40)', 4.248354255291589e-18],
    ['exp(-700)', 9.859676543759771e-305],
    ['sin(1)', 0.8414709848078965],
    ['pi^100', 5.187848314319613e49],
  ])('agree on %s to 11 digits, whatever its size', (text, value) => {
    expect(agree(text, value, value * (1 + 1e-13))).toBe(true)
    expect(agree(text, value, value * (1 + 1e-9))).toBe(false)
    expect(agree(text, value, 0)).toBe(false)
    expect(agree(text, value, -value)).toBe(false)
  })

  it('agree on 0 where terms cancel, to what the size of the terms leaves', () => {
    expect(agree('sin(pi)', 3e-64, 1.2e-16)).toBe(true)
    expect(agree('sin(pi)', 3e-64, 1e-12)).toBe(false)
    expect(agree('sqrt(2)^2 - 2', 0, 4.4e-16)).toBe(true)
    expect(agree('sqrt(2)^2 - 2', 0, 1e-13)).toBe(false)
    expect(agree('re(exp(i * pi / 2))', 6e-17, 0, false)).toBe(true)
    expect(agree('re(exp(i * pi / 2))', 6e-17, 1e-17, false)).toBe(false)
  })

  it('agree on fewer digits only where cancellation explains it, and never on fewer than 6', () => {
    expect(agree('1 - cos(0.0001)', 4.9999999958333e-9, 4.99999996961264e-9)).toBe(true)
    expect(agree('1 - cos(0.00001)', 5e-11, 5.000000413701855e-11)).toBe(true)
    expect(agree('1 - cos(0.000001)', 5e-13, 5.000444502911705e-13)).toBe(false)
    expect(agree('10^-30 + pi - pi', 1e-30, 0)).toBe(false)
  })

  it('are needed both', () => {
    const noise = noiseIn('1')
    expect(() => confirmValue({ value: real(1), other: null, isPrecise: true, noise })).toThrow(/only mathjs/)
    expect(() => confirmValue({ value: real(1), other: real(2), isPrecise: true, noise })).toThrow(/compute-engine 2/)
    expect(() => confirmValue({ value: real(1), other: { re: 1, im: 0.25 }, isPrecise: true, noise })).toThrow(
      /0.25 \* i/,
    )
  })
})

describe('an exact value', () => {
  const value = Q.rational(1, 10n ** 400n)

  it('is confirmed by the same fraction, or by its digits', () => {
    expect(confirmRational(value, [{ by: 'b', value }])).toEqual({ by: 'b', equal: true })
    const near = Q.multiply(value, Q.fromDecimal(1 + 1e-13))
    expect(confirmRational(value, [{ by: 'b', value: near }])).toEqual({ by: 'b', equal: false })
  })

  it('is refused where others find another, or nothing', () => {
    const far = Q.multiply(value, Q.fromDecimal(1.0000001))
    expect(() => confirmRational(value, [{ by: 'b', value: far }])).toThrow('b finds another value')
    expect(() => confirmRational(value, [{ by: 'b', value: Q.ZERO }])).toThrow('b finds another value')
    expect(() => confirmRational(value, [])).toThrow(/only one way/)
  })
})

describe('evaluate', () => {
  const evaluate = async (expression: string): Promise<unknown> =>
    (await run(parseProblem({ operation: 'evaluate', expression }))).result

  it.each([
    ['exp(-40)', '1 / e^40'],
    ['log(2) * exp(-40)', '2.94473477407521e-18'],
    ['1 - cos(0.000001)', '4.99999999999958e-13'],
    ['10^-30 * pi + pi - pi', '3.14159265358979e-30'],
    ['erf(0.5)', '0.520499877813047'],
    ['cbrt(3) * log2(3) - log10(3)', '1.80879023089878'],
    ['sin(pi) + sqrt(2) - sqrt(2)', '0'],
    ['(1/3)^900', undefined],
    ['combinations(60, 30) / 7^80', undefined],
  ])('answers %s, confirmed by compute-engine', async (expression, answer) => {
    expect(await evaluate(expression)).toMatchObject(answer === undefined ? { exact: true } : { answer })
  })

  it('has no answer where doubles would say 0', async () => {
    await expect(evaluate('exp(-800)')).rejects.toMatchObject({ code: 'UNSOLVED' })
  })

  it('leaves unconfirmed what the two libraries understand differently', async () => {
    await expect(evaluate('(-8)^(1/3) + pi')).rejects.toMatchObject({ code: 'UNVERIFIED' })
  })
})
