import type { MathNode, Unit } from 'mathjs'
import { badInput } from './failure.ts'
import { decimals } from './mathjs.ts'
import type { Rational } from './rational.ts'
import * as Q from './rational.ts'
import type { Quantity } from './unit-table.ts'
import {
  haveSameDimension,
  lookUpScale,
  lookUpUnit,
  multiplyQuantities,
  plainNumber,
  raiseQuantity,
  temperature,
} from './unit-table.ts'

/** An expression of quantities that was found harmless, and the unit that it shall be converted to. */
export interface UnitExpression {
  readonly source: MathNode
  readonly target: MathNode | null
}

interface NodeFields {
  readonly args: readonly MathNode[]
  readonly fn: string
  readonly name: string
  readonly value: unknown
  readonly content: MathNode
}

const fieldsOf = (node: MathNode): NodeFields => node as unknown as NodeFields
const OPERATORS = new Set(['add', 'subtract', 'multiply', 'divide', 'pow', 'unaryMinus', 'unaryPlus'])
const MOST_EXPONENT = 20

/** @throws MathFailure BAD_INPUT */
export function parseUnits(text: string, to: string | undefined): UnitExpression {
  const node = parseText(text, 'expression')
  const isConversion = node.type === 'OperatorNode' && fieldsOf(node).fn === 'to'
  if (isConversion && to !== undefined) throw badInput('to: the expression says already what to convert to')
  const [source = node, named = null] = isConversion ? fieldsOf(node).args : [node]
  const target = to === undefined ? named : parseText(to, 'to')
  check(source)
  if (target) check(target)
  return { source, target }
}

function parseText(text: string, name: string): MathNode {
  if (/[([]{1}(?:[^)\]]*[([]){30}|[-+^](?:\s*[-+^]){20}/.test(text)) throw badInput(`${name}: it is nested too deeply`)
  try {
    return decimals.parse(text)
  } catch (error) {
    throw badInput(`${name}: ${error instanceof SyntaxError ? error.message.slice(0, 200) : 'it cannot be read'}`)
  }
}

/** Only numbers, units and arithmetic: no other node of mathjs gets evaluated. */
function check(node: MathNode): void {
  const fields = fieldsOf(node)
  switch (node.type) {
    case 'ConstantNode':
      if (!decimals.math.isBigNumber(fields.value) || Math.abs(fields.value.e) > 300)
        throw badInput('expression: a number is out of bounds')
      return
    case 'SymbolNode':
      if (!decimals.math.Unit.isValuelessUnit(fields.name))
        throw badInput(`expression: ${JSON.stringify(fields.name.slice(0, 40))} is not a unit`)
      return
    case 'ParenthesisNode':
      check(fields.content)
      return
    case 'OperatorNode':
      if (!OPERATORS.has(fields.fn)) throw badInput(`expression: ${fields.fn} is not understood among units`)
      fields.args.forEach(check)
      if (fields.fn === 'pow') readExponent(fields.args[1])
      return
    default:
      throw badInput('expression: only numbers, units and + - * / ^ are understood')
  }
}

function readExponent(node: MathNode | undefined): Rational {
  const value = node && evaluateByTable(node)
  if (!value || value.dimension.some((exponent) => exponent !== 0))
    throw badInput('expression: an exponent is not a number')
  if (Math.abs(Q.toNumber(value.value)) > MOST_EXPONENT)
    throw badInput(`expression: an exponent is above ${MOST_EXPONENT}`)
  return value.value
}

/** How our own table is read: `absolute` gives the size of what is added up, all signs taken as plus. */
interface Reading {
  readonly absolute?: boolean
}

/**
 * The quantity in base units by our own table; null where the table lacks a unit, or a temperature with an offset stands
 * among others. @throws MathFailure BAD_INPUT where dimensions do not fit
 */
export function evaluateByTable(node: MathNode, reading: Reading = {}): Quantity | null {
  const fields = fieldsOf(node)
  switch (node.type) {
    case 'ConstantNode': {
      const value = decimals.math.isBigNumber(fields.value) ? Q.parseRational(fields.value.toFixed()) : null
      return value && plainNumber(value)
    }
    case 'SymbolNode':
      return lookUpUnit(fields.name)
    case 'ParenthesisNode':
      return evaluateByTable(fields.content, reading)
    default:
      return readTemperature(fields, reading) ?? evaluateOperator(fields, reading)
  }
}

/** A reading of a scale with a zero of its own, in kelvins: a number of its degrees, and nothing else. */
function readTemperature({ fn, args }: NodeFields, { absolute = false }: Reading): Quantity | null {
  const [degrees, unit] = args
  const scale = fn === 'multiply' && unit?.type === 'SymbolNode' ? lookUpScale(fieldsOf(unit).name) : null
  const reading = scale && degrees ? evaluateByTable(degrees) : null
  if (!scale || !reading || reading.dimension.some((exponent) => exponent !== 0)) return null
  const value = absolute ? { ...reading.value, n: Q.absolute(reading.value.n) } : reading.value
  return temperature(Q.multiply(Q.add(value, scale.offset), scale.factor))
}

/** The scale of a bare unit such as degC; null for any other. */
export function scaleOf(node: MathNode): ReturnType<typeof lookUpScale> {
  return node.type === 'SymbolNode' ? lookUpScale(fieldsOf(node).name) : null
}

function evaluateOperator({ fn, args }: NodeFields, reading: Reading): Quantity | null {
  // An exponent keeps its sign.
  const [first, second] = args.map((each, k) => evaluateByTable(each, fn === 'pow' && k === 1 ? {} : reading))
  if (!first) return null
  if (fn === 'unaryPlus') return first
  if (fn === 'unaryMinus') return reading.absolute ? first : { ...first, value: Q.negate(first.value) }
  if (!second) return null
  switch (fn) {
    case 'add':
    case 'subtract': {
      if (!haveSameDimension(first, second)) throw badInput('expression: quantities of different dimensions are added')
      const combine = fn === 'add' || reading.absolute ? Q.add : Q.subtract
      return { ...first, value: combine(first.value, second.value), isExact: first.isExact && second.isExact }
    }
    case 'multiply':
      return multiplyQuantities(first, second)
    case 'divide':
      if (second.value.n === 0n) throw badInput('expression: division by zero')
      return multiplyQuantities(first, raiseQuantity(second, -1))
    default:
      return second.value.d === 1n && first.value.n !== 0n ? raiseQuantity(first, Number(second.value.n)) : null
  }
}

/** What mathjs makes of it, in 64 digits. @throws MathFailure BAD_INPUT where units do not fit */
export function evaluateByMathjs(node: MathNode): Unit {
  let value: unknown
  try {
    value = node.compile().evaluate(new Map())
  } catch (error) {
    throw badInput(`expression: ${error instanceof Error ? error.message.slice(0, 200) : 'it has no value'}`)
  }
  if (decimals.math.isUnit(value)) return value
  throw badInput('expression: it is a plain number, not a quantity')
}
