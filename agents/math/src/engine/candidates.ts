import type { MathNode } from 'mathjs'
import type { Expression } from './expression.ts'
import { call, mapChildren, number, sizeOf, usesHead, walk } from './expression.ts'
import * as cortex from './cortex.ts'
import { decimals, doubles } from './mathjs.ts'
import { parseExpression } from './parse.ts'
import { print } from './print.ts'
import { tidy } from './tidy.ts'
import type { Comparison } from './verify.ts'
import { compareAtPoints } from './verify.ts'

/** A rewritten form and how it was confirmed to be the same function. */
export interface Confirmed {
  readonly expression: Expression
  readonly comparison: Comparison
  readonly by: string
}

/** Lets mathjs transform an expression; null where it cannot. */
function throughMathjs(expression: Expression, transform: (node: MathNode) => MathNode): Expression | null {
  try {
    const text = transform(doubles.parse(print(expression))).toString({ parenthesis: 'keep', implicit: 'show' })
    return parseExpression(text)
  } catch {
    return null
  }
}

/** The symbolic derivative by mathjs, not simplified; null where it has no rule. */
export function mathjsDerivative(expression: Expression, variable: string): Expression | null {
  try {
    const text = decimals.derivative(decimals.parse(print(expression)), variable).toString({ implicit: 'show' })
    return parseExpression(text)
  } catch {
    return null
  }
}

/**
 * The smallest of several forms of one expression that agrees with it at the sample points. The expression itself is
 * among them, so there is always one.
 */
export function simplest(given: Expression): Confirmed {
  const expression = tidy(given)
  const forms: { expression: Expression; by: string }[] = [{ expression, by: 'as given' }]
  const add = (by: string, form: Expression | null): void => {
    if (form) forms.push({ expression: tidy(form), by })
  }
  if (isExpandable(expression)) rewriteInEveryWay(expression, add)
  forms.sort((a, b) => complexityOf(a.expression) - complexityOf(b.expression))
  for (const form of forms) {
    const comparison = compareAtPoints(given, form.expression)
    if (comparison.agrees) return { ...form, comparison }
  }
  return { expression: given, comparison: compareAtPoints(given, given), by: 'as given' }
}

function rewriteInEveryWay(expression: Expression, add: (by: string, form: Expression | null) => void): void {
  const simplified = cortex.simplifySymbolically(expression)
  add('compute-engine simplify', simplified)
  const expanded = cortex.rewrite('Expand', simplified ?? expression)
  add('compute-engine expand', expanded && (cortex.simplifySymbolically(expanded) ?? expanded))
  if (usesHead(expression, ['divide'])) {
    const together = cortex.rewrite('Together', expression)
    add('compute-engine together', together && (cortex.simplifySymbolically(together) ?? together))
  }
  if (usesHead(expression, ['sin', 'cos', 'tan', 'sec', 'csc', 'cot'])) {
    const plain = inSinesAndCosines(expression)
    const together = cortex.rewrite('Together', plain) ?? plain
    add('in sines and cosines', cortex.simplifySymbolically(together))
    const reduced = cortex.rewrite('TrigReduce', expression)
    add('compute-engine trigonometric reduction', reduced && (cortex.simplifySymbolically(reduced) ?? reduced))
  }
  const isSmall = sizeOf(expression) <= 60
  if (isSmall) add('mathjs simplify', throughMathjs(expression, doubles.simplify))
}

const MOST_TERMS = 250

/** Whether the expression, multiplied out, would still have a number of terms that the libraries can cope with. */
export function isExpandable(expression: Expression): boolean {
  return termsOf(expression) <= MOST_TERMS
}

/** How many terms there are when everything is multiplied out. */
function termsOf(expression: Expression): number {
  if (expression.kind !== 'call') return 1
  const parts = expression.args.map(termsOf)
  const largest = Math.max(1, ...parts)
  switch (expression.head) {
    case 'add':
      return parts.reduce((total, part) => total + part, 0)
    case 'multiply':
    case 'divide':
      return parts.reduce((total, part) => total * part, 1)
    case 'pow': {
      const [, exponent] = expression.args
      const by = exponent?.kind === 'number' ? Math.abs(Number(exponent.value.n / exponent.value.d)) : 1
      return multisets(largest, by)
    }
    default:
      return largest
  }
}

/** In how many ways `by` factors can be chosen from the terms of a sum; capped, since only its size matters. */
function multisets(terms: number, by: number): number {
  let count = 1
  for (let k = 1; k < terms && count < 1e9; k += 1) count = (count * (by + k)) / k
  return count
}

/** tan, cot, sec and csc as quotients. */
function inSinesAndCosines(expression: Expression): Expression {
  const changed = mapChildren(expression, inSinesAndCosines)
  if (changed.kind !== 'call') return changed
  const [sine, cosine] = [call('sin', ...changed.args), call('cos', ...changed.args)]
  const quotients: Readonly<Record<string, readonly [Expression, Expression]>> = {
    tan: [sine, cosine],
    cot: [cosine, sine],
    sec: [number(1), cosine],
    csc: [number(1), sine],
  }
  const quotient = Object.hasOwn(quotients, changed.head) ? quotients[changed.head] : undefined
  return quotient ? call('divide', ...quotient) : changed
}

/** Nodes, with a penalty for what reads badly: long decimals, nested quotients and negative exponents. */
function complexityOf(expression: Expression): number {
  let cost = sizeOf(expression)
  for (const node of walk(expression)) {
    if (node.kind === 'number') cost += (node.value.n.toString().length + node.value.d.toString().length) / 8
    if (node.kind === 'call' && node.head === 'pow' && node.args[1]?.kind === 'number' && node.args[1].value.n < 0n)
      cost += 1
    if (node.kind === 'call' && node.head === 'negate') cost -= 0.5
  }
  return cost
}
