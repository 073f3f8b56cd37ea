import type { Matrix } from 'mathjs'
import { unsolved } from './failure.ts'
import { doubles } from './mathjs.ts'
import type { Sample } from './mathjs.ts'
import type { Polynomial } from './polynomial.ts'
import * as P from './polynomial.ts'
import { refineRoots } from './polynomial-refine.ts'
import * as Q from './rational.ts'

const times = (a: Sample, b: Sample): Sample => ({ re: a.re * b.re - a.im * b.im, im: a.re * b.im + a.im * b.re })

function over(a: Sample, b: Sample): Sample {
  const size = b.re * b.re + b.im * b.im
  return { re: (a.re * b.re + a.im * b.im) / size, im: (a.im * b.re - a.re * b.im) / size }
}

/** Coefficients as doubles with the leading one 1. */
function monicDoubles(p: Polynomial): number[] {
  return P.monic(p).map(Q.toNumber)
}

function horner(coefficients: readonly number[], at: Sample): { value: Sample; slope: Sample; size: number } {
  let value: Sample = { re: 0, im: 0 }
  let slope: Sample = { re: 0, im: 0 }
  let size = 0
  const modulus = Math.hypot(at.re, at.im)
  for (let k = coefficients.length - 1; k >= 0; k -= 1) {
    const moved = times(slope, at)
    slope = { re: moved.re + value.re, im: moved.im + value.im }
    const next = times(value, at)
    value = { re: next.re + (coefficients[k] ?? 0), im: next.im }
    size = size * modulus + Math.abs(coefficients[k] ?? 0)
  }
  return { value, slope, size }
}

/** |p(x)| as a part of the sum of the magnitudes of its terms: about 1e-16 at a root that is as good as doubles get. */
export function residualAt(p: Polynomial, at: Sample): number {
  const { value, size } = horner(monicDoubles(p), at)
  return size === 0 ? 0 : Math.hypot(value.re, value.im) / size
}

/**
 * All complex roots of a polynomial without repeated ones, as near as doubles get: from the eigenvalues of its companion
 * matrix (by mathjs), or for high degrees from the iteration of Aberth and Ehrlich; both refined in 256 bits.
 *
 * @throws MathFailure UNSOLVED where they cannot be told apart
 */
export function numericRoots(p: Polynomial): { roots: Sample[]; method: 'companion-matrix' | 'aberth' } {
  const coefficients = monicDoubles(p)
  const companion = companionEigenvalues(coefficients)
  const refined = companion && refineRoots(p, companion)
  if (refined?.length === P.degreeOf(p)) return { roots: refined, method: 'companion-matrix' }
  const roots = refineRoots(p, aberth(coefficients))
  if (roots?.length === P.degreeOf(p)) return { roots, method: 'aberth' }
  throw unsolved('the roots of the polynomial lie too close together to be told apart')
}

/** The eigenvalues of larger matrices take mathjs seconds. */
const MOST_COMPANION = 20

function companionEigenvalues(coefficients: readonly number[]): Sample[] | null {
  const degree = coefficients.length - 1
  if (degree > MOST_COMPANION) return null
  if (degree === 1) return [{ re: -(coefficients[0] ?? 0), im: 0 }]
  const rows = Array.from({ length: degree }, (_, row) =>
    Array.from({ length: degree }, (_, column) => {
      if (column === degree - 1) return -(coefficients[row] ?? 0)
      return row === column + 1 ? 1 : 0
    }),
  )
  try {
    const { values } = doubles.math.eigs(rows, { eigenvectors: false } as never) as { values: unknown }
    const list = (Array.isArray(values) ? values : (values as Matrix).toArray()) as unknown[]
    return list.map((value) => (typeof value === 'number' ? { re: value, im: 0 } : (value as Sample)))
  } catch {
    return null
  }
}

function aberth(coefficients: readonly number[]): Sample[] {
  const degree = coefficients.length - 1
  const radius = 1 + Math.max(...coefficients.slice(0, -1).map(Math.abs))
  const roots: Sample[] = Array.from({ length: degree }, (_, k) => {
    const angle = (2 * Math.PI * k) / degree + 0.4
    const size = Math.min(radius, 2) * (0.5 + (0.5 * (k + 1)) / degree)
    return { re: size * Math.cos(angle), im: size * Math.sin(angle) }
  })
  for (let round = 0; round < 500; round += 1) {
    let moved = 0
    roots.forEach((root, k) => {
      const { value, slope } = horner(coefficients, root)
      const newton = over(value, slope)
      const pull = roots.reduce<Sample>(
        (total, other, j) => {
          if (j === k) return total
          const inverse = over({ re: 1, im: 0 }, { re: root.re - other.re, im: root.im - other.im })
          return { re: total.re + inverse.re, im: total.im + inverse.im }
        },
        { re: 0, im: 0 },
      )
      const product = times(newton, pull)
      const step = over(newton, { re: 1 - product.re, im: -product.im })
      if (!Number.isFinite(step.re) || !Number.isFinite(step.im)) return
      roots[k] = { re: root.re - step.re, im: root.im - step.im }
      moved = Math.max(moved, Math.hypot(step.re, step.im) / Math.max(1, Math.hypot(root.re, root.im)))
    })
    if (moved < 1e-12) break
  }
  return roots
}
