type RealFunction = (x: number) => number

const INTERVALS = 6_000
const MOST_ROOTS = 60
/** How far off a place can be where a function only touches zero. */
const EDGE = 1e-6

/** Why there is no list of roots. */
export type ScanFailure = 'intervals' | 'too many'

/** Roots of a function within [from, to): sign changes, and places where it touches zero, refined to doubles. */
export function scanRoots(f: RealFunction, from: number, to: number): number[] | ScanFailure {
  const roots: number[] = []
  const add = (root: number | null): void => {
    if (root === null || root < from - EDGE || root >= to - EDGE) return
    if (!roots.some((other) => Math.abs(other - root) <= 1e-7 * Math.max(1, Math.abs(root)))) roots.push(root)
  }
  // The grid is shifted by an irrational part of a step: symmetric equations would meet it in special places.
  const step = (to - from) / INTERVALS
  const grid = Array.from({ length: INTERVALS + 5 }, (_, k) => from + (k - 2.41421356) * step)
  const values = grid.map(f)
  if (values.some((value, k) => value === 0 && values[k + 1] === 0 && values[k + 2] === 0)) return 'intervals'
  for (let k = 1; k < grid.length; k += 1) {
    if (roots.length > MOST_ROOTS) return 'too many'
    const [a = Number.NaN, b = Number.NaN, c = Number.NaN] = [values[k - 1], values[k], values[k + 1]]
    const [left = 0, middle = 0, right = 0] = [grid[k - 1], grid[k], grid[k + 1]]
    if (b === 0) add(middle)
    else if (a * b < 0) add(bisect(f, left, middle))
    else if (Math.abs(b) < Math.abs(a) && Math.abs(b) <= Math.abs(c) && b * c > 0) add(touch(f, left, right))
    else if (Number.isNaN(a) !== Number.isNaN(b))
      add(edge(f, Number.isNaN(a) ? { outside: left, inside: middle } : { outside: middle, inside: left }))
  }
  return roots.sort((x, y) => x - y)
}

/** A sign change that is a zero, not a pole: the function must be smaller there than at the ends. */
function bisect(f: RealFunction, from: number, to: number): number | null {
  let [low, high] = [from, to]
  let atLow = f(low)
  const size = Math.max(Math.abs(atLow), Math.abs(f(high)))
  for (let round = 0; round < 80; round += 1) {
    const middle = (low + high) / 2
    if (middle === low || middle === high) break
    const value = f(middle)
    if (value === 0) return middle
    if (Number.isNaN(value)) return null
    if (value * atLow < 0) high = middle
    else [low, atLow] = [middle, value]
  }
  const root = Math.abs(f(low)) <= Math.abs(f(high)) ? low : high
  return Math.abs(f(root)) <= 1e-6 * Math.max(size, 1e-6) ? settle(root, f) : null
}

/** A minimum of |f| by golden section; a root only where it reaches zero. */
function touch(f: RealFunction, from: number, to: number): number | null {
  const ratio = 0.6180339887498949
  let [low, high] = [from, to]
  for (let round = 0; round < 90; round += 1) {
    const [a, b] = [high - ratio * (high - low), low + ratio * (high - low)]
    if (Math.abs(f(a)) <= Math.abs(f(b))) high = b
    else low = a
  }
  const root = (low + high) / 2
  const size = Math.max(Math.abs(f(from)), Math.abs(f(to)))
  return Math.abs(f(root)) <= 1e-13 * Math.max(size, 1) ? settle(root, f) : null
}

/** A root at the very edge of where the function is real, as sqrt(x) has at 0. */
function edge(f: RealFunction, { outside, inside }: { outside: number; inside: number }): number | null {
  let [out, within] = [outside, inside]
  for (let round = 0; round < 80; round += 1) {
    const middle = (out + within) / 2
    if (middle === out || middle === within) break
    if (Number.isNaN(f(middle))) out = middle
    else within = middle
  }
  return Math.abs(f(within)) <= 1e-7 * Math.max(Math.abs(f(inside)), 1e-6) ? settle(within, f) : null
}

/** A rounder number nearby that is as good a root: 2 rather than 1.9999999999999998. */
function settle(root: number, f: RealFunction): number {
  const round = Number(root.toPrecision(12))
  return Math.abs(f(round)) <= Math.abs(f(root)) ? round : root
}
