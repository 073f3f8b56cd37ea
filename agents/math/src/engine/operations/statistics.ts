import type { Expression } from '../expression.ts'
import { exactValue } from '../exact.ts'
import { badInput, unsolved } from '../failure.ts'
import { parseExpression } from '../parse.ts'
import type { Json, MathResult, Measure } from '../problem.ts'
import { MEASURES } from '../problem.ts'
import type { Rational } from '../rational.ts'
import * as Q from '../rational.ts'
import { measureExactly } from '../statistics.ts'
import { measureInOnePass } from '../statistics-again.ts'
import { confirmMeasure, sizesOf } from '../verify-statistics.ts'
import type { Operation } from './operation.ts'

const NAMED: Readonly<Record<string, Measure>> = {
  mean: 'mean',
  median: 'median',
  mode: 'mode',
  variance: 'variance',
  std: 'standardDeviation',
  sum: 'sum',
  min: 'minimum',
  max: 'maximum',
  range: 'range',
}

/** Measures of a list of numbers: computed exactly in fractions, and again by mathjs and a one-pass algorithm in doubles. */
export const statistics: Operation<'statistics'> = (problem, trace) => {
  const { data, named } = readData(problem.expression, problem.data)
  if (data.length > 10_000) throw badInput('data: it has more than 10000 numbers')
  const asked = problem.measures ?? (named ? [named] : undefined)
  trace.step('parse', { count: data.length, measures: asked ? [...asked] : 'all' })
  trace.step('solve')
  const exactly = measureExactly(data)
  trace.step('verify')
  const again = measureInOnePass(data)
  const values = new Map<Measure, Json>()
  const sizes = sizesOf(data)
  let isExact = true
  for (const measure of asked ?? MEASURES) {
    const value = exactly.get(measure)
    if (value === undefined) {
      if (asked) throw unsolved(`${measure} is not defined for these data, or beyond the range of doubles`)
      continue
    }
    const twin = again.get(measure)
    const worstDifference = confirmMeasure(measure, { value: value.value, again: twin, size: sizes(measure) })
    trace.confirm('recomputation', { measure, again: twin ?? null, worstDifference })
    values.set(measure, value.value)
    isExact &&= value.isExact
  }
  return report(values, { isExact, single: asked?.length === 1 ? asked[0] : undefined })
}

function readData(
  expression: string | undefined,
  data: readonly number[] | undefined,
): { data: Rational[]; named?: Measure } {
  if ((expression === undefined) === (data === undefined))
    throw badInput('data, expression: exactly one of them is needed')
  if (data) return { data: data.map(Q.fromDecimal) }
  const text = (expression ?? '').trim()
  const isBareList = /^[-+\d.eE\s,;/]+$/.test(text)
  const list = isBareList ? `[${text.replace(/[;,]+\s*$/, '').replaceAll(';', ',')}]` : text
  const parsed = parseExpression(list, 'expression', { arrays: true })
  if (parsed.kind !== 'call') return { data: toNumbers([parsed]) }
  const named = NAMED[parsed.head]
  if (!named) throw badInput(`expression: it is neither a list nor a measure of one (${Object.keys(NAMED).join(', ')})`)
  return { data: toNumbers(parsed.args), named }
}

function toNumbers(args: readonly Expression[]): Rational[] {
  const items = args.flatMap((arg) => (arg.kind === 'array' ? arg.items : [arg]))
  if (items.length === 0) throw badInput('expression: the list is empty')
  return items.map((item, index) => {
    const value = item.kind === 'array' ? null : exactValue(item)
    if (!value) throw badInput(`expression: item ${index + 1} of the list is not a rational number`)
    return value
  })
}

function report(
  values: ReadonlyMap<Measure, Json>,
  { isExact, single }: { isExact: boolean; single: Measure | undefined },
): MathResult {
  const definitions = [
    'variance and standardDeviation divide by n - 1, the population ones by n',
    'quartiles interpolate linearly between the two nearest values',
  ]
  if (single !== undefined) {
    const answer = values.get(single) ?? null
    return {
      answer,
      latex: toLatex(answer),
      exact: isExact,
      approximate: answer,
      measure: single,
      assumptions: definitions,
    }
  }
  const answer = Object.fromEntries(values)
  const latex = [...values].map(([measure, value]) => `\\text{${measure}} = ${toLatex(value)}`).join(',\\; ')
  return { answer, latex, exact: isExact, approximate: answer, assumptions: definitions }
}

function toLatex(value: Json): string {
  if (Array.isArray(value)) return `\\left\\{ ${value.join(', ')} \\right\\}`
  return typeof value === 'number' ? String(value).replace(/e\+?(-?\d+)/, ' \\cdot 10^{$1}') : ''
}
