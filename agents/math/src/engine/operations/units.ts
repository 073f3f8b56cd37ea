import type { BigNumber, MathNode, Unit } from 'mathjs'
import { badInput, unverified } from '../failure.ts'
import { decimals } from '../mathjs.ts'
import type { MathResult } from '../problem.ts'
import type { Rational } from '../rational.ts'
import * as Q from '../rational.ts'
import type { Trace } from '../trace.ts'
import { evaluateByMathjs, evaluateByTable, parseUnits, scaleOf } from '../unit-expression.ts'
import { describeDimension, haveSameDimension, temperature } from '../unit-table.ts'
import type { Conversion } from '../verify-units.ts'
import { confirmConversion } from '../verify-units.ts'
import type { Operation } from './operation.ts'

/** Converts a quantity: by mathjs, and by a table of our own, which must know the units too; then back again. */
export const units: Operation<'units'> = (problem, trace) => {
  const { source, target } = parseUnits(problem.expression, problem.to)
  trace.step('parse', { from: source.toString(), to: target?.toString() ?? null })
  trace.step('solve')
  const quantity = evaluateByMathjs(source)
  if (!target) return inOwnUnits(quantity, source, trace)
  const wanted = evaluateByMathjs(target)
  if (!quantity.equalBase(wanted)) throw badInput(dimensionError(source, target))
  const unit = target.toString().replace(/^1 /, '')
  const converted = convert(quantity, unit)
  return confirmed({ source, target, quantity, converted, unit }, trace)
}

interface Converted {
  readonly source: MathNode
  readonly target: MathNode
  readonly quantity: Unit
  readonly converted: BigNumber
  readonly unit: string
}

/** The report of what mathjs found, once our own table finds the same and the way back leads to what was given. */
function confirmed({ source, target, quantity, converted, unit }: Converted, trace: Trace): MathResult {
  trace.step('verify')
  const exact = convertByTable(source, target)
  trace.confirm('dimension-check', { by: 'mathjs and our own table', dimension: exact.dimension })
  const difference = confirmConversion(converted.toNumber(), exact)
  trace.confirm('recomputation', {
    by: 'exact definitions of the units',
    value: exact.isExact ? Q.format(exact.value) : Q.toNumber(exact.value),
    worstDifference: difference,
  })
  confirmReturn(quantity, converted, { unit, trace })
  return report(converted, { exact: exact.isExact ? exact.value : null, unit })
}

function convert(quantity: Unit, unit: string): BigNumber {
  try {
    return decimals.math.bignumber(quantity.toNumeric(unit) as BigNumber)
  } catch (error) {
    throw badInput(`to: ${error instanceof Error ? error.message.slice(0, 200) : 'it is not a unit'}`)
  }
}

function dimensionError(source: MathNode, target: MathNode): string {
  const [from, to] = [evaluateByTable(source), evaluateByTable(target)]
  const detail = from && to ? ` (${describeDimension(from.dimension)} and ${describeDimension(to.dimension)})` : ''
  return `to: ${source.toString()} and ${target.toString()} have different dimensions${detail}`
}

/** By our own table. @throws MathFailure UNVERIFIED where only mathjs knows a unit of it */
function convertByTable(source: MathNode, target: MathNode): Conversion {
  const [from, total, scale] = [evaluateByTable(source), evaluateByTable(source, { absolute: true }), scaleOf(target)]
  const to = scale ? temperature(scale.factor) : evaluateByTable(target)
  if (!from || !total || !to || to.value.n === 0n) {
    throw unverified(
      'only mathjs knows a unit of it, or how it is used here: our own table of units has no second value',
    )
  }
  if (!haveSameDimension(from, to)) throw unverified('the two tables of units disagree about a dimension')
  const offset = scale?.offset ?? Q.ZERO
  return {
    value: Q.subtract(Q.divide(from.value, to.value), offset),
    size: Q.toNumber(Q.add(Q.divide(total.value, to.value), offset)),
    isExact: from.isExact && to.isExact,
    dimension: describeDimension(from.dimension),
  }
}

/** Converted back, the quantity must be what it was. */
function confirmReturn(quantity: Unit, converted: BigNumber, { unit, trace }: { unit: string; trace: Trace }): void {
  const back = decimals.math.unit(converted, unit)
  const own = quantity.formatUnits()
  const [before, after] = [quantity, back].map((each) => Number(own === '' ? each.value : each.toNumeric(own)))
  const difference = relativeDifference(before ?? Number.NaN, after ?? Number.NaN)
  if (!(difference <= 1e-12)) throw unverified('converted back, the quantity is another')
  trace.confirm('reverse-conversion', { unit: own, before: before ?? null, after: after ?? null, difference })
}

function relativeDifference(a: number, b: number): number {
  return Math.abs(a - b) / Math.max(1e-300, Math.abs(a), Math.abs(b))
}

function report(value: BigNumber, { exact, unit }: { exact: Rational | null; unit: string }): MathResult {
  const text = exact ? Q.format(exact, { decimal: true }) : ''
  const isExact = exact !== null && !text.includes('/')
  const shown = isExact ? text : value.toSignificantDigits(15).toString()
  return {
    answer: `${shown} ${unit}`,
    latex: `${shown.replace(/e\+?(-?\d+)/, ' \\cdot 10^{$1}')}\\ \\mathrm{${unit.replaceAll(' ', '').replaceAll('*', ' \\cdot ')}}`,
    exact: isExact,
    approximate: value.toNumber(),
    unit,
    ...(exact && text.includes('/') && { fraction: text }),
  }
}

/** Without a target, the value in the units that it has; the table confirms it in base units. */
function inOwnUnits(quantity: Unit, source: MathNode, trace: Trace): MathResult {
  const unit = quantity.formatUnits()
  if (unit === '') throw badInput('expression: its units cancel; ask operation "evaluate" for a plain number')
  return confirmed({ source, target: decimals.parse(unit), quantity, converted: convert(quantity, unit), unit }, trace)
}
