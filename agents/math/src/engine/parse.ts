import type { MathNode } from 'mathjs'
import { BOUNDS, checkBounds } from './bounds.ts'
import { fromLatex } from './cortex.ts'
import type { Expression } from './expression.ts'
import { call, contains, number, product, symbol, variablesOf, walk } from './expression.ts'
import { MathFailure, badInput } from './failure.ts'
import { ALIASES, ARRAY_FUNCTIONS, FUNCTIONS } from './functions.ts'
import { decimals } from './mathjs.ts'
import { fromDecimal, parseRational } from './rational.ts'

/**
 * Reads one expression in the syntax of mathjs, or in LaTeX where it has a backslash. `name` is what an error calls it;
 * plus or minus infinity, and matrices and lists, are read only where they are asked for.
 *
 * @throws MathFailure BAD_INPUT, with the position
 */
export function parseExpression(
  text: string,
  name = 'expression',
  options: { infinity?: boolean; arrays?: boolean } = {},
): Expression {
  checkText(text, name)
  try {
    const expression = text.includes('\\') ? readLatex(text) : convert(readNode(text))
    checkBounds(expression)
    const variables = variablesOf(expression)
    variables.forEach(checkVariable)
    if (variables.length > BOUNDS.variables) throw badInput(`more than ${BOUNDS.variables} variables`)
    if (!options.arrays && hasArrays(expression))
      throw badInput('a matrix or a list is for operation "matrix" or "statistics"')
    if (!options.infinity && contains(expression, 'Infinity'))
      throw badInput('Infinity is no number; it stands in a point or a bound only')
    return expression
  } catch (error) {
    if (error instanceof RangeError) throw badInput(`${name}: it is nested too deeply`)
    if (error instanceof MathFailure) throw badInput(`${name}: ${error.message}`)
    throw error
  }
}

function hasArrays(expression: Expression): boolean {
  return [...walk(expression)].some(
    (node) => node.kind === 'array' || (node.kind === 'call' && ARRAY_FUNCTIONS.has(node.head)),
  )
}

function readNode(text: string): MathNode {
  try {
    return decimals.parse(text)
  } catch (error) {
    if (error instanceof SyntaxError) throw badInput(describeSyntax(error, text))
    throw error instanceof RangeError ? error : badInput('it cannot be read')
  }
}

function readLatex(text: string): Expression {
  const expression = fromLatex(text)
  if (!expression) throw badInput('its LaTeX cannot be read; write it as in mathjs, for example x^2 * sin(x)')
  return expression
}

/** Bounds that hold before any parser runs: a parser recurses as deep as the text is nested. */
function checkText(text: string, name: string): void {
  if (text.trim() === '') throw badInput(`${name}: it is empty`)
  if (text.length > BOUNDS.expressionCharacters) {
    throw badInput(`${name}: it has ${text.length} characters, more than ${BOUNDS.expressionCharacters}`)
  }
  // A chain of signs or of powers nests as parentheses do.
  const chain = /[-+!~^](?:[\s]*[-+!~^]){20}/.exec(text)
  if (chain) throw badInput(`${name}: it is nested too deeply (char ${chain.index + 1})`)
  let depth = 0
  for (let index = 0; index < text.length; index += 1) {
    const character = text.charAt(index)
    if ('([{'.includes(character)) depth += 1
    else if (')]}'.includes(character)) depth -= 1
    if (depth > BOUNDS.nesting)
      throw badInput(`${name}: it is nested deeper than ${BOUNDS.nesting} (char ${index + 1})`)
  }
  const stray = /[^\x20-\x7E\t\u00B5\u00D7\u03B1-\u03C9\u0391-\u03A9\u2212\u00B7]/.exec(text)
  if (stray)
    throw badInput(`${name}: the character ${JSON.stringify(stray[0])} is not understood (char ${stray.index + 1})`)
}

function describeSyntax(error: SyntaxError, text: string): string {
  const position = /\(char (\d+)\)/.exec(error.message)
  if (!position) return error.message.slice(0, 200)
  const at = Number(position[1])
  return `${error.message.replace(/\s*\(char \d+\)/, '').slice(0, 200)} (char ${at}: ${JSON.stringify(text.slice(Math.max(0, at - 1), at + 12))})`
}

/** A name that is safe as a variable everywhere: no property of any object bears it. */
export function checkVariable(name: string): string {
  const isSafe = /^[A-Za-z\u03B1-\u03C9\u0391-\u03A9][A-Za-z0-9\u03B1-\u03C9\u0391-\u03A9]*(_[A-Za-z0-9]+)?$/.test(name)
  if (!isSafe || name in Object.prototype || name.length > BOUNDS.variableCharacters) {
    throw badInput(`${JSON.stringify(name.slice(0, 40))} cannot be a variable`)
  }
  if (FUNCTIONS.has(name) || ARRAY_FUNCTIONS.has(name))
    throw badInput(`${name} is a function: give it an argument, ${name}(x)`)
  return name
}

interface NodeFields {
  readonly args: readonly MathNode[]
  readonly fn: unknown
  readonly name: string
  readonly value: unknown
  readonly content: MathNode
  readonly items: readonly MathNode[]
}

