import type { Rational } from './rational.ts'
import * as Q from './rational.ts'

/** Exponents of metre, kilogram, second, ampere, kelvin, mole, candela and bit. */
export type Dimension = readonly number[]

/** A quantity in base units: exact, by definitions of the units that owe nothing to mathjs. */
export interface Quantity {
  readonly value: Rational
  readonly dimension: Dimension
}

const NONE: Dimension = [0, 0, 0, 0, 0, 0, 0, 0]

const DIMENSIONS: Readonly<Record<string, Dimension>> = {
  length: [1, 0, 0, 0, 0, 0, 0, 0],
  mass: [0, 1, 0, 0, 0, 0, 0, 0],
  time: [0, 0, 1, 0, 0, 0, 0, 0],
  current: [0, 0, 0, 1, 0, 0, 0, 0],
  temperature: [0, 0, 0, 0, 1, 0, 0, 0],
  amount: [0, 0, 0, 0, 0, 1, 0, 0],
  luminosity: [0, 0, 0, 0, 0, 0, 1, 0],
  data: [0, 0, 0, 0, 0, 0, 0, 1],
  volume: [3, 0, 0, 0, 0, 0, 0, 0],
  area: [2, 0, 0, 0, 0, 0, 0, 0],
  frequency: [0, 0, -1, 0, 0, 0, 0, 0],
  force: [1, 1, -2, 0, 0, 0, 0, 0],
  pressure: [-1, 1, -2, 0, 0, 0, 0, 0],
  energy: [2, 1, -2, 0, 0, 0, 0, 0],
  power: [2, 1, -3, 0, 0, 0, 0, 0],
  charge: [0, 0, 1, 1, 0, 0, 0, 0],
  voltage: [2, 1, -3, -1, 0, 0, 0, 0],
  resistance: [2, 1, -3, -2, 0, 0, 0, 0],
  capacitance: [-2, -1, 4, 2, 0, 0, 0, 0],
}

/** dimension: factor to base units: names. "*" after a name: it takes SI prefixes; "**": their long names. */
const DEFINITIONS = `
length: 1: m* meter** meters** metre** metres**
length: 0.0254: in inch inches
length: 0.3048: ft foot feet
length: 0.9144: yd yard yards
length: 1609.344: mi mile miles
area: 10000: hectare hectares
volume: 0.001: L* l* liter** liters** litre** litres**
volume: 0.003785411784: gallon gallons
mass: 0.001: g* gram** grams**
mass: 1000: tonne tonnes
mass: 0.45359237: lb lbs lbm
mass: 0.028349523125: oz
time: 1: s* sec second** seconds** secs
time: 60: min mins minute minutes
time: 3600: h hr hrs hour hours
time: 86400: day days
time: 604800: week weeks
current: 1: A* ampere** amperes**
temperature: 1: K* kelvin
amount: 1: mol* mole**
luminosity: 1: cd* candela**
frequency: 1: Hz* hertz**
force: 1: N* newton** newtons**
force: 4.4482216152605: lbf
pressure: 1: Pa*
pressure: 100000: bar*
pressure: 101325: atm
energy: 1: J* joule** joules**
energy: 3600: Wh*
power: 1: W* watt** watts**
charge: 1: C* coulomb**
voltage: 1: V* volt** volts**
resistance: 1: ohm**
capacitance: 1: F*
data: 1: b* bit** bits**
data: 8: B* byte** bytes**
`

const SHORT_PREFIXES: Readonly<Record<string, number>> = {
  Y: 24,
  Z: 21,
  E: 18,
  P: 15,
  T: 12,
  G: 9,
  M: 6,
  k: 3,
  h: 2,
  da: 1,
  d: -1,
  c: -2,
  m: -3,
  u: -6,
  n: -9,
  p: -12,
  f: -15,
  a: -18,
}
const LONG_PREFIXES: Readonly<Record<string, number>> = {
  peta: 15,
  tera: 12,
  giga: 9,
  mega: 6,
  kilo: 3,
  hecto: 2,
  deca: 1,
  deci: -1,
  centi: -2,
  milli: -3,
  micro: -6,
  nano: -9,
  pico: -12,
}

const TABLE: ReadonlyMap<string, Quantity> = buildTable()

function buildTable(): Map<string, Quantity> {
  const plain = new Map<string, Quantity>()
  const prefixed = new Map<string, Quantity>()
  for (const line of DEFINITIONS.trim().split('\n')) {
    const [kind = '', factor = '', names = ''] = line.split(': ')
    const value = Q.parseRational(factor) ?? Q.ONE
    const dimension = DIMENSIONS[kind] ?? NONE
    for (const word of names.split(' ')) {
      const name = word.replace(/\*+$/, '')
      plain.set(name, { value, dimension })
      const prefixes = word.endsWith('**') ? LONG_PREFIXES : word.endsWith('*') ? SHORT_PREFIXES : {}
      for (const [prefix, exponent] of Object.entries(prefixes)) {
        prefixed.set(prefix + name, { value: Q.multiply(value, Q.power(Q.rational(10), exponent)), dimension })
      }
    }
  }
  // A unit of its own goes before a prefix: "min" is a minute, not a milli-inch.
  return new Map([...prefixed, ...plain])
}

/** Null for a unit that the table does not have. */
export function lookUpUnit(name: string): Quantity | null {
  return TABLE.get(name) ?? null
}

export function plainNumber(value: Rational): Quantity {
  return { value, dimension: NONE }
}

export function multiplyQuantities(a: Quantity, b: Quantity): Quantity {
  return {
    value: Q.multiply(a.value, b.value),
    dimension: a.dimension.map((exponent, k) => exponent + (b.dimension[k] ?? 0)),
  }
}

/** To a whole power. */
export function raiseQuantity(base: Quantity, exponent: number): Quantity {
  return { value: Q.power(base.value, exponent), dimension: base.dimension.map((each) => each * exponent) }
}

export function haveSameDimension(a: Quantity, b: Quantity): boolean {
  return a.dimension.every((exponent, k) => exponent === b.dimension[k])
}

const BASE_NAMES = ['m', 'kg', 's', 'A', 'K', 'mol', 'cd', 'b']

/** "m s^-1"; "1" for a plain number. */
export function describeDimension(dimension: Dimension): string {
  const parts = dimension.flatMap((exponent, k) => {
    if (exponent === 0) return []
    return [exponent === 1 ? (BASE_NAMES[k] ?? '') : `${BASE_NAMES[k] ?? ''}^${exponent}`]
  })
  return parts.join(' ') || '1'
}
