import type { Expression } from './expression.ts'
import { unverified } from './failure.ts'
import { decimals, doubles, toSample } from './mathjs.ts'
import { print } from './print.ts'
import type { Trace } from './trace.ts'

/** The rows that mathjs finds for an expression of matrices, a number as one row of one; null where it finds none. */
export function mathjsRows(expression: Expression, scope: ReadonlyMap<string, number> = new Map()): number[][] | null {
  for (const instance of scope.size === 0 ? [decimals, doubles] : [doubles]) {
    try {
      const value = instance.parse(print(expression)).compile().evaluate(new Map(scope)) as unknown
      const rows = toNumbers(value)
      if (rows) return rows
    } catch {
      // A function of matrices that mathjs has in doubles only.
    }
  }
  return null
}

function toNumbers(value: unknown): number[][] | null {
  const isMatrix =
    typeof value === 'object' && value !== null && 'toArray' in value && typeof value.toArray === 'function'
  const plain = isMatrix ? (value as { toArray(): unknown }).toArray() : value
  const list = Array.isArray(plain) ? (plain as unknown[]) : [[plain]]
  const rows = list.map((row) => (Array.isArray(row) ? (row as unknown[]) : [row]).map(toReal))
  return rows.every((row) => row.every((entry) => entry !== null))
    ? rows.map((row) => row.filter((entry) => entry !== null))
    : null
}

function toReal(value: unknown): number | null {
  const sample = toSample(value)
  return sample && sample.im === 0 ? sample.re : null
}

/** The largest difference of entries, relative to the largest entry; infinite where the shapes differ. */
export function worstDifference(a: readonly (readonly number[])[], b: readonly (readonly number[])[]): number {
  if (a.length !== b.length || a.some((row, k) => row.length !== b[k]?.length)) return Infinity
  const scale = Math.max(1, ...a.flat().map(Math.abs))
  return Math.max(0, ...a.flatMap((row, i) => row.map((value, j) => Math.abs(value - (b[i]?.[j] ?? Infinity)) / scale)))
}

/** @throws MathFailure UNVERIFIED where mathjs finds other entries */
export function confirmByMathjs(expression: Expression, entries: readonly (readonly number[])[], trace: Trace): void {
  const again = mathjsRows(expression)
  if (!again) throw unverified('mathjs finds no value to compare with')
  const worst = worstDifference(entries, again)
  if (!(worst <= 1e-9)) throw unverified('mathjs finds another value')
  trace.confirm('recomputation', { by: 'mathjs', worstDifference: worst })
}
