import type { Root } from './exact-roots.ts'
import { rootsOfFactor } from './exact-roots.ts'
import type { Expression } from './expression.ts'
import { unsolved, unverified } from './failure.ts'
import type { Sample } from './mathjs.ts'
import { compile } from './numeric.ts'
import type { Polynomial } from './polynomial.ts'
import * as P from './polynomial.ts'
import { expandFactors } from './polynomial-factors.ts'
import { factorExactly } from './factor-exactly.ts'
import { residualAt } from './polynomial-roots.ts'
import { print, printLatex } from './print.ts'
import type { Json, MathResult } from './problem.ts'
import type { RationalFunction } from './rational-function.ts'
import * as Q from './rational.ts'
import type { Trace } from './trace.ts'

/** What is asked of a rational equation. */
export interface PolynomialQuestion {
  readonly variable: string
  readonly domain: 'complex' | 'real'
  /** The equation as it was given, less its right side. */
  readonly equation: Expression
}

const MOST_RESIDUAL = 1e-12

/**
 * All roots of top / bottom = 0, with their multiplicities. The polynomial is split exactly into irreducible factors, whose
 * roots are counted by their companion matrices: so none is missing. Roots of the denominator are left out, and named.
 */
export function solvePolynomial(
  { top, bottom }: RationalFunction,
  question: PolynomialQuestion,
  trace: Trace,
): MathResult {
  trace.step('solve')
  if (top.length === 0) return everyNumber(question, trace)
  if (P.degreeOf(top) === 0) return noNumber(question, trace)
  const found = factorExactly(top, question.variable)
  const methods = new Set<string>()
  const all = found.factors.flatMap((factor) => {
    const isPole = P.degreeOf(P.greatestCommonDivisor(factor.part, bottom)) > 0
    const { roots, method } = rootsOfFactor(factor)
    methods.add(method)
    return roots.map((root) => ({ root, part: factor.part, isPole }))
  })
  trace.step('verify')
  if (!P.areEqual(expandFactors(found), top)) throw unverified('the factors do not multiply to the polynomial')
  confirmCount(
    all.map(({ root }) => root),
    top,
    { methods: [...methods], trace },
  )
  const kept = all.filter(({ isPole }) => !isPole)
  confirmSubstitution(kept, question, trace)
  const excluded = all.filter(({ isPole }) => isPole).map(({ root }) => root)
  if (excluded.length > 0)
    trace.confirm('excluded-roots', { roots: excluded.map(textOf), reason: 'the denominator vanishes there' })
  return answerWith(
    kept.map(({ root }) => root),
    excluded,
    question,
  )
}

function confirmCount(
  roots: readonly Root[],
  top: Polynomial,
  { methods, trace }: { methods: string[]; trace: Trace },
): void {
  const count = roots.reduce((total, { multiplicity }) => total + multiplicity, 0)
  if (count !== P.degreeOf(top)) throw unverified(`the roots number ${count}, the degree is ${P.degreeOf(top)}`)
  // Vieta: the sum of the roots, each as often as it counts, is minus the second coefficient over the leading one.
  const sum = roots.reduce((total, { value, multiplicity }) => total + multiplicity * value.re, 0)
  const expected = -Q.toNumber(Q.divide(top[top.length - 2] ?? Q.ZERO, P.leadingOf(top)))
  const scale = Math.max(1, ...roots.map(({ value }) => Math.hypot(value.re, value.im)))
  if (Math.abs(sum - expected) > 1e-7 * scale * count)
    throw unverified('the sum of the roots is not what the coefficients say')
  trace.confirm('root-count', {
    degree: P.degreeOf(top),
    counted: count,
    by: methods.join(', '),
    sum,
    expectedSum: expected,
  })
}

interface Placed {
  readonly root: Root
  readonly part: Polynomial
}

