import type { BigNumber } from 'mathjs'
import * as cortex from '../cortex.ts'
import { exactValue } from '../exact.ts'
import type { Expression } from '../expression.ts'
import { infinitySign, number, sizeOf, substitute, variablesOf, walk } from '../expression.ts'
import { badInput, unsolved } from '../failure.ts'
import type { Sample } from '../mathjs.ts'
import { isReal, preciseValue, valueOf } from '../numeric.ts'
import { parseExpression } from '../parse.ts'
import { print, printLatex } from '../print.ts'
import { tidy } from '../tidy.ts'
import type { Json, MathResult } from '../problem.ts'
import type { Rational } from '../rational.ts'
import * as Q from '../rational.ts'
import type { Trace } from '../trace.ts'
import type { SecondValue } from '../verify-value.ts'
import { compareValues, confirmRational, confirmValue, noiseOf } from '../verify-value.ts'
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

/** Exact in whole numbers; confirmed by compute-engine, or by mathjs in 64 digits where that finds no value. */
function rationalResult(expression: Expression, value: Rational, trace: Trace): MathResult {
  const text = Q.format(value, { decimal: true })
  trace.step('verify')
  trace.confirm('recomputation', { ...confirmRational(value, secondValues(expression)), result: clip(text) })
  const approximate = Q.toNumber(value)
  return {
    answer: text,
    latex: text.includes('.') ? text : printLatex(number(value)),
    exact: true,
    ...(Number.isFinite(approximate) && { approximate }),
    ...(value.d !== 1n && { fraction: Q.format(value) }),
  }
}

/** What others than our own arithmetic make of a rational expression, the most independent first. */
function* secondValues(expression: Expression): Generator<SecondValue> {
  for (const again of [cortex.evaluateExactly(expression), cortex.approximate(expression)]) {
    if (again?.kind === 'number') yield { by: 'compute-engine', value: again.value }
  }
  const digits = preciseValue(expression)
  const value = digits && Q.parseRational(digits.toString())
  if (value) yield { by: 'mathjs, in 64 digits', value }
}

function otherResult(expression: Expression, trace: Trace): MathResult {
  const digits = preciseValue(expression)
  const value = valueOf(expression)
  if (!value || (digits?.isZero() === false && digits.toNumber() === 0))
    throw unsolved('the expression has no value, or one beyond the range of doubles')
  trace.step('verify')
  const noise = (): number => noiseOf(expression)
  const found = cortex.approximate(expression)
  const other = found && infinitySign(found) === 0 ? valueOf(found) : null
  const { isZero, difference } = confirmValue({ value, other, isPrecise: digits !== null, noise })
  trace.confirm('recomputation', { by: 'compute-engine', value: other && show(other), difference })
  const closed = closedForm(expression, value, noise)
  if (closed) {
    trace.confirm('numeric-comparison', { closedForm: print(closed), value: show(value) })
    return {
      answer: print(closed),
      latex: printLatex(closed),
      exact: true,
      approximate: toJson(valueOf(closed) ?? value),
    }
  }
  const text = isZero ? '0' : decimalText(digits, value)
  return {
    answer: text,
    latex: text.replace(/e([+-]?\d+)/, ' \\cdot 10^{$1}').replace(' * ', ' '),
    exact: false,
    approximate: isZero ? 0 : toJson(value),
  }
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
function closedForm(expression: Expression, value: Sample, noise: () => number): Expression | null {
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
  const isPrecise = preciseValue(expression) !== null
  return other && compareValues({ value, other, isPrecise, noise }).agrees ? form : null
}

/** 15 digits, from 64 where mathjs has them. */
function decimalText(digits: BigNumber | null, value: Sample): string {
  if (!isReal(value)) return complexText(value)
  return digits ? digits.toSignificantDigits(15).toString() : String(Number(value.re.toPrecision(15)))
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
