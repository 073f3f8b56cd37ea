import type { Expression } from './expression.ts'
import { variablesOf } from './expression.ts'
import type { Sample } from './mathjs.ts'
import type { Numeric, Point } from './numeric.ts'
import { compile, distance, isReal, slopeAt } from './numeric.ts'

/** The seed of every sample, recorded in the evidence so that a check can be repeated. */
export const SEED = 20_250_717

/** How many points must be comparable before their agreement counts. */
export const LEAST_POINTS = 5
const WANTED_POINTS = 10
const MOST_TRIES = 240
const TOLERANCE = 1e-8
const SLOPE_TOLERANCE = 1e-7

/** What a comparison of two functions at points found. */
export interface Comparison {
  readonly agrees: boolean
  readonly points: number
  /** The largest relative difference among the points that agree. */
  readonly worst: number
  /** Where the two differ, if they do. */
  readonly counterexample?: { readonly at: Record<string, number>; readonly left: string; readonly right: string }
}

/** A generator of numbers in [0, 1), the same for the same seed (mulberry32). */
export function seededRandom(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}

/** Ranges in turn: near zero, within [-1, 1] where inverse functions live, both signs, large, and whole numbers. */
const RANGES = [
  [-4, 4],
  [-1, 1],
  [0, 1],
  [1, 4],
  [-12, 12],
  [0, 40],
] as const

/** An endless seeded sequence of points. */
export function* samplePoints(variables: readonly string[], seed = SEED): Generator<Point> {
  const random = seededRandom(seed)
  for (let index = 0; ; index += 1) {
    const whole = index % 8 === 7
    const point = new Map<string, number>()
    for (const variable of variables) {
      const [low, high] = RANGES[index % RANGES.length] ?? [-4, 4]
      point.set(variable, whole ? 1 + Math.floor(random() * 9) : low + random() * (high - low))
    }
    yield point
  }
}

/** Whether two expressions are the same function: of real values where there are any, else of complex ones. */
export function compareAtPoints(left: Expression, right: Expression): Comparison {
  const variables = [...new Set([...variablesOf(left), ...variablesOf(right)])]
  const [a, b] = [compile(left), compile(right)]
  const real = compareSampled(variables, (point) => a.at(point), {
    real: true,
    check: (point, value) => checkPoint(a, b, point, value),
  })
  if (real.points >= LEAST_POINTS || real.counterexample) return real
  return compareSampled(variables, (point) => a.at(point), {
    real: false,
    check: (point, value) => checkPoint(a, b, point, value),
  })
}

/** Whether `derivative` is the slope of `expression`, by finite differences. */
export function compareWithSlope(expression: Expression, derivative: Expression, variable: string): Comparison {
  const variables = [...new Set([...variablesOf(expression), ...variablesOf(derivative), variable])]
  const candidate = compile(derivative)
  let noise = 1
  const check = (point: Point, slope: Sample): Checked => {
    const value = candidate.at(point)
    if (value && distance(value, slope, 1e-6) <= SLOPE_TOLERANCE)
      return { difference: distance(value, slope), right: value }
    const again = candidate.preciselyAt(point) ?? value
    return { difference: again ? distance(again, slope, noise) : Infinity, right: again, tolerance: SLOPE_TOLERANCE }
  }
  const slope = (point: Point): Sample | null => {
    const found = slopeAt(expression, variable, point)
    noise = found?.noise ?? 1
    return found && found.value
  }
  const real = compareSampled(variables, slope, { real: true, check })
  if (real.points >= LEAST_POINTS || real.counterexample) return real
  return compareSampled(variables, slope, { real: false, check })
}

interface Checked {
  readonly difference: number
  readonly right: Sample | null
  readonly tolerance?: number
}

interface Sampling {
  readonly real: boolean
  readonly check: (point: Point, value: Sample) => Checked
}

function compareSampled(
  variables: readonly string[],
  reference: (point: Point) => Sample | null,
  { real, check }: Sampling,
): Comparison {
  let points = 0
  let worst = 0
  let tries = variables.length === 0 ? LEAST_POINTS : MOST_TRIES
  for (const point of samplePoints(variables)) {
    if (tries-- === 0 || points >= WANTED_POINTS) break
    const value = reference(point)
    // Beyond 1e100, doubles say little about a function, and overflow is near.
    if (!value || (real && !isReal(value)) || Math.hypot(value.re, value.im) > 1e100) continue
    const { difference, right, tolerance = TOLERANCE } = check(point, value)
    if (difference > tolerance) {
      return {
        agrees: false,
        points,
        worst,
        counterexample: { at: Object.fromEntries(point), left: show(value), right: show(right) },
      }
    }
    points += 1
    worst = Math.max(worst, difference)
  }
  return { agrees: points >= LEAST_POINTS, points, worst }
}

/** Compares in doubles, and in 64 digits where those differ or are so small that they may only be noise. */
function checkPoint(left: Numeric, right: Numeric, point: Point, value: Sample): Checked {
  const other = right.at(point)
  if (other && distance(value, other, 1e-6) <= TOLERANCE) return { difference: distance(value, other), right: other }
  const [exactLeft, exactRight] = [left.preciselyAt(point), right.preciselyAt(point)]
  if (exactLeft && exactRight) return { difference: distance(exactLeft, exactRight, 1e-25), right: exactRight }
  return { difference: other ? distance(value, other) : Infinity, right: other }
}

function show(value: Sample | null): string {
  if (!value) return 'no value'
  return value.im === 0 ? String(value.re) : `${value.re} + ${value.im}i`
}
