/** What a rule of quadrature found; `error` is its own estimate. */
export interface Quadrature {
  readonly value: number
  readonly error: number
  readonly hasConverged: boolean
}

const RELATIVE_TOLERANCE = 1e-10

/** Positive nodes of the Kronrod rule of 15 points, with its weights and those of the Gauss rule of 7 inside it. */
const KRONROD = [
  [0.9914553711208126, 0.022935322010529224, 0],
  [0.9491079123427585, 0.06309209262997856, 0.1294849661688697],
  [0.8648644233597691, 0.10479001032225019, 0],
  [0.7415311855993945, 0.14065325971552592, 0.27970539148927664],
  [0.5860872354676911, 0.1690047266392679, 0],
  [0.4058451513773972, 0.19035057806478542, 0.3818300505051189],
  [0.20778495500789848, 0.20443294007529889, 0],
] as const
const KRONROD_CENTRE = 0.20948214108472782
const GAUSS_CENTRE = 0.4179591836734694

type RealFunction = (x: number) => number

/** The integral over a finite or infinite interval, by adaptive Gauss-Kronrod quadrature (QUADPACK's rule). */
export function gaussKronrod(f: RealFunction, lower: number, upper: number): Quadrature {
  const { g, from, to } = toFinite(f, lower, upper)
  // Split off centre: a pole in the middle must not cancel by symmetry.
  const cut = from + (to - from) * 0.41421356237
  const parts = [estimate(g, from, cut), estimate(g, cut, to)]
  for (let round = 0; round < 2_000; round += 1) {
    const value = parts.reduce((total, part) => total + part.value, 0)
    const error = parts.reduce((total, part) => total + part.error, 0)
    if (!Number.isFinite(value)) return { value, error: Infinity, hasConverged: false }
    if (error <= RELATIVE_TOLERANCE * Math.max(Math.abs(value), 1e-3)) return { value, error, hasConverged: true }
    const widest = parts.reduce((best, part, index) => (part.error > (parts[best]?.error ?? 0) ? index : best), 0)
    const part = parts[widest]
    if (!part || part.to - part.from < 1e-15 * Math.max(1, Math.abs(part.from)))
      return { value, error, hasConverged: false }
    const middle = (part.from + part.to) / 2
    parts.splice(widest, 1, estimate(g, part.from, middle), estimate(g, middle, part.to))
  }
  return { value: Number.NaN, error: Infinity, hasConverged: false }
}

interface Part {
  readonly from: number
  readonly to: number
  readonly value: number
  readonly error: number
}

function estimate(f: RealFunction, from: number, to: number): Part {
  const centre = (from + to) / 2
  const half = (to - from) / 2
  const middle = f(centre)
  let kronrod = KRONROD_CENTRE * middle
  let gauss = GAUSS_CENTRE * middle
  for (const [node, weight, gaussWeight] of KRONROD) {
    const pair = f(centre - half * node) + f(centre + half * node)
    kronrod += weight * pair
    gauss += gaussWeight * pair
  }
  const error = Math.abs(kronrod - gauss) * half
  return { from, to, value: kronrod * half, error: Number.isFinite(error) ? error : Infinity }
}

/** Maps an infinite interval to a finite one: x = t / (1 - t^2), or x = a + t / (1 - t). */
function toFinite(f: RealFunction, lower: number, upper: number): { g: RealFunction; from: number; to: number } {
  if (Number.isFinite(lower) && Number.isFinite(upper)) return { g: f, from: lower, to: upper }
  if (!Number.isFinite(lower) && !Number.isFinite(upper)) {
    return { g: (t) => scaled(f(t / (1 - t * t)), (1 + t * t) / (1 - t * t) ** 2), from: -1, to: 1 }
  }
  if (Number.isFinite(lower)) return { g: (t) => scaled(f(lower + t / (1 - t)), 1 / (1 - t) ** 2), from: 0, to: 1 }
  return { g: (t) => scaled(f(upper - (1 - t) / t), 1 / (t * t)), from: 0, to: 1 }
}

/** value * weight, where an underflown value wins over an overflowing weight. */
function scaled(value: number, weight: number): number {
  return value === 0 ? 0 : value * weight
}

/** The same integral by the double exponential rule (Takahasi and Mori 1974): a different set of nodes and weights. */
export function tanhSinh(f: RealFunction, lower: number, upper: number): Quadrature {
  const { g, from, to } = toFinite(f, lower, upper)
  const cut = from + (to - from) * 0.43437489
  const left = doubleExponential(g, from, cut)
  const right = doubleExponential(g, cut, to)
  const value = left.value + right.value
  const error = left.error + right.error
  const hasConverged = Number.isFinite(value) && error <= 1e-9 * Math.max(Math.abs(value), 1e-3)
  return { value, error, hasConverged }
}

function doubleExponential(f: RealFunction, from: number, to: number): { value: number; error: number } {
  const half = (to - from) / 2
  let previous = Number.NaN
  let error = Infinity
  for (let level = 3; level <= 9; level += 1) {
    const step = 2 ** -level
    let total = (Math.PI / 2) * f(from + half)
    for (let k = 1; k * step < 4; k += 1) total += doubleExponentialPair(f, { from, to, half, t: k * step })
    const value = total * step * half
    error = Math.abs(value - previous)
    if (error <= 1e-11 * Math.max(Math.abs(value), 1e-3)) return { value, error }
    previous = value
  }
  return { value: previous, error: Number.isFinite(error) ? error : Infinity }
}

function doubleExponentialPair(
  f: RealFunction,
  { from, to, half, t }: { from: number; to: number; half: number; t: number },
): number {
  const u = (Math.PI / 2) * Math.sinh(t)
  const weight = ((Math.PI / 2) * Math.cosh(t)) / Math.cosh(u) ** 2
  // The distance to the end, computed without cancellation; a node that rounds onto the end has no weight left.
  const gap = (half * Math.exp(-u)) / Math.cosh(u)
  const low = from + gap
  const high = to - gap
  const left = low > from ? f(low) : 0
  const right = high < to ? f(high) : 0
  return weight * (left + right)
}

const HALF_PERIODS = 60

/**
 * The integral from `lower` to infinity of what oscillates like a sine: by half-periods of pi, whose partial sums
 * alternate about the limit, accelerated by Wynn's epsilon algorithm. Converges for little else.
 */
export function oscillating(f: RealFunction, lower: number): Quadrature {
  const sums: number[] = []
  let total = 0
  for (let k = 0; k < HALF_PERIODS; k += 1) {
    const part = gaussKronrod(f, lower + k * Math.PI, lower + (k + 1) * Math.PI)
    if (!part.hasConverged) return { value: Number.NaN, error: Infinity, hasConverged: false }
    total += part.value
    sums.push(total)
  }
  const [value, before] = [wynn(sums), wynn(sums.slice(0, -7))]
  const error = Math.abs(value - before)
  return { value, error, hasConverged: error <= 1e-9 * Math.max(Math.abs(value), 1e-3) }
}

function wynn(sums: readonly number[]): number {
  let previous = sums.map(() => 0).concat(0)
  let current = [...sums]
  let best = sums.at(-1) ?? Number.NaN
  for (let column = 1; current.length > 1; column += 1) {
    const next = current.slice(1).map((value, k) => (previous[k + 1] ?? 0) + 1 / (value - (current[k] ?? 0)))
    if (next.some((value) => !Number.isFinite(value))) break
    ;[previous, current] = [current, next]
    if (column % 2 === 0) best = next.at(-1) ?? best
  }
  return best
}
