/** A function that an expression may call. */
export interface KnownFunction {
  readonly least: number
  readonly most: number
  /** Its name in MathJSON, where that takes the same arguments in the same order. */
  readonly mathJson?: string
  /** Its LaTeX command; without one it is set in upright letters. */
  readonly latex?: string
}

const one = (mathJson?: string, latex?: string): KnownFunction => ({
  least: 1,
  most: 1,
  ...(mathJson !== undefined && { mathJson }),
  ...(latex !== undefined && { latex }),
})

/** Everything that may be called, by its name in mathjs. What is not here cannot be reached by any expression. */
export const FUNCTIONS: ReadonlyMap<string, KnownFunction> = new Map(
  Object.entries({
    sin: one('Sin', '\\sin'),
    cos: one('Cos', '\\cos'),
    tan: one('Tan', '\\tan'),
    sec: one('Sec', '\\sec'),
    csc: one('Csc', '\\csc'),
    cot: one('Cot', '\\cot'),
    asin: one('Arcsin', '\\arcsin'),
    acos: one('Arccos', '\\arccos'),
    atan: one('Arctan', '\\arctan'),
    sinh: one('Sinh', '\\sinh'),
    cosh: one('Cosh', '\\cosh'),
    tanh: one('Tanh', '\\tanh'),
    sech: one('Sech'),
    csch: one('Csch'),
    coth: one('Coth', '\\coth'),
    asinh: one('Arsinh'),
    acosh: one('Arcosh'),
    atanh: one('Artanh'),
    exp: one('Exp', '\\exp'),
    log: { least: 1, most: 2, latex: '\\ln' },
    log10: one(undefined, '\\log_{10}'),
    log2: one('Lb', '\\log_{2}'),
    sqrt: one('Sqrt'),
    cbrt: one(),
    nthRoot: { least: 2, most: 2, mathJson: 'Root' },
    abs: one('Abs'),
    sign: one('Sign'),
    floor: one('Floor'),
    ceil: one('Ceil'),
    round: one('Round'),
    factorial: one('Factorial'),
    gamma: one('Gamma', '\\Gamma'),
    erf: one('Erf'),
    mod: { least: 2, most: 2, mathJson: 'Mod' },
    gcd: { least: 2, most: 20, mathJson: 'GCD' },
    lcm: { least: 2, most: 20, mathJson: 'LCM' },
    combinations: { least: 2, most: 2, mathJson: 'Binomial' },
    min: { least: 1, most: 100, mathJson: 'Min', latex: '\\min' },
    max: { least: 1, most: 100, mathJson: 'Max', latex: '\\max' },
    re: one('Real'),
    im: one('Imaginary'),
    conj: one('Conjugate'),
    arg: one('Arg', '\\arg'),
  }),
)

/** Other usual spellings. */
export const ALIASES: ReadonlyMap<string, string> = new Map(
  Object.entries({
    ln: 'log',
    lg: 'log10',
    arcsin: 'asin',
    arccos: 'acos',
    arctan: 'atan',
    arsinh: 'asinh',
    arcosh: 'acosh',
    artanh: 'atanh',
    cosec: 'csc',
    nCr: 'combinations',
    binomial: 'combinations',
    root: 'nthRoot',
    sgn: 'sign',
    ceiling: 'ceil',
    cot: 'cot',
  }),
)

/** Functions on matrices and data, which only those operations understand. */
export const ARRAY_FUNCTIONS: ReadonlySet<string> = new Set([
  'det',
  'inv',
  'transpose',
  'trace',
  'rank',
  'eigs',
  'mean',
  'median',
  'mode',
  'variance',
  'std',
  'sum',
  'prod',
  'range',
])
