import { rootsOfFactor } from '../exact-roots.ts'
import type { Expression } from '../expression.ts'
import { call, number, walk } from '../expression.ts'
import { factorExactly } from '../factor-exactly.ts'
import { badInput, unsolved, unverified } from '../failure.ts'
import type { ExactMatrix } from '../matrices.ts'
import * as M from '../matrices.ts'
import type { MatrixValue } from '../matrix-read.ts'
import { exactMatrixValue, requireInverse, requireSquare } from '../matrix-read.ts'
import { evaluateSymbolicMatrix } from '../matrix-symbolic.ts'
import { parseExpression } from '../parse.ts'
import * as P from '../polynomial.ts'
import { print, printLatex } from '../print.ts'
import type { Json, MathResult, ProblemOf } from '../problem.ts'
import * as Q from '../rational.ts'
import { setLatex, textOf } from '../solve-polynomial.ts'
import type { Trace } from '../trace.ts'
import { confirmByMathjs } from '../verify-matrix.ts'
import type { Operation } from './operation.ts'

type Action = NonNullable<ProblemOf<'matrix'>['action']>

/** Determinant, inverse, eigenvalues, rank and the rest; exact where the entries are rational. */
export const matrix: Operation<'matrix'> = (problem, trace) => {
  const given = parseExpression(problem.expression, 'expression', { arrays: true })
  const other = problem.other === undefined ? null : parseExpression(problem.other, 'other', { arrays: true })
  const { action, expression } = readAction(given, problem.action ?? 'evaluate')
  if ((action === 'multiply' || action === 'solve') !== (other !== null)) {
    throw badInput(
      other ? `other: action "${action}" takes one matrix` : `other: action "${action}" needs a second matrix`,
    )
  }
  trace.step('parse', { expression: print(expression), action })
  if (![...walk(expression)].some(({ kind }) => kind === 'array'))
    throw badInput('expression: it has no matrix; write [[1, 2], [3, 4]]')
  trace.step('solve')
  const value = exactMatrixValue(expression)
  const second = other && exactMatrixValue(other)
  if (!value || (other && !second)) return evaluateSymbolicMatrix({ expression, other, action }, trace)
  return act(action, { expression, value, other, second }, trace)
}

/** "det([[1, 2], [3, 4]])" asks for the action that its function names. */
function readAction(given: Expression, action: Action): { action: Action; expression: Expression } {
  if (given.kind !== 'call' || action !== 'evaluate' || given.args.length !== 1) return { action, expression: given }
  const named: Readonly<Record<string, Action>> = {
    eigs: 'eigenvalues',
    det: 'determinant',
    inv: 'inverse',
    rank: 'rank',
  }
  const found = named[given.head]
  return found ? { action: found, expression: given.args[0] ?? given } : { action, expression: given }
}

interface Operands {
  readonly expression: Expression
  readonly value: MatrixValue
  readonly other: Expression | null
  readonly second: MatrixValue | null
}

function act(action: Action, { expression, value, other, second }: Operands, trace: Trace): MathResult {
  if (action === 'evaluate') return confirmed(expression, value, trace)
  if (value.kind !== 'matrix') throw badInput(`action "${action}" needs a matrix, not a number`)
  switch (action) {
    case 'multiply': {
      const whole = call('multiply', expression, other ?? expression)
      return confirmed(whole, exactMatrixValue(whole) ?? value, trace)
    }
    case 'solve':
      return solveFor(value.matrix, second, trace)
    case 'transpose':
    case 'trace':
      return confirmed(call(action, expression), exactMatrixValue(call(action, expression)) ?? value, trace)
    case 'determinant':
      return determinant(value.matrix, expression, trace)
    case 'inverse':
      return inverse(value.matrix, trace)
    case 'rank':
      return rank(value.matrix, trace)
    case 'eigenvalues':
      return eigenvalues(value.matrix, trace)
  }
}

function scalarResult(value: Q.Rational): MathResult {
  return {
    answer: Q.format(value, { decimal: true }),
    latex: printLatex(number(value)),
    exact: true,
    approximate: Q.toNumber(value),
  }
}

function matrixResult(matrix: ExactMatrix): MathResult {
  const items = matrix.map((row): Expression => ({ kind: 'array', items: row.map((each) => number(each)) }))
  return {
    answer: matrix.map((row) => row.map((each) => Q.format(each, { decimal: true }))),
    latex: printLatex({ kind: 'array', items }),
    exact: true,
    approximate: matrix.map((row) => row.map(Q.toNumber)),
  }
}

/** The exact value, computed again by mathjs in 64 digits. */
function confirmed(expression: Expression, value: MatrixValue, trace: Trace): MathResult {
  trace.step('verify')
  const entries = value.kind === 'scalar' ? [[Q.toNumber(value.value)]] : value.matrix.map((row) => row.map(Q.toNumber))
  confirmByMathjs(expression, entries, trace)
  return value.kind === 'scalar' ? scalarResult(value.value) : matrixResult(value.matrix)
}

