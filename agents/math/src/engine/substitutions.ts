import * as cortex from './cortex.ts'
import * as P from './polynomial.ts'
import { toRationalFunction } from './rational-function.ts'
import type { Expression } from './expression.ts'
import {
  call,
  contains,
  mapChildren,
  number,
  product,
  substitute,
  symbol,
  usesHead,
  variablesOf,
} from './expression.ts'

/** An integrand in another variable, and how to go back from its antiderivative. */
interface Substitution {
  readonly integrand: Expression
  readonly back: (antiderivative: Expression) => Expression
}

/** A name for the new variable that no problem can use. */
const INNER_NAME = 'u_'
const INNER = symbol(INNER_NAME)

/** Antiderivatives that a change of variable makes reachable; each is a candidate that the caller has to confirm. */
export function* integrateBySubstitution(integrand: Expression, variable: string): Generator<Expression> {
  for (const change of [throughLogarithm(integrand, variable), throughHalfAngle(integrand, variable)]) {
    if (!change) continue
    const simpler = cortex.simplifySymbolically(change.integrand) ?? change.integrand
    for (const form of [simpler, change.integrand]) {
      const found = cortex.integrateSymbolically(form, INNER_NAME)
      if (found) yield change.back(found)
    }
  }
}

/** x = e^u, where x stands in logarithms and in powers alone: sin(ln x) dx = sin(u) e^u du. */
function throughLogarithm(integrand: Expression, variable: string): Substitution | null {
  if (!usesHead(integrand, ['log'])) return null
  const replace = (expression: Expression): Expression => {
    if (expression.kind === 'symbol' && expression.name === variable) return call('exp', INNER)
    const [first, second] = expression.kind === 'call' ? expression.args : []
    const isPlain = first?.kind === 'symbol' && first.name === variable
    if (expression.kind === 'call' && isPlain && expression.head === 'log' && !second) return INNER
    if (expression.kind === 'call' && isPlain && expression.head === 'pow' && second && !contains(second, variable)) {
      return call('exp', product([second, INNER]))
    }
    return mapChildren(expression, replace)
  }
  return {
    integrand: product([replace(integrand), call('exp', INNER)]),
    back: (found) => withPowers(substituteInner(found, call('log', symbol(variable))), variable),
  }
}

function substituteInner(expression: Expression, by: Expression): Expression {
  return substitute(expression, INNER_NAME, by)
}

/** e^(ln x) as x. */
function withPowers(expression: Expression, variable: string): Expression {
  const changed = mapChildren(expression, (child) => withPowers(child, variable))
  if (changed.kind !== 'call') return changed
  const exponent =
    changed.head === 'exp'
      ? changed.args[0]
      : changed.head === 'pow' && isE(changed.args[0])
        ? changed.args[1]
        : undefined
  const isLogarithm = exponent?.kind === 'call' && exponent.head === 'log' && exponent.args.length === 1
  return isLogarithm ? (exponent.args[0] ?? changed) : changed
}

function isE(expression: Expression | undefined): boolean {
  return expression?.kind === 'symbol' && expression.name === 'e'
}

/** t = tan(x / 2) (Weierstrass), where x stands in sines, cosines and tangents of x alone. */
function throughHalfAngle(integrand: Expression, variable: string): Substitution | null {
  if (!usesHead(integrand, ['sin', 'cos', 'tan'])) return null
  const square = call('pow', INNER, number(2))
  const bottom = call('add', number(1), square)
  const sine = call('divide', product([number(2), INNER]), bottom)
  const cosine = call('divide', call('add', number(1), call('negate', square)), bottom)
  const tangent = call('divide', product([number(2), INNER]), call('add', number(1), call('negate', square)))
  const replace = (expression: Expression): Expression => {
    const [first] = expression.kind === 'call' ? expression.args : []
    const isPlain = first?.kind === 'symbol' && first.name === variable
    if (expression.kind === 'call' && isPlain) {
      if (expression.head === 'sin') return sine
      if (expression.head === 'cos') return cosine
      if (expression.head === 'tan') return tangent
    }
    return mapChildren(expression, replace)
  }
  const replaced = replace(integrand)
  if (variablesOf(replaced).includes(variable)) return null
  const whole = product([replaced, call('divide', number(2), bottom)])
  const half = call('tan', call('divide', symbol(variable), number(2)))
  return { integrand: reduced(whole), back: (found) => substituteInner(found, half) }
}

/** A rational function in lowest terms; anything else as it is. */
function reduced(expression: Expression): Expression {
  const read = toRationalFunction(expression, INNER_NAME)
  if (!read) return expression
  const common = P.greatestCommonDivisor(read.top, read.bottom)
  const [top, bottom] = [read.top, read.bottom].map((part) =>
    P.toExpression(P.divide(part, common).quotient, INNER_NAME),
  )
  return top && bottom ? call('divide', top, bottom) : expression
}
