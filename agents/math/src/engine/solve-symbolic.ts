import { simplest } from './candidates.ts'
import * as cortex from './cortex.ts'
import type { Expression } from './expression.ts'
import { contains, number, substitute, variablesOf } from './expression.ts'
import { unsolved, unverified } from './failure.ts'
import type { Sample } from './mathjs.ts'
import { compile, distance, valueOf } from './numeric.ts'
import * as P from './polynomial.ts'
import { numericRoots } from './polynomial-roots.ts'
import { print, printLatex } from './print.ts'
import type { MathResult } from './problem.ts'
import { toRationalFunction } from './rational-function.ts'
import * as Q from './rational.ts'
import { setLatex } from './solve-polynomial.ts'
import type { Trace } from './trace.ts'
import { LEAST_POINTS, seededRandom, SEED } from './verify.ts'

/**
 * Solves an equation that has other symbols beside the unknown. Every root is put into the equation at sample values of
 * those; and where the equation is then a polynomial, its roots are counted.
 */
export function solveSymbolically(equation: Expression, variable: string, trace: Trace): MathResult {
  trace.step('solve')
  const roots = cortex
    .rootsOf(equation, variable)
    .filter((root) => !contains(root, variable))
    .map((root) => simplest(root).expression)
  if (roots.length === 0) throw unsolved(`no formula for ${variable} was found`)
  trace.step('verify')
  const parameters = variablesOf(equation).filter((name) => name !== variable)
  const samples = [...sampleParameters(parameters)]
  for (const root of roots) confirmRoot(equation, root, { variable, samples, trace })
  const isComplete = confirmCount(equation, roots, { variable, samples, trace })
  return {
    answer: roots.map(print),
    latex: setLatex(variable, roots.map(printLatex)),
    exact: true,
    variable,
    domain: `generic values of ${parameters.join(', ')}`,
    complete: isComplete,
    assumptions: [`no denominator of the answer is zero`, ...(isComplete ? [] : ['there may be further roots'])],
  }
}

type Parameters = ReadonlyMap<string, Q.Rational>

function* sampleParameters(names: readonly string[]): Generator<Parameters> {
  const random = seededRandom(SEED)
  for (let index = 0; index < 40; index += 1) {
    // Positive ones first: logarithms and roots of a parameter are then real.
    const sign = index < 20 ? 1 : -1
    yield new Map(names.map((name) => [name, Q.rational(sign * Math.floor(1 + random() * 97), 11)]))
  }
}

interface Sampled {
  readonly variable: string
  readonly samples: readonly Parameters[]
  readonly trace: Trace
}

function place(expression: Expression, parameters: Parameters): Expression {
  return [...parameters].reduce((result, [name, value]) => substitute(result, name, number(value)), expression)
}

function confirmRoot(equation: Expression, root: Expression, { variable, samples, trace }: Sampled): void {
  let points = 0
  let worst = 0
  const whole = substitute(equation, variable, root)
  for (const parameters of samples) {
    if (points >= 10) break
    const residual = valueOf(place(whole, parameters))
    const scale = sizeNear(equation, variable, parameters)
    if (!residual || scale === null) continue
    const size = Math.hypot(residual.re, residual.im) / scale
    if (size > 1e-8) throw unverified(`${print(root)} does not satisfy the equation at sample values`)
    points += 1
    worst = Math.max(worst, size)
  }
  if (points < LEAST_POINTS) throw unverified(`${print(root)} has a value at too few sample points`)
  trace.confirm('substitution', { root: print(root), points, worstResidual: worst, seed: SEED })
}

/** How large the equation's left side is nearby, to measure a residual by. */
function sizeNear(equation: Expression, variable: string, parameters: Parameters): number | null {
  const value = compile(place(equation, parameters)).at(new Map([[variable, 1.618]]))
  return value && Math.max(1, Math.hypot(value.re, value.im))
}

function confirmCount(
  equation: Expression,
  roots: readonly Expression[],
  { variable, samples, trace }: Sampled,
): boolean {
  const parameters = samples[0] ?? new Map<string, Q.Rational>()
  const read = toRationalFunction(place(equation, parameters), variable)
  if (!read || P.degreeOf(read.top) < 1) return false
  const parts = P.squareFreeParts(read.top)
  const expected = parts.flatMap(({ part }) => numericRoots(part).roots).filter((root) => !isPole(read.bottom, root))
  const found = roots.map((root) => valueOf(place(root, parameters)))
  const isComplete = expected.every((root) => found.some((value) => value && distance(value, root) < 1e-8))
  if (isComplete)
    trace.confirm('root-count', { expected: expected.length, found: found.length, by: 'companion-matrix' })
  return isComplete
}

function isPole(bottom: P.Polynomial, root: Sample): boolean {
  if (P.degreeOf(bottom) < 1) return false
  return P.squareFreeParts(bottom).some(({ part }) =>
    numericRoots(part).roots.some((pole) => distance(pole, root) < 1e-9),
  )
}
