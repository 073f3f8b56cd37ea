import { simplest } from './candidates.ts'
import type { Expression } from './expression.ts'
import { call, contains, number, product, sum, symbol } from './expression.ts'
import * as Q from './rational.ts'
import { tidy } from './tidy.ts'
import type { Way } from './verify-limit.ts'
import { approach } from './verify-limit.ts'

export const INFINITY = symbol('Infinity')
export const MINUS_INFINITY = call('negate', INFINITY)

/** Functions whose limit at a place where they are defined is their value there. */
export const CONTINUOUS = new Set([
  'add',
  'multiply',
  'divide',
  'negate',
  'pow',
  'sqrt',
  'cbrt',
  'exp',
  'log',
  'sin',
  'cos',
  'tan',
  'atan',
  'sinh',
  'cosh',
  'tanh',
  'abs',
  'asin',
  'acos',
  'log10',
  'log2',
  'erf',
  'asinh',
  'sec',
  'csc',
  'cot',
  'sech',
  'coth',
  'atanh',
  'acosh',
  'nthRoot',
])

/** Whether the expression is made of such functions alone. */
export function isContinuous(expression: Expression): boolean {
  if (expression.kind !== 'call') return expression.kind !== 'array'
  return CONTINUOUS.has(expression.head) && expression.args.every(isContinuous)
}

/** Functions that are constant on either side of a jump. */
export const STEPS = ['floor', 'ceil', 'round', 'sign']

/** Each step function by the number that it is near the point; null where it is none. */
export function replaceSteps(expression: Expression, way: Way): Expression | null {
  if (expression.kind !== 'call') return expression
  if (STEPS.includes(expression.head) && contains(expression, way.variable)) {
    const values = new Set(way.point ? approach(expression, way).values.slice(-6) : [Number.NaN])
    const [only = Number.NaN] = values
    return values.size === 1 && Number.isInteger(only) ? number(only) : null
  }
  const args = expression.args.map((arg) => replaceSteps(arg, way))
  return args.every((arg) => arg !== null) ? { ...expression, args } : null
}

/** a + b = (a^2 - b^2) / (a - b), where one of the two is a square root. */
export function byConjugate(terms: readonly Expression[]): Expression | null {
  const isRoot = (term: Expression): boolean =>
    term.kind === 'call' && (term.head === 'sqrt' || (term.head === 'negate' && term.args.some(isRoot)))
  const root = terms.find(isRoot)
  if (!root || terms.length < 2) return null
  const rest = sum(terms.filter((term) => term !== root))
  const squares = call('add', call('pow', root, number(2)), call('negate', call('pow', rest, number(2))))
  return call('divide', simplest(squares).expression, tidy(call('add', root, call('negate', rest))))
}

/** expression / x^order for x > 0, the power taken into sums, products and square roots; null where it does not go. */
export function divideByPower(expression: Expression, variable: string, order: number): Expression | null {
  if (!contains(expression, variable)) return call('divide', expression, power(variable, order))
  if (expression.kind === 'symbol') return order === 1 ? number(1) : power(variable, 1 - order)
  if (expression.kind !== 'call') return null
  const [first, second] = expression.args
  if (!first) return null
  switch (expression.head) {
    case 'add': {
      const terms = expression.args.map((term) => divideByPower(term, variable, order))
      return terms.every((term) => term !== null) ? sum(terms) : null
    }
    case 'negate': {
      const inner = divideByPower(first, variable, order)
      return inner && call('negate', inner)
    }
    case 'multiply': {
      const factor = expression.args.find((arg) => contains(arg, variable)) ?? first
      const inner = divideByPower(factor, variable, order)
      return inner && product(expression.args.map((arg) => (arg === factor ? inner : arg)))
    }
    case 'sqrt': {
      const inner = divideByPower(first, variable, 2 * order)
      return inner && call('sqrt', inner)
    }
    case 'pow':
      if (first.kind !== 'symbol' || second?.kind !== 'number') return null
      return power(variable, Q.toNumber(second.value) - order)
    default:
      return null
  }
}

function power(variable: string, exponent: number): Expression {
  if (exponent === 0) return number(1)
  const by = number(Q.fromDecimal(Math.abs(exponent)))
  const raised = Math.abs(exponent) === 1 ? symbol(variable) : call('pow', symbol(variable), by)
  return exponent > 0 ? raised : call('divide', number(1), raised)
}

/** What functions tend to as their argument falls or grows without bound; null where there is no limit. */
export const AT_INFINITY: Readonly<Record<string, readonly [Expression | null, Expression | null]>> = {
  exp: [number(0), INFINITY],
  log: [null, INFINITY],
  log10: [null, INFINITY],
  log2: [null, INFINITY],
  sqrt: [null, INFINITY],
  cbrt: [MINUS_INFINITY, INFINITY],
  atan: [call('negate', call('divide', symbol('pi'), number(2))), call('divide', symbol('pi'), number(2))],
  tanh: [number(-1), number(1)],
  erf: [number(-1), number(1)],
  sinh: [MINUS_INFINITY, INFINITY],
  cosh: [INFINITY, INFINITY],
  asinh: [MINUS_INFINITY, INFINITY],
  abs: [INFINITY, INFINITY],
}
