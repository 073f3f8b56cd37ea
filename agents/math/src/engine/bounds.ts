import { badInput } from './failure.ts'
import type { Expression } from './expression.ts'
import { childrenOf, walk } from './expression.ts'
import { toNumber } from './rational.ts'

/** How much of anything a problem may ask for. */
export const BOUNDS = {
  expressionCharacters: 10_000,
  nesting: 100,
  nodes: 2_000,
  variables: 20,
  variableCharacters: 32,
  numberDigits: 2_000,
  decimalExponent: 1_000,
  /** Of the value of any constant part, and so of an exact answer. */
  resultDigits: 20_000,
  factorial: 5_000,
  /** Of a base that is not constant. */
  exponent: 200,
  matrixSide: 30,
  data: 10_000,
} as const

/** Refuses what is too large before any library sees it. @throws MathFailure BAD_INPUT */
export function checkBounds(expression: Expression): void {
  if ([...walk(expression)].length > BOUNDS.nodes) throw badInput(`it has more than ${BOUNDS.nodes} parts`)
  logarithmOf(expression)
}

/**
 * The decimal logarithm of the magnitude of a constant part (an estimate from above), null where it is not constant.
 * Refuses on its way powers and factorials that nobody could write down.
 */
function logarithmOf(expression: Expression): number | null {
  if (expression.kind === 'number') return Math.log10(Math.max(1e-300, Math.abs(toNumber(expression.value))))
  if (expression.kind === 'symbol') return expression.name === 'pi' || expression.name === 'e' ? 0.5 : null
  const parts = childrenOf(expression).map(logarithmOf)
  if (expression.kind === 'array') return null
  const known = parts.filter((part) => part !== null)
  switch (expression.head) {
    case 'pow':
      return powerLogarithm(expression.args, parts)
    case 'factorial':
    case 'gamma':
      return factorialLogarithm(expression.head, parts[0] ?? null)
    case 'exp':
      return known[0] === undefined ? null : limited(10 ** Math.min(known[0], 10) * 0.4343, 'exp')
    case 'combinations':
      if ((known[0] ?? 0) > Math.log10(BOUNDS.factorial)) throw badInput(`combinations: n is above ${BOUNDS.factorial}`)
      return known.length === 2 ? 10 ** (known[0] ?? 0) * 0.302 : null
  }
  if (known.length < parts.length) return null
  switch (expression.head) {
    case 'add':
      return Math.max(...known) + Math.log10(known.length)
    case 'multiply':
      return known.reduce((total, part) => total + part, 0)
    case 'divide':
      return (known[0] ?? 0) - (known[1] ?? 0)
    default:
      return known[0] ?? null
  }
}

function powerLogarithm(args: readonly Expression[], parts: readonly (number | null)[]): number | null {
  const [base = null, exponent = null] = parts
  if (exponent === null) return null
  if (base === null) {
    const isLiteral = args[1]?.kind === 'number' || args[1]?.kind === 'call'
    if (isLiteral && exponent > Math.log10(BOUNDS.exponent)) {
      throw badInput(`an exponent is above ${BOUNDS.exponent}, the most where the base is not a number`)
    }
    return null
  }
  const size = 10 ** Math.min(exponent, 10)
  return limited(Math.abs(base) < 1e-12 ? 0 : Math.max(Math.abs(base), 0.1) * size, 'a power')
}

function factorialLogarithm(name: string, argument: number | null): number | null {
  if (argument === null) return null
  if (argument > Math.log10(BOUNDS.factorial) + 1e-9)
    throw badInput(`${name}: the argument is above ${BOUNDS.factorial}`)
  const size = 10 ** argument
  return size < 2 ? 0 : size * Math.log10(size)
}

function limited(logarithm: number, what: string): number {
  if (logarithm <= BOUNDS.resultDigits) return logarithm
  throw badInput(`${what} in the expression has more than ${BOUNDS.resultDigits} digits`)
}
