/** An exact fraction in lowest terms; the denominator is positive. */
export interface Rational {
  readonly n: bigint
  readonly d: bigint
}

export const ZERO: Rational = { n: 0n, d: 1n }
export const ONE: Rational = { n: 1n, d: 1n }

export function absolute(value: bigint): bigint {
  return value < 0n ? -value : value
}

/** The greatest common divisor, never negative; gcd(0, 0) is 0. */
export function greatestCommonDivisor(a: bigint, b: bigint): bigint {
  let [x, y] = [absolute(a), absolute(b)]
  while (y !== 0n) [x, y] = [y, x % y]
  return x
}

/** @throws RangeError where the denominator is zero. */
export function rational(n: bigint | number, d: bigint | number = 1n): Rational {
  const [top, bottom] = [BigInt(n), BigInt(d)]
  if (bottom === 0n) throw new RangeError('division by zero')
  const divisor = greatestCommonDivisor(top, bottom)
  const sign = bottom < 0n ? -1n : 1n
  return { n: (sign * top) / divisor, d: (sign * bottom) / divisor }
}

export const add = (a: Rational, b: Rational): Rational => rational(a.n * b.d + b.n * a.d, a.d * b.d)
export const subtract = (a: Rational, b: Rational): Rational => rational(a.n * b.d - b.n * a.d, a.d * b.d)
export const multiply = (a: Rational, b: Rational): Rational => rational(a.n * b.n, a.d * b.d)
export const divide = (a: Rational, b: Rational): Rational => rational(a.n * b.d, a.d * b.n)
export const negate = (a: Rational): Rational => ({ n: -a.n, d: a.d })
export const equals = (a: Rational, b: Rational): boolean => a.n === b.n && a.d === b.d
export const compare = (a: Rational, b: Rational): number => {
  const difference = a.n * b.d - b.n * a.d
  return difference < 0n ? -1 : difference > 0n ? 1 : 0
}

/** To a whole power, negative ones included. */
export function power(base: Rational, exponent: number): Rational {
  if (exponent < 0) return divide(ONE, power(base, -exponent))
  const by = BigInt(exponent)
  return { n: base.n ** by, d: base.d ** by }
}

/** Rounded towards minus infinity. */
export function floor(a: Rational): bigint {
  const quotient = a.n / a.d
  return a.n % a.d < 0n ? quotient - 1n : quotient
}

/** Reads `-12`, `3.25`, `1.5e-7` or `2/3` without rounding; null where the text is something else. */
export function parseRational(text: string): Rational | null {
  const fraction = /^\s*(-?\d+)\s*\/\s*(\d+)\s*$/.exec(text)
  if (fraction)
    return BigInt(fraction[2] ?? '0') === 0n ? null : rational(BigInt(fraction[1] ?? ''), BigInt(fraction[2] ?? ''))
  const decimal = /^\s*([+-]?)(\d*)(?:\.(\d*))?(?:[eE]([+-]?\d{1,5}))?\s*$/.exec(text)
  if (!decimal) return null
  const [, sign = '', whole = '', places = '', exponent = '0'] = decimal
  if (whole === '' && places === '') return null
  const digits = BigInt(sign + (whole + places || '0'))
  const scale = Number(exponent) - places.length
  return scale >= 0 ? rational(digits * 10n ** BigInt(scale)) : rational(digits, 10n ** BigInt(-scale))
}

/** The exact value of a finite double, or of the decimal that it prints as. */
export function fromDecimal(value: number): Rational {
  const read = parseRational(String(value))
  if (!read) throw new RangeError(`${value} is not a finite number`)
  return read
}

/** The nearest double; right also where numerator and denominator are far beyond 2^1024. */
export function toNumber(a: Rational): number {
  const direct = Number(a.n) / Number(a.d)
  if (Number.isFinite(direct) && Number.isFinite(Number(a.d)) && direct !== 0) return direct
  if (a.n === 0n) return 0
  const shift = absolute(a.n).toString(2).length - a.d.toString(2).length - 64
  const mantissa = shift >= 0 ? a.n / (a.d << BigInt(shift)) : (a.n << BigInt(-shift)) / a.d
  return Number(mantissa) * 2 ** Math.max(-1100, Math.min(1100, shift))
}

/** `3`, `-2.25` where the decimal ends within 15 places and was asked for, else `2/3`. */
export function format(a: Rational, options: { decimal?: boolean } = {}): string {
  if (a.d === 1n) return a.n.toString()
  if (options.decimal) {
    for (let places = 1; places <= 15; places += 1) {
      if (10n ** BigInt(places) % a.d !== 0n) continue
      const scaled = ((absolute(a.n) * 10n ** BigInt(places)) / a.d).toString().padStart(places + 1, '0')
      return `${a.n < 0n ? '-' : ''}${scaled.slice(0, -places)}.${scaled.slice(-places)}`
    }
  }
  return `${a.n}/${a.d}`
}

/** The whole n-th root of a non-negative integer where it is one, else null. */
export function exactRoot(value: bigint, degree: number): bigint | null {
  if (value < 2n) return value < 0n ? null : value
  const by = BigInt(degree)
  let low = 1n
  let high = 1n << BigInt(Math.ceil(value.toString(2).length / degree) + 1)
  while (low < high) {
    const middle = (low + high + 1n) >> 1n
    if (middle ** by <= value) low = middle
    else high = middle - 1n
  }
  return low ** by === value ? low : null
}
