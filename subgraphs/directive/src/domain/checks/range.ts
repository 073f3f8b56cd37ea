import { createRequire } from 'node:module'
import type { Unit } from 'mathjs'
import type { CheckOf } from '../rule.ts'
import {
  CheckError,
  type CheckOutcome,
  type CompiledCheck,
  cut,
  fail,
  isOutcome,
  kindOf,
  partOf,
  pass,
} from './check.ts'

// The bundle is one file: mathjs's modules take 3 s to load through tsx, the bundle 0.1 s. Only its parser of units is
// used: nothing is evaluated as an expression.
const { unit: parseUnit } = createRequire(import.meta.url)('mathjs/lib/browser/math.js') as { unit(text: string): Unit }

const NUMBER = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/
const MAX_UNIT_TEXT = 100

const unitOf = (text: string): Unit | null => {
  try {
    return parseUnit(text)
  } catch {
    return null
  }
}

const checkedUnit = (text: string): Unit => {
  const unit = unitOf(text)
  if (unit === null || unit.toJSON().value !== null) {
    throw new CheckError(`unit: "${text}" is not a unit. Write e.g. "kg", "m/s^2" or "kWh".`, '/unit')
  }
  return unit
}

/** A number of the rule's unit, or why there is none. */
type Read = { readonly amount: number } | { readonly why: string }

const readPlain = (value: unknown): Read => {
  if (typeof value === 'number') return { amount: value }
  if (typeof value !== 'string') return { why: `A number was expected here, not ${kindOf(value)}.` }
  return NUMBER.test(value.trim()) ? { amount: Number(value) } : { why: 'The text here is not a plain number.' }
}

const readWithUnit = (value: unknown, unit: Unit, name: string): Read => {
  const plain = readPlain(value)
  // A number without a unit is taken to be of the rule's unit.
  if ('amount' in plain || typeof value !== 'string') return plain
  const given = value.length <= MAX_UNIT_TEXT ? unitOf(value) : null
  if (given === null || given.toJSON().value === null)
    return { why: `The text here is not an amount with a unit, e.g. "3 ${name}".` }
  if (!given.equalBase(unit))
    return { why: `The unit here cannot be converted to ${name}. Give the amount in ${name}.` }
  return { amount: given.toNumeric(name) as number }
}

/** A number, or a text with a unit, between two ends, both included. */
export const compile = (check: CheckOf<'range'>): CompiledCheck => {
  const { path, min, max, unit: name } = check
  const unit = name === undefined ? null : checkedUnit(name)
  const suffix = name === undefined ? '' : ` ${name}`
  return (input): CheckOutcome => {
    const part = partOf(input, path)
    if (isOutcome(part)) return part
    const { value } = part
    const read = unit === null || name === undefined ? readPlain(value) : readWithUnit(value, unit, name)
    if ('why' in read) return fail(cut(read.why), { path, value })
    const { amount } = read
    if (!Number.isFinite(amount)) return fail('The number here is not finite.', { path, value })
    if (min !== undefined && amount < min) return fail(`It is below the least, ${min}${suffix}.`, { path, value })
    if (max !== undefined && amount > max) return fail(`It is above the most, ${max}${suffix}.`, { path, value })
    return pass('It is within the range.', { path, value })
  }
}
