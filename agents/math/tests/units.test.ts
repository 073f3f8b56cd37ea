import { describe, expect, it } from 'vitest'
import { decimals } from '../src/engine/mathjs.ts'
import * as Q from '../src/engine/rational.ts'
import { run } from '../src/engine/run.ts'
import { lookUpScale, lookUpUnit } from '../src/engine/unit-table.ts'
import { confirmConversion } from '../src/engine/verify-units.ts'
import { parseProblem } from '../src/solve.ts'

interface MathjsUnit {
  readonly value: unknown
  readonly prefixes: Readonly<Record<string, { value: number }>>
  readonly base: { readonly key: string }
}

/** Every unit of mathjs with every prefix, in its base units. */
const everyUnit = (): { name: string; value: unknown; isPlain: boolean; isAngle: boolean }[] => {
  const { UNITS } = (decimals.math as unknown as { Unit: { UNITS: Record<string, MathjsUnit | undefined> } }).Unit
  return Object.entries(UNITS as Record<string, MathjsUnit>).flatMap(([name, { value, prefixes, base }]) =>
    Object.entries(prefixes)
      // "ft" is a foot, not a femtotonne.
      .filter(([prefix]) => prefix === '' || !UNITS[prefix + name])
      .map(([prefix, { value: factor }]) => ({
        name: prefix + name,
        value: Number(value) * factor,
        isPlain: prefix === '',
        isAngle: base.key === 'ANGLE',
      })),
  )
}

/** Without a published definition, or, as the reactive power of mathjs, no real number. */
const MATHJS_ALONE = ['VAR', 'drop', 'gtt', 'gtts', 'stick', 'sticks']

const units = async (expression: string, to?: string): Promise<unknown> => {
  const { result } = await run(parseProblem({ operation: 'units', expression, ...(to !== undefined && { to }) }))
  return result
}

describe('the table of units', () => {
  it('has every unit of mathjs but those', () => {
    const lacking = everyUnit().filter(({ name, isPlain }) => isPlain && !lookUpUnit(name) && !lookUpScale(name))
    expect(lacking.map(({ name }) => name).sort()).toEqual(MATHJS_ALONE)
  })

  it('has the same factors, with each prefix', () => {
    let compared = 0
    const differing = everyUnit().flatMap(({ name, value, isAngle }) => {
      const own = lookUpUnit(name)
      if (!own) return []
      compared += 1
      const factor = Q.toNumber(own.value) * (isAngle ? 2 * Math.PI : 1)
      return Math.abs(factor - Number(value)) <= 1e-12 * factor ? [] : [{ name, factor, value }]
    })
    expect(differing).toEqual([])
    expect(compared).toBeGreaterThan(1000)
  })

  it.each([
    ['1 acre', 'm^2', '4046.8564224 m ^ 2'],
    ['1 hp', 'W', '745.69987158227022 W'],
    ['1 kip', 'N', '4448.2216152605 N'],
    ['212 degF', 'degC', '100 degC'],
    ['32 degF', 'degC', '0 degC'],
    ['-459.67 degF', 'K', '0 K'],
    ['0 degC', 'degF', '32 degF'],
    ['-40 degC', 'degF', '-40 degF'],
    ['1 acre - 4840 yd^2', 'm^2', '0 m ^ 2'],
    ['90 deg', 'arcmin', '5400 arcmin'],
    ['1 MiB', 'b', '8388608 b'],
    ['30 psi * 2 in^2', 'lbf', '60 lbf'],
  ])('converts %s to %s', async (expression, to, answer) => {
    expect(await units(expression, to)).toMatchObject({ answer })
  })

  it.each([
    ['3 stick', 'kg'],
    ['2 drop', 'mL'],
    ['5 J/degC', 'J/K'],
  ])('leaves %s unconfirmed, which it does not have', async (expression, to) => {
    await expect(units(expression, to)).rejects.toMatchObject({ code: 'UNVERIFIED' })
  })
})

describe('a conversion', () => {
  const acre = { value: Q.fromDecimal(4046.8564224), size: 4046.8564224, isExact: true, dimension: 'm^2' }

  it('is refused with the factor that mathjs had for an acre', () => {
    expect(confirmConversion(4046.8564224, acre)).toBe(0)
    expect(() => confirmConversion(4046.86, acre)).toThrow(/different values/)
    expect(() => confirmConversion(Number.NaN, acre)).toThrow(/different values/)
  })

  it('of a tiny quantity is refused as any other', () => {
    const tiny = { ...acre, value: Q.fromDecimal(4e-300), size: 4e-300 }
    expect(() => confirmConversion(4.1e-300, tiny)).toThrow(/different values/)
    expect(() => confirmConversion(0, tiny)).toThrow(/different values/)
  })

  it('to nothing is held to the size of what cancelled', () => {
    const nothing = { ...acre, value: Q.ZERO, size: 273.15 }
    expect(confirmConversion(1e-12, nothing)).toBeLessThan(1e-12)
    expect(() => confirmConversion(1e-9, nothing)).toThrow(/different values/)
  })
})
