import { BOUNDS } from './bounds.ts'
import { exactValue } from './exact.ts'
import type { Expression } from './expression.ts'
import { badInput, unsolved } from './failure.ts'
import type { ExactMatrix } from './matrices.ts'
import * as M from './matrices.ts'
import type { Rational } from './rational.ts'
import * as Q from './rational.ts'

/** What an expression of matrices comes to. */
export type MatrixValue =
  { readonly kind: 'scalar'; readonly value: Rational } | { readonly kind: 'matrix'; readonly matrix: ExactMatrix }

/** The rows of an array of arrays; a flat list is one column. @throws MathFailure BAD_INPUT where rows differ in length */
export function toRows(array: Extract<Expression, { kind: 'array' }>): readonly (readonly Expression[])[] {
  const isFlat = array.items.every((item) => item.kind !== 'array')
  const rows = isFlat
    ? array.items.map((item) => [item])
    : array.items.map((item) => (item.kind === 'array' ? item.items : []))
  const columns = rows[0]?.length ?? 0
  if (rows.length === 0 || columns === 0) throw badInput('a matrix is empty')
  if (rows.length > BOUNDS.matrixSide || columns > BOUNDS.matrixSide) {
    throw badInput(`a matrix has more than ${BOUNDS.matrixSide} rows or columns`)
  }
  if (rows.some((row) => row.length !== columns)) throw badInput('the rows of a matrix differ in length')
  if (rows.some((row) => row.some((item) => item.kind === 'array')))
    throw badInput('a matrix has two dimensions, not more')
  return rows
}

/** Evaluates an expression of matrices with rational entries exactly; null where an entry is not rational. */
export function exactMatrixValue(expression: Expression): MatrixValue | null {
  if (expression.kind === 'array') return fromArray(expression)
  if (expression.kind !== 'call') {
    const value = exactValue(expression)
    return value && { kind: 'scalar', value }
  }
  const args: MatrixValue[] = []
  for (const arg of expression.args) {
    const value = exactMatrixValue(arg)
    if (!value) return null
    args.push(value)
  }
  try {
    return apply(expression.head, args) ?? scalarCall(expression)
  } catch (error) {
    if (error instanceof RangeError) throw badInput(`expression: ${error.message}`)
    throw error
  }
}

function fromArray(array: Extract<Expression, { kind: 'array' }>): MatrixValue | null {
  const matrix: Rational[][] = []
  for (const row of toRows(array)) {
    const values = row.map(exactValue)
    if (values.some((value) => value === null)) return null
    matrix.push(values.filter((value) => value !== null))
  }
  return { kind: 'matrix', matrix }
}

function scalarCall(expression: Expression): MatrixValue | null {
  const value = exactValue(expression)
  return value && { kind: 'scalar', value }
}

/** Null where all arguments are plain numbers, which exact.ts evaluates. */
function apply(head: string, args: readonly MatrixValue[]): MatrixValue | null {
  const [first, second] = args
  if (!first || args.every(({ kind }) => kind === 'scalar')) return null
  switch (head) {
    case 'add':
      return args.reduce((a, b) => elementwise(a, b, Q.add))
    case 'multiply':
      return args.reduce(times)
    case 'dotMultiply':
      return second ? elementwise(first, second, Q.multiply) : null
    case 'negate':
      return times({ kind: 'scalar', value: Q.rational(-1) }, first)
    case 'divide':
      if (second?.kind !== 'scalar') throw badInput('a matrix can be divided by a number only; for a matrix use inv')
      return times(first, { kind: 'scalar', value: Q.divide(Q.ONE, second.value) })
    case 'pow':
      return first.kind === 'matrix' && second?.kind === 'scalar' ? matrixPower(first.matrix, second.value) : null
    default:
      return first.kind === 'matrix' ? ofMatrix(head, first.matrix) : null
  }
}

function elementwise(a: MatrixValue, b: MatrixValue, by: (x: Rational, y: Rational) => Rational): MatrixValue {
  if (a.kind === 'matrix' && b.kind === 'matrix') return { kind: 'matrix', matrix: M.combine(a.matrix, b.matrix, by) }
  throw badInput('a number and a matrix cannot be added')
}

function times(a: MatrixValue, b: MatrixValue): MatrixValue {
  if (a.kind === 'matrix' && b.kind === 'matrix') return { kind: 'matrix', matrix: M.multiply(a.matrix, b.matrix) }
  if (a.kind === 'scalar' && b.kind === 'scalar') return { kind: 'scalar', value: Q.multiply(a.value, b.value) }
  const [factor, matrix] = a.kind === 'scalar' ? [a.value, b] : [b.kind === 'scalar' ? b.value : Q.ONE, a]
  if (matrix.kind !== 'matrix') return matrix
  return { kind: 'matrix', matrix: matrix.matrix.map((row) => row.map((value) => Q.multiply(factor, value))) }
}

function matrixPower(matrix: ExactMatrix, exponent: Rational): MatrixValue {
  requireSquare(matrix, 'a power')
  if (exponent.d !== 1n || Q.absolute(exponent.n) > 100n)
    throw badInput('a matrix is raised to whole powers from -100 to 100')
  const base = exponent.n < 0n ? requireInverse(matrix) : matrix
  let result = M.identity(matrix.length)
  for (let k = 0n; k < Q.absolute(exponent.n); k += 1n) result = M.multiply(result, base)
  return { kind: 'matrix', matrix: result }
}

export function requireSquare(matrix: ExactMatrix, what: string): void {
  const { rows, columns } = M.sizeOfMatrix(matrix)
  if (rows !== columns) throw badInput(`${what} needs a square matrix, not ${rows} x ${columns}`)
}

export function requireInverse(matrix: ExactMatrix): ExactMatrix {
  requireSquare(matrix, 'the inverse')
  const inverse = M.invert(matrix)
  if (!inverse) throw unsolved('the matrix is singular: it has no inverse')
  return inverse
}

function ofMatrix(head: string, matrix: ExactMatrix): MatrixValue | null {
  switch (head) {
    case 'transpose':
      return { kind: 'matrix', matrix: M.transpose(matrix) }
    case 'inv':
      return { kind: 'matrix', matrix: requireInverse(matrix) }
    case 'det':
      requireSquare(matrix, 'the determinant')
      return { kind: 'scalar', value: M.reduce(matrix).determinant }
    case 'trace':
      requireSquare(matrix, 'the trace')
      return { kind: 'scalar', value: M.traceOf(matrix) }
    case 'rank':
      return { kind: 'scalar', value: Q.rational(M.reduce(matrix).pivots.length) }
    default:
      return null
  }
}
