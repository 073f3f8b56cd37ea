import type { EvalFunction } from 'mathjs'
import type { Expression } from './expression.ts'
import { decimals, doubles } from './mathjs.ts'
import { print } from './print.ts'

/** What a function does as its variable closes in, as seen from its values. */
export interface Approach {
  readonly tendency: 'converges' | 'grows' | 'falls' | 'unclear' | 'undefined'
  /** The last values, the nearest last. */
  readonly values: readonly number[]
  /** Where the variable was for each value: the distance to the point, or the variable itself towards infinity. */
  readonly steps: readonly number[]
  /** The value that they converge to, extrapolated. */
  readonly estimate: number | null
}

/** A one-sided way to a point: `point` is null where the variable itself grows without bound in that direction. */
export interface Way {
  readonly variable: string
  readonly point: Expression | null
  readonly side: -1 | 1
}

const FINITE_STEPS = [1e-1, 1e-2, 1e-3, 1e-4, 1e-5, 1e-6, 1e-7, 1e-8, 1e-9, 1e-10, 1e-11, 1e-12]
// Irregular, so that a periodic function is not met at the same phase each time.
const GROWING_STEPS = [11, 1.3e2, 1.7e3, 1.1e4, 1.9e5, 1.2e6, 1.4e7, 1.6e8, 1.3e9, 1.8e10, 1.5e11, 1.7e12]

/** Evaluates in 64 digits at twelve places that close in by a factor of about ten each. */
export function approach(expression: Expression, way: Way): Approach {
  const evaluate = realEvaluator(expression, way)
  const steps = way.point ? FINITE_STEPS : GROWING_STEPS
  const values = steps.map((step) => evaluate(step))
  const defined = values.filter((value) => !Number.isNaN(value))
  const tail = values.slice(-6)
  if (tail.some(Number.isNaN)) {
    return {
      tendency: defined.length === 0 || Number.isNaN(values.at(-1)) ? 'undefined' : 'unclear',
      values,
      steps,
      estimate: null,
    }
  }
  return { ...classify(tail), values, steps }
}

function classify(tail: readonly number[]): Pick<Approach, 'tendency' | 'estimate'> {
  const last = tail.at(-1) ?? Number.NaN
  if (!Number.isFinite(last)) {
    const isSteady = tail.filter((value) => !Number.isFinite(value)).every((value) => value === last)
    return { tendency: isSteady ? (last > 0 ? 'grows' : 'falls') : 'unclear', estimate: null }
  }
  const changes = tail.slice(1).map((value, index) => value - (tail[index] ?? 0))
  const scale = Math.max(1, Math.abs(last))
  const final = changes.at(-1) ?? 0
  const isSettling = changes.every(
    (change, k) => Math.abs(change) <= Math.max(1e-13 * scale, 0.9 * Math.abs(changes[k - 1] ?? Infinity)),
  )
  if (isSettling && Math.abs(final) <= 1e-4 * scale) return { tendency: 'converges', estimate: extrapolate(tail) }
  const isClimbing = changes.every((change, k) => change > 0 && change >= 0.9 * (changes[k - 1] ?? 0))
  const isFalling = changes.every((change, k) => change < 0 && change <= 0.9 * (changes[k - 1] ?? 0))
  return { tendency: isClimbing && last > 0 ? 'grows' : isFalling && last < 0 ? 'falls' : 'unclear', estimate: null }
}

/** Aitken's delta-squared on the last three values. */
function extrapolate(tail: readonly number[]): number {
  const [a = 0, b = 0, c = 0] = tail.slice(-3)
  const bend = c - 2 * b + a
  const value = bend === 0 ? c : c - (c - b) ** 2 / bend
  return Number.isFinite(value) ? value : c
}

/** Whether the values close in on a finite limit. */
export function convergesTo(seen: Approach, limit: number): boolean {
  const errors = seen.values.map((value) => Math.abs(value - limit))
  const last = errors.at(-1) ?? Infinity
  const scale = Math.max(1, Math.abs(limit))
  if (seen.tendency === 'converges')
    return last <= 1e-5 * scale && last <= Math.max(errors.at(-4) ?? Infinity, 1e-12 * scale)
  // Slower than settling shows, or bouncing while it shrinks: the errors themselves must vanish.
  return errors.slice(-6).every((error) => error <= 1e-4 * scale) && last <= 1e-6 * scale
}

function realEvaluator(expression: Expression, { variable, point, side }: Way): (step: number) => number {
  const instances = [decimals, doubles]
  const [precise, fast] = instances.map(({ parse }) => {
    try {
      return parse(print(expression)).compile()
    } catch {
      return null
    }
  })
  const centre = point && print(point)
  return (step) => {
    for (const [instance, compiled] of [[decimals, precise] as const, [doubles, fast] as const]) {
      const value = compiled ? evaluateAt(instance, compiled, { variable, centre, by: side * step }) : Number.NaN
      if (!Number.isNaN(value)) return value
    }
    return Number.NaN
  }
}

interface Place {
  readonly variable: string
  readonly centre: string | null
  readonly by: number
}

/** NaN where the value is not real. */
function evaluateAt(instance: typeof decimals, compiled: EvalFunction, { variable, centre, by }: Place): number {
  try {
    const origin = centre === null ? '0' : centre
    const at = instance.parse(`${origin} + (${by})`).compile().evaluate(new Map()) as unknown
    const value = compiled.evaluate(new Map([[variable, at]])) as unknown
    if (typeof value === 'number') return value
    return instance.math.isBigNumber(value) ? value.toNumber() : Number.NaN
  } catch {
    return Number.NaN
  }
}
