import { exactValue } from './exact.ts'
import type { Expression } from './expression.ts'
import { call, number, product, sum, symbol } from './expression.ts'
import type { Rational } from './rational.ts'
import * as Q from './rational.ts'

/** Exponents, one for each variable, joined by commas, with their coefficient; no coefficient is zero. */
export type Multivariate = ReadonlyMap<string, Rational>

const MOST_TERMS = 200
const MOST_POWER = 12

/** Reads a polynomial in several variables with rational coefficients; null where it is something else or too long. */
export function toMultivariate(expression: Expression, variables: readonly string[]): Multivariate | null {
  if (expression.kind === 'symbol') {
    const at = variables.indexOf(expression.name)
    return at < 0 ? null : new Map([[variables.map((_, k) => (k === at ? 1 : 0)).join(','), Q.ONE]])
  }
  const value = constantOf(expression)
  if (value) return value.n === 0n ? new Map() : new Map([[variables.map(() => 0).join(','), value]])
  if (expression.kind !== 'call') return null
  const [base, exponent] = expression.args
  if (expression.head === 'pow') return base && exponent ? powerOf(base, exponent, variables) : null
  const parts: Multivariate[] = []
  for (const arg of expression.args) {
    const part = toMultivariate(arg, variables)
    if (!part) return null
    parts.push(part)
  }
  return combine(expression.head, parts)
}

function constantOf(expression: Expression): Rational | null {
  try {
    return exactValue(expression)
  } catch {
    return null
  }
}

function combine(head: string, parts: readonly Multivariate[]): Multivariate | null {
  const [first, second] = parts
  if (!first) return null
  switch (head) {
    case 'add':
      return parts.reduce(add)
    case 'negate':
      return scale(first, Q.rational(-1))
    case 'multiply':
      return parts.reduce<Multivariate | null>((all, part) => all && multiply(all, part), constant(first))
    case 'divide': {
      const divisor = second?.size === 1 ? [...second][0] : undefined
      if (!divisor || /[1-9]/.test(divisor[0])) return null
      return scale(first, Q.divide(Q.ONE, divisor[1]))
    }
    default:
      return null
  }
}

/** The polynomial 1, with as many variables as another has. */
function constant(like: Multivariate): Multivariate {
  const [key = ''] = [...like.keys()]
  return new Map([[key.replace(/\d+/g, '0'), Q.ONE]])
}

function powerOf(base: Expression, exponent: Expression, variables: readonly string[]): Multivariate | null {
  const by = constantOf(exponent)
  const read = toMultivariate(base, variables)
  if (!by || !read || by.d !== 1n || by.n < 1n || by.n > BigInt(MOST_POWER)) return null
  let result: Multivariate | null = read
  for (let k = 1n; result && k < by.n; k += 1n) result = multiply(result, read)
  return result
}

function add(a: Multivariate, b: Multivariate): Multivariate {
  const result = new Map(a)
  for (const [key, value] of b) {
    const total = Q.add(result.get(key) ?? Q.ZERO, value)
    if (total.n === 0n) result.delete(key)
    else result.set(key, total)
  }
  return result
}

export function scale(a: Multivariate, by: Rational): Multivariate {
  return new Map([...a].map(([key, value]) => [key, Q.multiply(value, by)]))
}

/** Null where the product has too many terms to be worth it. */
export function multiply(a: Multivariate, b: Multivariate): Multivariate | null {
  if (a.size * b.size > MOST_TERMS * MOST_TERMS) return null
  const result = new Map<string, Rational>()
  for (const [left, x] of a) {
    for (const [right, y] of b) {
      const key = addKeys(left, right)
      result.set(key, Q.add(result.get(key) ?? Q.ZERO, Q.multiply(x, y)))
    }
  }
  for (const [key, value] of result) if (value.n === 0n) result.delete(key)
  return result.size > MOST_TERMS ? null : result
}

function addKeys(left: string, right: string): string {
  const other = exponentsOf(right)
  return exponentsOf(left)
    .map((exponent, k) => exponent + (other[k] ?? 0))
    .join(',')
}

export function exponentsOf(key: string): number[] {
  return key.split(',').map(Number)
}

export function areEqual(a: Multivariate, b: Multivariate): boolean {
  return a.size === b.size && [...a].every(([key, value]) => Q.equals(value, b.get(key) ?? Q.ZERO))
}

/** The terms of highest degree first. */
export function toExpression(a: Multivariate, variables: readonly string[]): Expression {
  return sum(inOrder(a).map(([key, value]) => toTerm(key, value, variables)))
}

/** The term that is written first. */
export function leadingOf(a: Multivariate): Rational {
  return inOrder(a)[0]?.[1] ?? Q.ZERO
}

function inOrder(a: Multivariate): [string, Rational][] {
  const degree = (key: string): number => exponentsOf(key).reduce((total, each) => total + each, 0)
  return [...a].sort(([x], [y]) => degree(y) - degree(x) || compareKeys(y, x))
}

function compareKeys(x: string, y: string): number {
  const [a, b] = [exponentsOf(x), exponentsOf(y)]
  return a.reduce((order, each, k) => order || each - (b[k] ?? 0), 0)
}

function toTerm(key: string, value: Rational, variables: readonly string[]): Expression {
  const powers = exponentsOf(key).flatMap((exponent, k) => {
    const base = symbol(variables[k] ?? '')
    if (exponent === 0) return []
    return [exponent === 1 ? base : call('pow', base, number(exponent))]
  })
  if (value.n < 0n && powers.length > 0) return call('negate', product([number(Q.negate(value)), ...powers]))
  return product([number(value), ...powers])
}
