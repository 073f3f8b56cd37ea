import type { Rational } from './rational.ts'
import * as Q from './rational.ts'
import type { Dimension } from './unit-definitions.ts'
import { DEFINITIONS, DIMENSIONS, NONE, PREFIXES, RADIANS, SCALES, TURNS_PER_RADIAN } from './unit-definitions.ts'

/** A quantity in base units, by definitions of the units that owe nothing to mathjs. */
export interface Quantity {
  readonly value: Rational
  readonly dimension: Dimension
  /** False where pi is in it: then it is right to 60 digits. */
  readonly isExact: boolean
}

const TABLE: ReadonlyMap<string, Quantity> = buildTable()

function buildTable(): Map<string, Quantity> {
  const plain = new Map<string, Quantity>()
  const prefixed = new Map<string, Quantity>()
  const put = (word: string, quantity: Quantity): void => {
    const [, name = '', mark = ''] = /^(.*?)([*^+].*)?$/.exec(word) ?? []
    plain.set(name, quantity)
    for (const { name: prefix, base, exponent } of PREFIXES[mark] ?? []) {
      const value = Q.multiply(quantity.value, Q.power(Q.rational(base), exponent))
      prefixed.set(prefix + name, { ...quantity, value })
    }
  }
  for (const line of DEFINITIONS.trim().split('\n')) {
    const [kind = '', factor = '', names = ''] = line.split(': ')
    const dimension = DIMENSIONS[kind] ?? NONE
    for (const word of names.split(' ')) put(word, { value: readFactor(factor), dimension, isExact: true })
  }
  const radian = { value: readFactor(TURNS_PER_RADIAN), dimension: DIMENSIONS['angle'] ?? NONE, isExact: false }
  for (const word of RADIANS) put(word, radian)
  // A unit of its own goes before a prefix: "min" is a minute, not a milli-inch.
  return new Map([...prefixed, ...plain])
}

function readFactor(text: string): Rational {
  const value = Q.parseRational(text)
  if (!value) throw new RangeError(`${text} is no factor of a unit`)
  return value
}

/** A scale of temperature with a zero of its own; null for any other unit. */
export function lookUpScale(name: string): { offset: Rational; factor: Rational } | null {
  const scale = Object.hasOwn(SCALES, name) ? SCALES[name] : undefined
  return scale ? { offset: readFactor(scale.offset), factor: readFactor(scale.factor) } : null
}

/** A temperature in kelvins. */
export function temperature(kelvins: Rational): Quantity {
  return { value: kelvins, dimension: DIMENSIONS['temperature'] ?? NONE, isExact: true }
}

/** Null for a unit that the table does not have. */
export function lookUpUnit(name: string): Quantity | null {
  return TABLE.get(name) ?? null
}

export function plainNumber(value: Rational): Quantity {
  return { value, dimension: NONE, isExact: true }
}

export function multiplyQuantities(a: Quantity, b: Quantity): Quantity {
  return {
    value: Q.multiply(a.value, b.value),
    dimension: a.dimension.map((exponent, k) => exponent + (b.dimension[k] ?? 0)),
    isExact: a.isExact && b.isExact,
  }
}

/** To a whole power. */
export function raiseQuantity(base: Quantity, exponent: number): Quantity {
  const dimension = base.dimension.map((each) => each * exponent)
  return { value: Q.power(base.value, exponent), dimension, isExact: base.isExact }
}

export function haveSameDimension(a: Quantity, b: Quantity): boolean {
  return a.dimension.every((exponent, k) => exponent === b.dimension[k])
}

const BASE_NAMES = ['m', 'kg', 's', 'A', 'K', 'mol', 'cd', 'b', 'turn']

/** "m s^-1"; "1" for a plain number. */
export function describeDimension(dimension: Dimension): string {
  const parts = dimension.flatMap((exponent, k) => {
    if (exponent === 0) return []
    return [exponent === 1 ? (BASE_NAMES[k] ?? '') : `${BASE_NAMES[k] ?? ''}^${exponent}`]
  })
  return parts.join(' ') || '1'
}
