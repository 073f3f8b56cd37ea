import type { Rational } from './rational.ts'
import { ONE, rational } from './rational.ts'

/**
 * An expression as every part of the engine sees it, whichever library it came from. Numbers are exact. Sums and
 * products take any number of arguments; a difference is a sum with a `negate`.
 */
export type Expression =
  | { readonly kind: 'number'; readonly value: Rational }
  | { readonly kind: 'symbol'; readonly name: string }
  | { readonly kind: 'array'; readonly items: readonly Expression[] }
  | { readonly kind: 'call'; readonly head: string; readonly args: readonly Expression[] }

/** Names with a fixed meaning; every other symbol is a variable. */
export const CONSTANTS: ReadonlySet<string> = new Set(['pi', 'e', 'i', 'Infinity'])

export function number(value: Rational | bigint | number): Expression {
  return { kind: 'number', value: typeof value === 'object' ? value : rational(value) }
}

export function symbol(name: string): Expression {
  return { kind: 'symbol', name }
}

export function call(head: string, ...args: readonly Expression[]): Expression {
  return { kind: 'call', head, args }
}

/** a - b */
export function difference(a: Expression, b: Expression): Expression {
  if (b.kind === 'number' && b.value.n === 0n) return a
  return call('add', a, call('negate', b))
}

export function childrenOf(expression: Expression): readonly Expression[] {
  if (expression.kind === 'array') return expression.items
  return expression.kind === 'call' ? expression.args : []
}

/** The same expression with each direct child replaced. */
export function mapChildren(expression: Expression, change: (child: Expression) => Expression): Expression {
  if (expression.kind === 'array') return { kind: 'array', items: expression.items.map(change) }
  if (expression.kind === 'call') return { ...expression, args: expression.args.map(change) }
  return expression
}

export function* walk(expression: Expression): Generator<Expression> {
  yield expression
  for (const child of childrenOf(expression)) yield* walk(child)
}

/** How many nodes there are: what "simpler" is measured by. */
export function sizeOf(expression: Expression): number {
  let size = 0
  for (const node of walk(expression)) size += node.kind === 'number' && node.value.d !== 1n ? 2 : 1
  return size
}

/** The variables in alphabetical order; constants such as `pi` are none. */
export function variablesOf(expression: Expression): string[] {
  const names = new Set<string>()
  for (const node of walk(expression)) if (node.kind === 'symbol' && !CONSTANTS.has(node.name)) names.add(node.name)
  return [...names].sort()
}

export function contains(expression: Expression, name: string): boolean {
  for (const node of walk(expression)) if (node.kind === 'symbol' && node.name === name) return true
  return false
}

export function usesHead(expression: Expression, heads: readonly string[]): boolean {
  for (const node of walk(expression)) if (node.kind === 'call' && heads.includes(node.head)) return true
  return false
}

export function substitute(expression: Expression, name: string, by: Expression): Expression {
  if (expression.kind === 'symbol') return expression.name === name ? by : expression
  return mapChildren(expression, (child) => substitute(child, name, by))
}

function isSymbol(expression: Expression, name: string): boolean {
  return expression.kind === 'symbol' && expression.name === name
}

/** The value where the expression is plus or minus infinity, else 0. */
export function infinitySign(expression: Expression): number {
  if (isSymbol(expression, 'Infinity')) return 1
  if (expression.kind !== 'call') return 0
  const [first, second] = expression.args
  if (expression.head === 'negate' && first) return -infinitySign(first)
  if (expression.head === 'multiply' && expression.args.length === 2 && first?.kind === 'number' && second) {
    return Math.sign(Number(first.value.n)) * infinitySign(second)
  }
  return 0
}

/** sum of terms, product of factors: without needless nesting */
export function sum(terms: readonly Expression[]): Expression {
  if (terms.length === 0) return number(0)
  return terms.length === 1 && terms[0] ? terms[0] : call('add', ...terms)
}

export function product(factors: readonly Expression[]): Expression {
  const kept = factors.filter((factor) => !(factor.kind === 'number' && factor.value.n === 1n && factor.value.d === 1n))
  if (kept.length === 0) return number(ONE)
  return kept.length === 1 && kept[0] ? kept[0] : call('multiply', ...kept)
}
