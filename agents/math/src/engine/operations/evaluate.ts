import * as cortex from '../cortex.ts'
import { exactValue } from '../exact.ts'
import type { Expression } from '../expression.ts'
import { infinitySign, number, sizeOf, substitute, variablesOf, walk } from '../expression.ts'
import { badInput, unsolved, unverified } from '../failure.ts'
import type { Sample } from '../mathjs.ts'
import { decimals } from '../mathjs.ts'
import { compile, distance, isReal, valueOf } from '../numeric.ts'
import { parseExpression } from '../parse.ts'
import { print, printLatex } from '../print.ts'
import { tidy } from '../tidy.ts'
import type { Json, MathResult } from '../problem.ts'
import type { Rational } from '../rational.ts'
import * as Q from '../rational.ts'
import type { Trace } from '../trace.ts'
import type { Operation } from './operation.ts'

/** The value of an expression: exact where it is rational or has a short closed form, else to 15 digits. */
export const evaluate: Operation<'evaluate'> = (problem, trace) => {
  const expression = substituteValues(parseExpression(problem.expression), problem.values ?? {})
  trace.step('parse', { expression: print(expression) })
  const free = variablesOf(expression)
  if (free.length > 0) {
    throw badInput(`expression: ${free.join(', ')} has no value; give it in "values", or ask operation "simplify"`)
  }
  trace.step('solve')
  const value = exactValue(expression)
  return value ? rationalResult(expression, value, trace) : otherResult(expression, trace)
}

function substituteValues(expression: Expression, values: Record<string, string | number>): Expression {
  return Object.entries(values).reduce((result, [name, given]) => {
    const value = parseExpression(String(given), `values.${name}`)
    if (variablesOf(value).length > 0) throw badInput(`values.${name}: it is not a number`)
    return substitute(result, name, value)
  }, expression)
}

/** Exact in whole numbers; confirmed by compute-engine where it gives the same digits, else by mathjs in 64 digits. */
function rationalResult(expression: Expression, value: Rational, trace: Trace): MathResult {
  const text = Q.format(value, { decimal: true })
  trace.step('verify')
  const again = cortex.evaluateExactly(expression)
  if (again?.kind === 'number' && Q.equals(again.value, value)) {
    trace.confirm('recomputation', { by: 'compute-engine', result: clip(text), equal: true })
  } else {
    confirmValue(expression, { re: Q.toNumber(value), im: 0 }, trace)
  }
  const approximate = Q.toNumber(value)
  return {
    answer: text,
    latex: text.includes('.') ? text : printLatex(number(value)),
    exact: true,
    ...(Number.isFinite(approximate) && { approximate }),
    ...(value.d !== 1n && { fraction: Q.format(value) }),
  }
}

function otherResult(expression: Expression, trace: Trace): MathResult {
  const value = valueOf(expression)
  if (!value) throw unsolved('the expression has no value, or one beyond the range of doubles')
  trace.step('verify')
  confirmValue(expression, value, trace)
  const closed = closedForm(expression, value)
  if (closed) {
    trace.confirm('numeric-comparison', { closedForm: print(closed), value: show(value) })
    return {
      answer: print(closed),
      latex: printLatex(closed),
      exact: true,
      approximate: toJson(valueOf(closed) ?? value),
    }
  }
  const text = decimalText(expression, value)
  return {
    answer: text,
    latex: text.replace(/e([+-]?\d+)/, ' \\cdot 10^{$1}').replace(' * ', ' '),
    exact: false,
    approximate: toJson(value),
  }
}

/** Two libraries must find the same number. */
function confirmValue(expression: Expression, value: Sample, trace: Trace): void {
  const again = cortex.approximate(expression)
  if (again && infinitySign(again) === 0) {
    const other = valueOf(again)
    if (other && closeTo(value, other)) {
      trace.confirm('recomputation', { by: 'compute-engine', value: show(other), difference: distance(value, other) })
      return
    }
    if (other) throw unverified(`mathjs finds ${show(value)}, compute-engine ${show(other)}`)
  }
  const [fast, precise] = [compile(expression).at(new Map()), compile(expression).preciselyAt(new Map())]
  if (!fast || !precise || !closeTo(fast, precise) || !closeTo(value, precise)) {
    throw unverified('only one method finds a value for the expression')
  }
  trace.confirm('recomputation', {
    by: 'mathjs, in doubles and in 64 digits',
    value: show(precise),
    difference: distance(fast, precise),
  })
}

function closeTo(a: Sample, b: Sample): boolean {
  const scale = Math.max(Math.hypot(a.re, a.im), Math.hypot(b.re, b.im))
  return Math.hypot(a.re - b.re, a.im - b.im) <= 1e-11 * Math.max(scale, 1e-3)
}

const CLOSED_HEADS: ReadonlySet<string> = new Set([
  'add',
  'multiply',
  'divide',
  'pow',
  'negate',
  'sqrt',
  'cbrt',
  'nthRoot',
])

/** A form by compute-engine made of numbers, roots, pi, e and i alone, where it is short and has the same value. */
function closedForm(expression: Expression, value: Sample): Expression | null {
  const found = cortex.evaluateExactly(expression)
  if (!found) return null
  const form = tidy(found)
  if (sizeOf(form) > 24) return null
  for (const node of walk(form)) {
    if (node.kind === 'call' && !CLOSED_HEADS.has(node.head)) return null
    if (node.kind === 'number' && Math.max(node.value.n.toString().length, node.value.d.toString().length) > 12)
      return null
  }
  const other = valueOf(form)
  return other && closeTo(value, other) ? form : null
}

/** 15 digits, from 64 where mathjs has them. */
function decimalText(expression: Expression, value: Sample): string {
  if (!isReal(value)) return complexText(value)
  try {
    const precise = decimals.parse(print(expression)).compile().evaluate(new Map()) as unknown
    if (decimals.math.isBigNumber(precise)) return precise.toSignificantDigits(15).toString()
  } catch {
    // A function that mathjs has in doubles only.
  }
  return String(Number(value.re.toPrecision(15)))
}

function complexText({ re, im }: Sample): string {
  const [a, b] = [Number(re.toPrecision(15)), Number(im.toPrecision(15))]
  if (a === 0) return `${b} * i`
  return `${a} ${b < 0 ? '-' : '+'} ${Math.abs(b)} * i`
}

function toJson(value: Sample): Json {
  return isReal(value) ? value.re : { re: value.re, im: value.im }
}

function show(value: Sample): string {
  return isReal(value) ? String(value.re) : complexText(value)
}

function clip(text: string): string {
  return text.length > 200 ? `${text.slice(0, 200)}... (${text.length} characters)` : text
}
