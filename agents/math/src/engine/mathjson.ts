import type { Expression } from './expression.ts'
import { CONSTANTS, call, number, product, symbol } from './expression.ts'
import { FUNCTIONS } from './functions.ts'
import type { Rational } from './rational.ts'
import { parseRational, rational } from './rational.ts'

/** The subset of MathJSON that is exchanged with compute-engine. */
export type MathJson = string | number | { readonly num: string } | readonly MathJson[]

const HEADS: ReadonlyMap<string, string> = new Map([
  ['add', 'Add'],
  ['multiply', 'Multiply'],
  ['divide', 'Divide'],
  ['pow', 'Power'],
  ['negate', 'Negate'],
])

const SYMBOLS: ReadonlyMap<string, MathJson> = new Map<string, MathJson>([
  ['pi', 'Pi'],
  ['e', 'ExponentialE'],
  ['i', 'ImaginaryUnit'],
  ['Infinity', 'PositiveInfinity'],
])

/** @throws RangeError for an array, or a head that compute-engine does not share */
export function toMathJson(expression: Expression): MathJson {
  switch (expression.kind) {
    case 'number':
      return rationalToMathJson(expression.value)
    case 'symbol':
      return SYMBOLS.get(expression.name) ?? variableToMathJson(expression.name)
    case 'array':
      throw new RangeError('an array has no place in a scalar expression')
    case 'call': {
      const args = expression.args.map(toMathJson)
      if (expression.head === 'log') return args.length === 1 ? ['Ln', ...args] : ['Log', ...args]
      if (expression.head === 'log10') return ['Log', ...args, 10]
      if (expression.head === 'cbrt') return ['Root', ...args, 3]
      const head = HEADS.get(expression.head) ?? FUNCTIONS.get(expression.head)?.mathJson
      if (head === undefined) throw new RangeError(`compute-engine has no ${expression.head}`)
      return [head, ...args]
    }
  }
}

/** A variable travels under another name: many short ones mean something else in MathJSON. */
export function variableToMathJson(name: string): string {
  return `${name}_v`
}

function rationalToMathJson({ n, d }: Rational): MathJson {
  const whole = (value: bigint): MathJson =>
    value >= -9007199254740991n && value <= 9007199254740991n ? Number(value) : { num: value.toString() }
  return d === 1n ? whole(n) : ['Rational', whole(n), whole(d)]
}

const NAMES: ReadonlyMap<string, Expression> = new Map([
  ['Pi', symbol('pi')],
  ['ExponentialE', symbol('e')],
  ['ImaginaryUnit', symbol('i')],
  ['PositiveInfinity', symbol('Infinity')],
  ['NegativeInfinity', call('negate', symbol('Infinity'))],
  ['Half', number(rational(1, 2))],
  ['GoldenRatio', call('divide', call('add', number(1), call('sqrt', number(5))), number(2))],
])

const CALLS: ReadonlyMap<string, string> = new Map(
  [...HEADS, ...[...FUNCTIONS].map(([name, known]) => [name, known.mathJson] as const)]
    .filter((pair): pair is readonly [string, string] => pair[1] !== undefined)
    .map(([ours, theirs]) => [theirs, ours]),
)

/** Null where a head or a symbol has no counterpart: an integral that was left standing, NaN, an error. */
export function fromMathJson(json: unknown): Expression | null {
  if (typeof json === 'number') return Number.isFinite(json) ? decimal(String(json)) : null
  if (typeof json === 'string') return fromName(json)
  if (Array.isArray(json)) return fromCall(json)
  if (typeof json !== 'object' || json === null) return null
  if ('num' in json) return typeof json.num === 'string' ? decimal(json.num) : null
  if ('sym' in json) return typeof json.sym === 'string' ? fromName(json.sym) : null
  return 'fn' in json && Array.isArray(json.fn) ? fromCall(json.fn) : null
}

function decimal(text: string): Expression | null {
  const infinite = /^([+-]?)(?:oo|Infinity)$/.exec(text)
  if (infinite) return infinite[1] === '-' ? call('negate', symbol('Infinity')) : symbol('Infinity')
  const value = parseRational(text)
  return value && number(value)
}

function fromName(name: string): Expression | null {
  const known = NAMES.get(name)
  if (known) return known
  const variable = /^(.+)_v$/.exec(name)?.[1]
  if (variable !== undefined) return symbol(variable)
  const quoted =
    /^'/.test(name) || ['ComplexInfinity', 'NaN', 'Nothing', 'Undefined', 'True', 'False', 'EmptySet'].includes(name)
  return quoted || CONSTANTS.has(name) ? null : symbol(name)
}

function fromCall(json: readonly unknown[]): Expression | null {
  const [head, ...operands] = json
  if (typeof head !== 'string') return null
  const args: Expression[] = []
  for (const operand of operands) {
    const arg = fromMathJson(operand)
    if (!arg) return null
    args.push(arg)
  }
  return build(head, args)
}

function build(head: string, args: readonly Expression[]): Expression | null {
  const [first, second] = args
  if (head === 'List' || head === 'Tuple') return { kind: 'array', items: args }
  if (first === undefined) return null
  switch (head) {
    case 'Delimiter':
    case 'Matrix':
      return first
    case 'Subtract':
      return second ? call('add', first, call('negate', second)) : call('negate', first)
    case 'Rational':
    case 'Divide':
      return second ? quotient(first, second) : null
    case 'Complex':
      return second ? complex(first, second) : null
    case 'Square':
      return call('pow', first, number(2))
    case 'Ln':
      return second ? call('log', first, second) : call('log', first)
    case 'Log':
      return second ? logarithm(first, second) : call('log10', first)
    case 'InvisibleOperator':
      return product(args)
  }
  const ours = CALLS.get(head)
  const known = ours === undefined ? undefined : FUNCTIONS.get(ours)
  if (ours === undefined || (known && (args.length < known.least || args.length > known.most))) return null
  return call(ours, ...args)
}

function quotient(top: Expression, bottom: Expression): Expression {
  if (top.kind === 'number' && bottom.kind === 'number' && bottom.value.n !== 0n) {
    return number(rational(top.value.n * bottom.value.d, top.value.d * bottom.value.n))
  }
  return call('divide', top, bottom)
}

function complex(re: Expression, im: Expression): Expression {
  const isZero = (part: Expression): boolean => part.kind === 'number' && part.value.n === 0n
  const imaginary = product([im, symbol('i')])
  if (isZero(im)) return re
  return isZero(re) ? imaginary : call('add', re, imaginary)
}

function logarithm(value: Expression, base: Expression): Expression {
  if (base.kind === 'number' && base.value.d === 1n) {
    if (base.value.n === 10n) return call('log10', value)
    if (base.value.n === 2n) return call('log2', value)
  }
  return call('log', value, base)
}
