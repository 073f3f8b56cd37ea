import type { BigNumber } from 'mathjs'
import type { Expression } from './expression.ts'
import { call, substitute, symbol } from './expression.ts'
import type { Evaluate, Sample } from './mathjs.ts'
import { compileText, decimals, doubles } from './mathjs.ts'
import { print } from './print.ts'

/** A point: a value for every variable. */
export type Point = ReadonlyMap<string, number>

/** An expression that can be evaluated by mathjs, in doubles and in 64 digits. */
export interface Numeric {
  /** Null where the expression has no finite value there. */
  readonly at: (point: Point) => Sample | null
  /** Rounded to doubles only at the end, so that cancellation does no harm; slower by a factor of some hundred. */
  readonly preciselyAt: (point: Point) => Sample | null
}

export function compile(expression: Expression): Numeric {
  const text = print(expression)
  const at = compileText(doubles, text)
  let precise: Evaluate | undefined
  return {
    at: (point) => at(point),
    preciselyAt: (point) => {
      precise ??= compileText(decimals, text)
      return precise(toDecimals(point))
    },
  }
}

function toDecimals(point: Point): Map<string, unknown> {
  return new Map([...point].map(([name, value]) => [name, decimals.math.bignumber(value)]))
}

export function isReal({ re, im }: Sample): boolean {
  return Math.abs(im) <= 1e-9 * Math.max(1e-3, Math.abs(re))
}

/** The distance of two values, relative to the larger one, or to `floor` where both are smaller: what counts as noise. */
export function distance(a: Sample, b: Sample, floor = 1): number {
  const scale = Math.max(floor, Math.hypot(a.re, a.im), Math.hypot(b.re, b.im))
  return Math.hypot(a.re - b.re, a.im - b.im) / scale
}

/** The value of an expression without variables, in 64 digits where mathjs can; null where it has none. */
export function valueOf(expression: Expression): Sample | null {
  const numeric = compile(expression)
  return numeric.preciselyAt(new Map()) ?? numeric.at(new Map())
}

/** The value in 64 digits; null where mathjs has none, or one in doubles or complex numbers only. */
export function preciseValue(expression: Expression): BigNumber | null {
  try {
    const value = decimals.parse(print(expression)).compile().evaluate(new Map()) as unknown
    return decimals.math.isBigNumber(value) && value.isFinite() ? value : null
  } catch {
    return null
  }
}

/** The value where it is real, else null. */
export function realValueOf(expression: Expression): number | null {
  const value = valueOf(expression)
  return value && isReal(value) ? value.re : null
}

/** f(x) for one real variable, the others being held; NaN where it is not real. */
export function toRealFunction(numeric: Numeric, variable: string, held: Point = new Map()): (x: number) => number {
  const point = new Map(held)
  return (x) => {
    point.set(variable, x)
    const value = numeric.at(point)
    return value && isReal(value) ? value.re : Number.NaN
  }
}

/**
 * The derivative at a point by central differences in 64 digits (error about 1e-24); where mathjs has the function in
 * doubles only, by Richardson's extrapolation (error about 1e-10). Null where a value is missing.
 */
export function slopeAt(expression: Expression, variable: string, point: Point): Slope | null {
  const x = point.get(variable) ?? 0
  const precise = preciseSlope(expression, variable, point, x)
  if (precise) return { value: precise, noise: 1e-15 }
  const value = extrapolatedSlope(compile(expression), variable, point, x)
  return value && { value, noise: 1e-3 }
}

/** A slope, and below which size it says little. */
export interface Slope {
  readonly value: Sample
  readonly noise: number
}

function preciseSlope(expression: Expression, variable: string, point: Point, x: number): Sample | null {
  const evaluate = compileText(decimals, print(slopeText(expression, variable)))
  const { math } = decimals
  const step = math.bignumber('1e-12')
  const scope = toDecimals(point)
  scope.set(variable, math.bignumber(x))
  scope.set(STEP, step)
  return evaluate(scope)
}

/** The step's name in a compiled difference: no variable may begin with an underscore, so it clashes with none. */
const STEP = '_step'

function slopeText(expression: Expression, variable: string): Expression {
  const [x, step] = [symbol(variable), symbol(STEP)]
  const above = substitute(expression, variable, call('add', x, step))
  const below = substitute(expression, variable, call('add', x, call('negate', step)))
  return call('divide', call('add', above, call('negate', below)), call('add', step, step))
}

function extrapolatedSlope(numeric: Numeric, variable: string, point: Point, x: number): Sample | null {
  const difference = (step: number): Sample | null => {
    const above = numeric.at(new Map(point).set(variable, x + step))
    const below = numeric.at(new Map(point).set(variable, x - step))
    return above && below && { re: (above.re - below.re) / (2 * step), im: (above.im - below.im) / (2 * step) }
  }
  const step = 4e-3 * Math.max(1, Math.abs(x))
  const [coarse, middle, fine] = [difference(step), difference(step / 2), difference(step / 4)]
  if (!coarse || !middle || !fine) return null
  const refine = (a: Sample, b: Sample, order: number): Sample => ({
    re: (order * b.re - a.re) / (order - 1),
    im: (order * b.im - a.im) / (order - 1),
  })
  return refine(refine(coarse, middle, 4), refine(middle, fine, 4), 16)
}
