import type { Expression } from './expression.ts'
import { call, variablesOf, walk } from './expression.ts'
import { factorExactly } from './factor-exactly.ts'
import { compile, isReal } from './numeric.ts'
import * as P from './polynomial.ts'
import { numericRoots } from './polynomial-roots.ts'
import { print } from './print.ts'
import { toPolynomial } from './rational-function.ts'
import * as Q from './rational.ts'
import { samplePoints } from './verify.ts'

interface Condition {
  readonly subject: Expression
  readonly relation: '!= 0' | '> 0' | '>= 0'
}

/** What one form divides by, or takes a logarithm or an even root of, and the other no longer does. */
export function lostConditions(before: Expression, after: Expression): string[] {
  const kept = new Set(conditionsOf(after).map(key))
  const lost = conditionsOf(before).filter((condition) => !kept.has(key(condition)))
  return [...new Set(lost.flatMap(describe))]
}

function key({ subject, relation }: Condition): string {
  return `${print(subject)} ${relation}`
}

function conditionsOf(expression: Expression): Condition[] {
  const conditions: Condition[] = []
  const add = (subject: Expression | undefined, relation: Condition['relation']): void => {
    if (subject && variablesOf(subject).length > 0) conditions.push({ subject, relation })
  }
  for (const node of walk(expression)) {
    if (node.kind !== 'call') continue
    const [first, second] = node.args
    if (node.head === 'divide') add(second, '!= 0')
    if (node.head === 'pow' && second?.kind === 'number' && second.value.n < 0n) add(first, '!= 0')
    if (['log', 'log10', 'log2'].includes(node.head)) add(first, '> 0')
    if (node.head === 'sqrt') add(first, '>= 0')
    if (node.head === 'tan' || node.head === 'sec') add(first && call('cos', first), '!= 0')
    if (node.head === 'cot' || node.head === 'csc') add(first && call('sin', first), '!= 0')
  }
  return conditions
}

/** The condition as one writes it: "x != 1" for "x - 1 != 0"; nothing where every real number meets it. */
function describe(condition: Condition): string[] {
  const { subject, relation } = condition
  if (relation !== '!= 0') return isAlwaysMet(condition) ? [] : [key(condition)]
  const [variable, ...others] = variablesOf(subject)
  const polynomial = variable !== undefined && others.length === 0 ? toPolynomial(subject, variable) : null
  if (variable === undefined || !polynomial || P.degreeOf(polynomial) < 1) return [key(condition)]
  const factors = factorExactly(polynomial, variable).factors.filter(({ part }) =>
    numericRoots(part).roots.some(({ im }) => im === 0),
  )
  return factors.map(({ part }) => {
    if (P.degreeOf(part) > 1) return `${print(P.toExpression(part, variable))} != 0`
    return `${variable} != ${Q.format(Q.negate(Q.divide(part[0] ?? Q.ZERO, P.leadingOf(part))))}`
  })
}

/** No sample point shows otherwise. */
function isAlwaysMet({ subject, relation }: Condition): boolean {
  const numeric = compile(subject)
  let tries = 60
  for (const point of samplePoints(variablesOf(subject))) {
    if (tries-- === 0) return true
    const value = numeric.at(point)
    if (!value || !isReal(value) || value.re < 0 || (relation === '> 0' && value.re === 0)) return false
  }
  return true
}