/** Each root into its own factor in doubles, and into the equation as it was given. */
function confirmSubstitution(
  placed: readonly Placed[],
  { equation, variable }: PolynomialQuestion,
  trace: Trace,
): void {
  const numeric = compile(equation)
  for (const { root, part } of placed) {
    const residual = residualAt(part, root.value)
    if (residual > MOST_RESIDUAL) throw unverified(`the root ${textOf(root)} does not satisfy the equation`)
    const value = root.value.im === 0 ? numeric.at(new Map([[variable, root.value.re]])) : null
    trace.confirm('substitution', { root: textOf(root), residual, ...(value && { value: value.re }) })
  }
}

function answerWith(
  roots: readonly Root[],
  excluded: readonly Root[],
  { variable, domain }: PolynomialQuestion,
): MathResult {
  const wanted = domain === 'real' ? roots.filter(({ value }) => value.im === 0) : roots
  const ordered = [...wanted].sort(byValue)
  const isExact = ordered.every(({ exact }) => exact !== null)
  const multiplicities = ordered.map(({ multiplicity }) => multiplicity)
  return {
    answer: ordered.map(textOf),
    latex: setLatex(variable, ordered.map(latexOf)),
    exact: isExact,
    approximate: ordered.map(({ value }): Json => (value.im === 0 ? value.re : { re: value.re, im: value.im })),
    variable,
    domain: `${domain} numbers`,
    complete: true,
    ...(multiplicities.some((times) => times > 1) && { multiplicities }),
    ...(excluded.length > 0 && {
      excluded: excluded.map(textOf),
      assumptions: excluded.map((root) => `${variable} != ${textOf(root)}`),
    }),
  }
}

/** Real ones first, in order; then pairs, the one below the axis first. */
function byValue(a: Root, b: Root): number {
  const isReal = (root: Root): number => (root.value.im === 0 ? 0 : 1)
  const near = Math.abs(a.value.re - b.value.re) < 1e-12 ? 0 : a.value.re - b.value.re
  return isReal(a) - isReal(b) || near || a.value.im - b.value.im
}

export function setLatex(variable: string, roots: readonly string[]): string {
  if (roots.length === 0) return `${variable} \\in \\varnothing`
  return roots.length === 1
    ? `${variable} = ${roots.join('')}`
    : `${variable} \\in \\left\\{ ${roots.join(', ')} \\right\\}`
}

export function textOf(root: Pick<Root, 'exact' | 'value'>): string {
  return root.exact ? print(root.exact) : decimalOf(root.value)
}

function latexOf(root: Root): string {
  return root.exact ? printLatex(root.exact) : decimalOf(root.value).replace(' * i', ' i')
}

function decimalOf({ re, im }: Sample): string {
  const [a, b] = [Number(re.toPrecision(15)), Number(im.toPrecision(15))]
  if (im === 0) return String(a)
  const imaginary = `${Math.abs(b)} * i`
  return Math.abs(re) < 1e-15 * Math.abs(im)
    ? `${b < 0 ? '-' : ''}${imaginary}`
    : `${a} ${b < 0 ? '-' : '+'} ${imaginary}`
}

function everyNumber({ variable, domain, equation }: PolynomialQuestion, trace: Trace): MathResult {
  trace.step('verify')
  const value = compile(equation).at(new Map([[variable, 0.7310585]]))
  if (!value || Math.hypot(value.re, value.im) > 1e-9) throw unsolved('the equation has no value at a sample point')
  trace.confirm('substitution', { [variable]: 0.7310585, value: value.re })
  return {
    answer: 'every number',
    latex: `${variable} \\in \\mathbb{${domain === 'real' ? 'R' : 'C'}}`,
    exact: true,
    variable,
    domain: `${domain} numbers, wherever the equation is defined`,
    complete: true,
  }
}

function noNumber({ variable, domain, equation }: PolynomialQuestion, trace: Trace): MathResult {
  trace.step('verify')
  const value = compile(equation).at(new Map([[variable, 0.7310585]]))
  if (!value || Math.hypot(value.re, value.im) < 1e-12)
    throw unverified('the equation was reduced to a contradiction that its values do not show')
  trace.confirm('contradiction', {
    reason: 'the two sides differ by a constant over the denominator',
    difference: value.re,
  })
  return {
    answer: [],
    latex: setLatex(variable, []),
    exact: true,
    variable,
    domain: `${domain} numbers`,
    complete: true,
  }
}
