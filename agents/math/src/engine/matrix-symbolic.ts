import { simplest } from './candidates.ts'
import type { Expression } from './expression.ts'
import { call, number, product, sum, variablesOf } from './expression.ts'
import { badInput, unsolved, unverified } from './failure.ts'
import { toRows } from './matrix-read.ts'
import { compile, isReal } from './numeric.ts'
import { print, printLatex } from './print.ts'
import type { MathResult } from './problem.ts'
import type { Trace } from './trace.ts'
import { LEAST_POINTS, SEED, samplePoints } from './verify.ts'
import { mathjsRows, worstDifference } from './verify-matrix.ts'

type Rows = readonly (readonly Expression[])[]

interface Question {
  readonly expression: Expression
  readonly other: Expression | null
  readonly action: string
}

const MOST_SIDE = 4

/** Matrices with symbols or irrational entries, up to 4 x 4: computed by formulas, confirmed by mathjs at sample values. */
export function evaluateSymbolicMatrix({ expression, other, action }: Question, trace: Trace): MathResult {
  const { rows, whole } = compute(expression, other, action)
  const tidy = rows.map((row) => row.map((entry) => simplest(entry).expression))
  trace.step('verify')
  confirmAtPoints(tidy, whole, trace)
  const [only] = tidy.length === 1 && tidy[0]?.length === 1 && action !== 'evaluate' ? tidy[0] : []
  const isScalar = only !== undefined && ['determinant', 'trace'].includes(action)
  if (isScalar) return { answer: print(only), latex: printLatex(only), exact: true, ...assumptionsOf(whole) }
  const items = tidy.map((row): Expression => ({ kind: 'array', items: row }))
  return {
    answer: tidy.map((row) => row.map(print)),
    latex: printLatex({ kind: 'array', items }),
    exact: true,
    ...assumptionsOf(whole),
  }
}

function assumptionsOf(whole: Expression): { assumptions?: string[] } {
  const usesInverse = whole.kind === 'call' && whole.head === 'inv'
  return usesInverse && variablesOf(whole).length > 0 ? { assumptions: ['the determinant is not zero'] } : {}
}

function rowsOf(expression: Expression | null): Rows {
  if (expression?.kind !== 'array')
    throw unsolved('with symbols or irrational entries, one matrix and an action are understood')
  const rows = toRows(expression)
  if (rows.length > MOST_SIDE || (rows[0]?.length ?? 0) > MOST_SIDE)
    throw unsolved(`with symbols, a matrix has at most ${MOST_SIDE} rows and columns`)
  return rows
}

/** The entries by formulas, and what mathjs shall evaluate to confirm them. */
function compute(expression: Expression, other: Expression | null, action: string): { rows: Rows; whole: Expression } {
  const rows = rowsOf(expression)
  switch (action) {
    case 'determinant':
      return { rows: [[determinant(square(rows))]], whole: call('det', expression) }
    case 'trace':
      return { rows: [[sum(square(rows).map((row, k) => row[k] ?? number(0)))]], whole: call('trace', expression) }
    case 'transpose':
      return { rows: transpose(rows), whole: call('transpose', expression) }
    case 'inverse':
      return { rows: inverse(square(rows)), whole: call('inv', expression) }
    case 'multiply':
      return { rows: multiply(rows, rowsOf(other)), whole: call('multiply', expression, other ?? expression) }
    case 'evaluate':
      return { rows, whole: expression }
    default:
      throw unsolved(`action "${action}" needs rational entries`)
  }
}

function square(rows: Rows): Rows {
  if (rows.some((row) => row.length !== rows.length)) throw badInput('the action needs a square matrix')
  return rows
}

function transpose(rows: Rows): Rows {
  return (rows[0] ?? []).map((_, column) => rows.map((row) => row[column] ?? number(0)))
}

function multiply(a: Rows, b: Rows): Rows {
  if ((a[0]?.length ?? 0) !== b.length) throw badInput('the sizes of the matrices do not fit')
  return a.map((row) =>
    (b[0] ?? []).map((_, column) => sum(row.map((entry, k) => product([entry, b[k]?.[column] ?? number(0)])))),
  )
}

function minor(rows: Rows, row: number, column: number): Rows {
  return rows.filter((_, i) => i !== row).map((each) => each.filter((_, j) => j !== column))
}

/** By Laplace along the first row. */
function determinant(rows: Rows): Expression {
  const [first = []] = rows
  if (rows.length === 1) return first[0] ?? number(1)
  return sum(
    first.map((entry, column) =>
      product([number(column % 2 === 0 ? 1 : -1), entry, determinant(minor(rows, 0, column))]),
    ),
  )
}

/** The adjugate over the determinant. */
function inverse(rows: Rows): Rows {
  const whole = simplest(determinant(rows)).expression
  if (whole.kind === 'number' && whole.value.n === 0n) throw unsolved('the matrix is singular: it has no inverse')
  if (rows.length === 1) return [[call('divide', number(1), whole)]]
  return rows.map((_, i) =>
    rows.map((__, j) =>
      call('divide', product([number((i + j) % 2 === 0 ? 1 : -1), determinant(minor(rows, j, i))]), whole),
    ),
  )
}

function confirmAtPoints(rows: Rows, whole: Expression, trace: Trace): void {
  const numerics = rows.map((row) => row.map(compile))
  const variables = [...new Set([...variablesOf(whole), ...rows.flat().flatMap(variablesOf)])]
  let points = 0
  let worst = 0
  let tries = variables.length === 0 ? LEAST_POINTS : 60
  for (const point of samplePoints(variables)) {
    if (tries-- === 0 || points >= 10) break
    const again = mathjsRows(whole, point)
    const values = numerics.map((row) => row.map((each) => each.at(point)))
    if (!again || values.some((row) => row.some((value) => !value || !isReal(value)))) continue
    const difference = worstDifference(
      again,
      values.map((row) => row.map((value) => value?.re ?? Number.NaN)),
    )
    if (!(difference <= 1e-7)) throw unverified('mathjs finds other entries at a sample point')
    points += 1
    worst = Math.max(worst, difference)
  }
  if (points < LEAST_POINTS) throw unverified('the matrix has values at too few sample points')
  trace.confirm('recomputation', { by: 'mathjs at sample values', points, worstDifference: worst, seed: SEED })
}
