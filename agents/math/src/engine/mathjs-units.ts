import type { MathJsInstance } from 'mathjs'

interface UnitTable {
  readonly UNITS: Readonly<Record<string, { value: number } | undefined>>
}

/**
 * Gives mathjs the exact value of units that it rounds, by up to 3 parts in a million: each from other units of its own
 * by the definition in words, so that its table stays one that our own can be compared with.
 */
export function correctUnits(math: MathJsInstance): void {
  const { UNITS } = (math as unknown as { Unit: UnitTable }).Unit
  const known = (name: string): { value: number } => {
    const unit = UNITS[name]
    if (!unit) throw new Error(`mathjs has no unit ${name}`)
    return unit
  }
  const of = (name: string): number => known(name).value
  const define = (names: readonly string[], value: number): void => {
    for (const name of names) known(name).value = value
  }
  define(['rd'], 16.5 * of('ft'))
  define(['sqrd'], 272.25 * of('sqft'))
  define(['sqch'], 4356 * of('sqft'))
  define(['acre', 'acres'], 4840 * of('yd') ** 2)
  define(['kip', 'kips'], 1000 * of('lbf'))
  define(['psi'], of('lbf') / of('in') ** 2)
  define(['hp'], 550 * of('ft') * of('lbf'))
  define(['torr'], of('atm') / 760)
  // Mercury weighs 13.5951 times as much as water, by the same convention that a millimetre of water follows.
  define(['mmHg', 'mmhg'], 13.5951 * of('mmH2O'))
  // The charge of an electron was measured until 2019; since then the SI sets it.
  define(['eV', 'electronvolt', 'electronvolts'], 1.602176634e-19 * of('V'))
}