function convert(node: MathNode): Expression {
  const fields = node as unknown as NodeFields
  switch (node.type) {
    case 'ConstantNode':
      return convertNumber(fields.value)
    case 'SymbolNode':
      return convertSymbol(fields.name)
    case 'ParenthesisNode':
      return convert(fields.content)
    case 'ArrayNode':
      return { kind: 'array', items: fields.items.map(convert) }
    case 'OperatorNode':
      return convertOperator(String(fields.fn), fields.args)
    case 'FunctionNode':
      return convertCall(fields.fn as MathNode, fields.args)
    default:
      throw badInput(`${describeNode(node.type)} is not allowed in an expression`)
  }
}

function describeNode(type: string): string {
  const names: Record<string, string> = {
    AssignmentNode: 'an assignment (for an equation, ask operation "solve")',
    FunctionAssignmentNode: 'the definition of a function',
    AccessorNode: 'access to a property',
    IndexNode: 'an index',
    ObjectNode: 'an object',
    BlockNode: 'a sequence of expressions',
    ConditionalNode: 'a condition',
    RelationalNode: 'a comparison',
    RangeNode: 'a range',
  }
  return names[type] ?? type
}

function convertNumber(value: unknown): Expression {
  if (value === Infinity || (decimals.math.isBigNumber(value) && String(value) === 'Infinity'))
    return symbol('Infinity')
  // The 100 that "5%" is divided by is a double, whatever the configuration.
  if (typeof value === 'number' && Number.isFinite(value)) return number(fromDecimal(value))
  if (!decimals.math.isBigNumber(value)) throw badInput(`${JSON.stringify(String(value).slice(0, 40))} is not a number`)
  if (!value.isFinite()) throw badInput('NaN is not a number')
  if (Math.abs(value.e) > BOUNDS.decimalExponent || value.precision() > BOUNDS.numberDigits) {
    throw badInput(
      `a number has more than ${BOUNDS.numberDigits} digits or an exponent beyond ${BOUNDS.decimalExponent}`,
    )
  }
  const read = parseRational(value.toFixed())
  if (!read) throw badInput('a number cannot be read')
  return number(read)
}

const SYMBOLS: ReadonlyMap<string, Expression> = new Map([
  ['PI', symbol('pi')],
  ['π', symbol('pi')],
  ['inf', symbol('Infinity')],
  ['infinity', symbol('Infinity')],
  ['oo', symbol('Infinity')],
  ['tau', product([number(2), symbol('pi')])],
])

const REFUSED_CONSTANTS: ReadonlySet<string> = new Set(['NaN', 'null', 'undefined', 'true', 'false', 'end'])

function convertSymbol(name: string): Expression {
  if (REFUSED_CONSTANTS.has(name)) throw badInput(`${name} is not a number`)
  return SYMBOLS.get(name) ?? symbol(name === 'Infinity' ? name : checkVariable(name))
}

function convertOperator(operator: string, nodes: readonly MathNode[]): Expression {
  const args = nodes.map(convert)
  const [first = number(0), second = number(0)] = args
  switch (operator) {
    case 'add':
    case 'multiply':
      return flatten(operator, args)
    case 'subtract':
      return flatten('add', [first, call('negate', second)])
    case 'unaryMinus':
      return call('negate', first)
    case 'unaryPlus':
      return first
    case 'divide':
    case 'pow':
    case 'mod':
    case 'factorial':
      return call(operator, ...args)
    case 'dotMultiply':
    case 'dotDivide':
    case 'dotPow':
      return call(operator, ...args)
    case 'ctranspose':
      return call('transpose', first)
    case 'unaryPercentage':
      return call('divide', first, number(100))
    default:
      throw badInput(`the operator ${operator} is not allowed in an expression`)
  }
}

function flatten(head: 'add' | 'multiply', args: readonly Expression[]): Expression {
  return call(head, ...args.flatMap((arg) => (arg.kind === 'call' && arg.head === head ? arg.args : [arg])))
}

function convertCall(callee: MathNode, nodes: readonly MathNode[]): Expression {
  const name = (callee as unknown as NodeFields).name
  if (callee.type !== 'SymbolNode' || typeof name !== 'string') throw badInput('only a named function can be called')
  const head = ALIASES.get(name) ?? name
  const args = nodes.map(convert)
  if (ARRAY_FUNCTIONS.has(head)) return call(head, ...args)
  if (head === 'pow' && args.length === 2) return call('pow', ...args)
  const known = FUNCTIONS.get(head)
  if (!known) throw badInput(unknownFunction(name))
  if (args.length < known.least || args.length > known.most) {
    const takes = known.least === known.most ? `${known.least}` : `${known.least} to ${known.most}`
    throw badInput(`${name} takes ${takes} arguments, not ${args.length}`)
  }
  return call(head, ...args)
}

function unknownFunction(name: string): string {
  const shown = JSON.stringify(name.slice(0, 40))
  const isVariable = /^[a-z](_?\d+)?$/i.test(name)
  return isVariable
    ? `there is no function ${shown}: for a product, write ${name}*(...)`
    : `there is no function ${shown}`
}