function determinant(matrix: ExactMatrix, expression: Expression, trace: Trace): MathResult {
  requireSquare(matrix, 'the determinant')
  const value = M.reduce(matrix).determinant
  trace.step('verify')
  const constant = M.characteristicPolynomial(matrix)[0] ?? Q.ZERO
  const again = matrix.length % 2 === 0 ? constant : Q.negate(constant)
  if (!Q.equals(again, value))
    throw unverified('elimination and the characteristic polynomial give different determinants')
  trace.confirm('recomputation', {
    by: 'the characteristic polynomial (Faddeev and LeVerrier)',
    value: Q.format(again),
    equal: true,
  })
  confirmByMathjs(call('det', expression), [[Q.toNumber(value)]], trace)
  return scalarResult(value)
}

function inverse(matrix: ExactMatrix, trace: Trace): MathResult {
  const found = requireInverse(matrix)
  trace.step('verify')
  const unit = M.identity(matrix.length)
  if (!M.areEqual(M.multiply(matrix, found), unit) || !M.areEqual(M.multiply(found, matrix), unit)) {
    throw unverified('the inverse times the matrix is not the identity')
  }
  trace.confirm('inverse-product', { isIdentity: true, exact: true, sides: 'left and right' })
  return matrixResult(found)
}

function rank(matrix: ExactMatrix, trace: Trace): MathResult {
  const found = M.reduce(matrix).pivots.length
  trace.step('verify')
  const again = M.rankModulo(matrix, 2_305_843_009_213_693_951n)
  if (again !== found) throw unverified('elimination over the rationals and modulo a prime give different ranks')
  trace.confirm('recomputation', { by: 'elimination modulo 2^61 - 1', value: again, equal: true })
  return scalarResult(Q.rational(found))
}

function solveFor(matrix: ExactMatrix, second: MatrixValue | null, trace: Trace): MathResult {
  if (second?.kind !== 'matrix') throw badInput('other: it is not a matrix')
  const right = second.matrix
  if (right.length !== matrix.length) throw badInput('other: it has not as many rows as the matrix')
  const width = matrix[0]?.length ?? 0
  const { reduced, pivots } = M.reduce(matrix.map((row, index) => [...row, ...(right[index] ?? [])]))
  if (pivots.some((pivot) => pivot >= width)) throw unsolved('the system has no solution')
  if (pivots.length < width) throw unsolved('the system has infinitely many solutions')
  const found = reduced.slice(0, width).map((row) => row.slice(width))
  trace.step('verify')
  if (!M.areEqual(M.multiply(matrix, found), right))
    throw unverified('the matrix times the solution is not the right side')
  trace.confirm('substitution', { residual: 0, exact: true })
  return matrixResult(found)
}

function eigenvalues(matrix: ExactMatrix, trace: Trace): MathResult {
  requireSquare(matrix, 'an eigenvalue')
  if (matrix.length > 12) throw badInput('eigenvalues are found for at most 12 x 12')
  const polynomial = P.trim(M.characteristicPolynomial(matrix))
  const roots = factorExactly(polynomial, 'x').factors.flatMap((factor) => rootsOfFactor(factor).roots)
  trace.step('verify')
  const values = roots.flatMap((root) => Array.from({ length: root.multiplicity }, () => root))
  if (values.length !== matrix.length) throw unverified('the eigenvalues are not as many as the matrix has rows')
  const sum = values.reduce((total, { value }) => total + value.re, 0)
  const expected = Q.toNumber(M.traceOf(matrix))
  const scale = Math.max(1, ...values.map(({ value }) => Math.hypot(value.re, value.im)))
  if (Math.abs(sum - expected) > 1e-8 * scale * matrix.length)
    throw unverified('the sum of the eigenvalues is not the trace')
  trace.confirm('recomputation', { sumOfEigenvalues: sum, trace: expected })
  confirmProduct(
    values.map(({ value }) => value),
    matrix,
    trace,
  )
  return {
    answer: values.map(textOf),
    latex: setLatex(
      '\\lambda',
      values.map((root) => (root.exact ? printLatex(root.exact) : textOf(root))),
    ),
    exact: values.every(({ exact }) => exact !== null),
    approximate: values.map(({ value }): Json => (value.im === 0 ? value.re : { re: value.re, im: value.im })),
    domain: 'complex numbers, each as often as its algebraic multiplicity',
    characteristicPolynomial: print(P.toExpression(polynomial, 'x')),
  }
}

function confirmProduct(values: readonly { re: number; im: number }[], matrix: ExactMatrix, trace: Trace): void {
  const product = values.reduce((a, b) => ({ re: a.re * b.re - a.im * b.im, im: a.re * b.im + a.im * b.re }), {
    re: 1,
    im: 0,
  })
  const expected = Q.toNumber(M.reduce(matrix).determinant)
  if (Math.abs(product.re - expected) > 1e-7 * Math.max(1, Math.abs(expected))) {
    throw unverified('the product of the eigenvalues is not the determinant')
  }
  trace.confirm('recomputation', { productOfEigenvalues: product.re, determinant: expected })
}
