import type { Rational } from './rational.ts'
import * as Q from './rational.ts'

/** Rows of exact numbers, all of one length. */
export type ExactMatrix = readonly (readonly Rational[])[]

export function sizeOfMatrix(matrix: ExactMatrix): { rows: number; columns: number } {
  return { rows: matrix.length, columns: matrix[0]?.length ?? 0 }
}

function entry(matrix: ExactMatrix, row: number, column: number): Rational {
  return matrix[row]?.[column] ?? Q.ZERO
}

export function identity(size: number): ExactMatrix {
  return build(size, size, (row, column) => (row === column ? Q.ONE : Q.ZERO))
}

function build(rows: number, columns: number, at: (row: number, column: number) => Rational): ExactMatrix {
  return Array.from({ length: rows }, (_, row) => Array.from({ length: columns }, (__, column) => at(row, column)))
}

export function transpose(matrix: ExactMatrix): ExactMatrix {
  const { rows, columns } = sizeOfMatrix(matrix)
  return build(columns, rows, (row, column) => entry(matrix, column, row))
}

/** @throws RangeError where the sizes do not fit */
export function multiply(a: ExactMatrix, b: ExactMatrix): ExactMatrix {
  const [left, right] = [sizeOfMatrix(a), sizeOfMatrix(b)]
  if (left.columns !== right.rows) {
    throw new RangeError(
      `a ${left.rows} x ${left.columns} matrix cannot be multiplied by a ${right.rows} x ${right.columns} one`,
    )
  }
  return build(left.rows, right.columns, (row, column) => {
    let total = Q.ZERO
    for (let k = 0; k < left.columns; k += 1) total = Q.add(total, Q.multiply(entry(a, row, k), entry(b, k, column)))
    return total
  })
}

export function combine(a: ExactMatrix, b: ExactMatrix, by: (x: Rational, y: Rational) => Rational): ExactMatrix {
  const [left, right] = [sizeOfMatrix(a), sizeOfMatrix(b)]
  if (left.rows !== right.rows || left.columns !== right.columns) {
    throw new RangeError(`a ${left.rows} x ${left.columns} matrix does not fit a ${right.rows} x ${right.columns} one`)
  }
  return build(left.rows, left.columns, (row, column) => by(entry(a, row, column), entry(b, row, column)))
}

export function areEqual(a: ExactMatrix, b: ExactMatrix): boolean {
  const [left, right] = [sizeOfMatrix(a), sizeOfMatrix(b)]
  if (left.rows !== right.rows || left.columns !== right.columns) return false
  return a.every((row, i) => row.every((value, j) => Q.equals(value, entry(b, i, j))))
}

/** The reduced row echelon form by Gauss and Jordan, the columns with a pivot, and the determinant of a square matrix. */
export function reduce(matrix: ExactMatrix): { reduced: ExactMatrix; pivots: number[]; determinant: Rational } {
  const rows = matrix.map((row) => [...row])
  const { columns } = sizeOfMatrix(matrix)
  const pivots: number[] = []
  let determinant = Q.ONE
  for (let column = 0; column < columns && pivots.length < rows.length; column += 1) {
    const target = pivots.length
    const found = rows.findIndex((row, index) => index >= target && (row[column]?.n ?? 0n) !== 0n)
    if (found < 0) continue
    if (found !== target) {
      ;[rows[found], rows[target]] = [rows[target] ?? [], rows[found] ?? []]
      determinant = Q.negate(determinant)
    }
    const pivot = rows[target]?.[column] ?? Q.ONE
    determinant = Q.multiply(determinant, pivot)
    const scaled = (rows[target] ?? []).map((value) => Q.divide(value, pivot))
    rows.forEach((row, index) => {
      const factor = row[column] ?? Q.ZERO
      if (index === target) rows[index] = scaled
      else if (factor.n !== 0n)
        rows[index] = row.map((value, k) => Q.subtract(value, Q.multiply(factor, scaled[k] ?? Q.ZERO)))
    })
    pivots.push(column)
  }
  return { reduced: rows, pivots, determinant: pivots.length === rows.length ? determinant : Q.ZERO }
}

/** Null where the matrix is singular. */
export function invert(matrix: ExactMatrix): ExactMatrix | null {
  const size = matrix.length
  const unit = identity(size)
  const { reduced, pivots } = reduce(matrix.map((row, index) => [...row, ...(unit[index] ?? [])]))
  return pivots.filter((pivot) => pivot < size).length === size ? reduced.map((row) => row.slice(size)) : null
}

/** The coefficients of det(x I - A) from the constant term up, by Faddeev and LeVerrier: no division but by whole numbers. */
export function characteristicPolynomial(matrix: ExactMatrix): Rational[] {
  const size = matrix.length
  const coefficients: Rational[] = Array.from({ length: size + 1 }, () => Q.ZERO)
  coefficients[size] = Q.ONE
  let m = build(size, size, () => Q.ZERO)
  for (let k = 1; k <= size; k += 1) {
    const previous = coefficients[size - k + 1] ?? Q.ZERO
    m = combine(multiply(matrix, m), identity(size), (x, y) => Q.add(x, Q.multiply(previous, y)))
    coefficients[size - k] = Q.divide(traceOf(multiply(matrix, m)), Q.rational(-k))
  }
  return coefficients
}

export function traceOf(matrix: ExactMatrix): Rational {
  return matrix.reduce((total, row, index) => Q.add(total, row[index] ?? Q.ZERO), Q.ZERO)
}

/** The rank modulo a prime: never above the true one, and below it for hardly any prime. */
export function rankModulo(matrix: ExactMatrix, prime: bigint): number {
  const residue = ({ n, d }: Rational): bigint =>
    ((((n % prime) * inverseModulo(d % prime, prime)) % prime) + prime) % prime
  const rows = matrix.map((row) => row.map(residue))
  const { columns } = sizeOfMatrix(matrix)
  let rank = 0
  for (let column = 0; column < columns && rank < rows.length; column += 1) {
    const found = rows.findIndex((row, index) => index >= rank && row[column] !== 0n)
    if (found < 0) continue
    ;[rows[found], rows[rank]] = [rows[rank] ?? [], rows[found] ?? []]
    const pivotRow = rows[rank] ?? []
    const inverse = inverseModulo(pivotRow[column] ?? 1n, prime)
    for (let index = rank + 1; index < rows.length; index += 1) {
      const row = rows[index] ?? []
      const factor = ((row[column] ?? 0n) * inverse) % prime
      rows[index] = row.map((value, k) => (((value - factor * (pivotRow[k] ?? 0n)) % prime) + prime) % prime)
    }
    rank += 1
  }
  return rank
}

function inverseModulo(value: bigint, prime: bigint): bigint {
  let [a, b, x, y] = [((value % prime) + prime) % prime, prime, 1n, 0n]
  while (b !== 0n) {
    const quotient = a / b
    ;[a, b] = [b, a % b]
    ;[x, y] = [y, x - quotient * y]
  }
  return x
}
