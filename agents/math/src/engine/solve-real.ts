import { simplest } from './candidates.ts'
import * as cortex from './cortex.ts'
import type { Expression } from './expression.ts'
import { call, contains, number, product, substitute, symbol } from './expression.ts'
import { unsolved, unverified } from './failure.ts'
import { compile, realValueOf, toRealFunction } from './numeric.ts'
import { print, printLatex } from './print.ts'
import type { MathResult } from './problem.ts'
import { scanRoots } from './scan.ts'
import { setLatex } from './solve-polynomial.ts'
import * as Q from './rational.ts'
import { tidy } from './tidy.ts'
import type { Trace } from './trace.ts'

interface RealRoot {
  readonly value: number
  readonly exact: Expression | null
}

interface Range {
  readonly from: number
  readonly to: number
  readonly period: Expression | null
}

/**
 * The real roots of an equation in one variable that is no polynomial: those by compute-engine in closed form, and those
 * that a search finds. Over one period where the equation is periodic, else within -50 to 50; the answer says which.
 */
export function solveOverReals(equation: Expression, variable: string, trace: Trace): MathResult {
  trace.step('solve')
  const f = toRealFunction(compile(equation), variable)
  const range = rangeFor(equation, f)
  const closed = cortex.rootsOf(equation, variable).filter((root) => !contains(root, variable))
  const scanned = scanRoots(f, range.from, range.to)
  if (scanned === 'intervals')
    throw unsolved('every number of some interval satisfies the equation: there is no list of roots')
  if (scanned === 'too many') throw unsolved(`too many roots to list lie from ${range.from} to ${range.to}`)
  const roots = merge({ closed, scanned }, { equation, variable, range })
  trace.step('verify')
  if (roots.length === 0)
    throw unsolved(`no real root was found from ${range.from} to ${range.to}, and none is excluded`)
  for (const root of roots) confirmRoot(equation, f, { root, variable, trace })
  const missed = roots.filter(
    ({ value }) => value >= range.from && value < range.to && !scanned.some((each) => near(each, value)),
  )
  trace.confirm('search', { from: range.from, to: range.to, found: scanned.length, notFoundBySearch: missed.length })
  return answerWith(roots, variable, range)
}

function near(a: number, b: number): boolean {
  return Math.abs(a - b) <= 1e-7 * Math.max(1, Math.abs(a))
}

/** pi and its parts as periods: what is in `f` only through trigonometric functions repeats with one of them. */
function rangeFor(equation: Expression, f: (x: number) => number): Range {
  const trigonometric = ['sin', 'cos', 'tan', 'sec', 'csc', 'cot']
  if (!trigonometric.some((head) => print(equation).includes(`${head}(`))) return { from: -50, to: 50, period: null }
  const probes = [0.137, 0.811, 1.913, 2.671, 3.337, 4.219, 5.773, 6.013, -1.277, -7.391]
  // The shortest period first: 2 pi / 240 up to 4 pi.
  for (let part = 240; part >= 0.5; part = part > 1 ? part - 1 : part / 2) {
    const length = (2 * Math.PI) / part
    const pairs = probes
      .map((x) => [f(x), f(x + length), f(x - 3 * length)] as const)
      .filter(([value]) => !Number.isNaN(value))
    const repeats = pairs.every(([a, b, c]) => Math.abs(a - b) + Math.abs(a - c) <= 1e-9 * Math.max(1, Math.abs(a)))
    if (pairs.length >= 4 && repeats) {
      const period = tidy(product([number(part < 1 ? Q.rational(4) : Q.rational(2, part)), symbol('pi')]))
      return { from: 0, to: length, period }
    }
  }
  return { from: -50, to: 50, period: null }
}

/** Closed forms first, moved into the period; then what only the search has found. */
function merge(
  { closed, scanned }: { closed: readonly Expression[]; scanned: readonly number[] },
  { equation, variable, range }: { equation: Expression; variable: string; range: Range },
): RealRoot[] {
  const roots: RealRoot[] = []
  for (const form of closed) {
    const placed = range.period ? intoPeriod(form, range) : form
    const value = placed && realValueOf(placed)
    if (value === null || placed === null || roots.some((root) => near(root.value, value))) continue
    roots.push({ value, exact: isDecimal(placed) ? null : simplest(placed).expression })
  }
  for (const value of scanned) {
    if (!roots.some((root) => near(root.value, value)))
      roots.push(recognize(value, equation, variable) ?? { value, exact: null })
  }
  return roots.sort((a, b) => a.value - b.value)
}

/** A simple fraction, of 1 or of pi, close by that compute-engine finds to satisfy the equation exactly. */
function recognize(value: number, equation: Expression, variable: string): RealRoot | null {
  for (const unit of [1, Math.PI]) {
    const by = nearbyFraction(value / unit)
    if (!by) continue
    const exact = unit === 1 ? number(by) : tidy(product([number(by), symbol('pi')]))
    const residual = cortex.evaluateExactly(substitute(equation, variable, exact))
    if (residual?.kind === 'number' && residual.value.n === 0n) return { value: Q.toNumber(by) * unit, exact }
  }
  return null
}

function nearbyFraction(value: number): Q.Rational | null {
  for (const bottom of [1, 2, 3, 4, 5, 6, 8, 10, 12]) {
    const top = Math.round(value * bottom)
    if (Math.abs(value - top / bottom) <= 1e-6) return Q.rational(top, bottom)
  }
  return null
}

function isDecimal(expression: Expression): boolean {
  return expression.kind === 'number' && expression.value.d.toString().length > 8
}

function intoPeriod(form: Expression, { period, to }: Range): Expression | null {
  const value = realValueOf(form)
  if (value === null || !period) return null
  const turns = Math.floor(value / to + 1e-12)
  if (turns === 0) return form
  const moved = call('add', form, product([number(-turns), period]))
  return cortex.evaluateExactly(moved) ?? moved
}

/** Tiny there against its size nearby; and for a form, exactly zero by compute-engine where that can tell. */
function confirmRoot(
  equation: Expression,
  f: (x: number) => number,
  { root, variable, trace }: { root: RealRoot; variable: string; trace: Trace },
): void {
  const step = 1e-3 * Math.max(1, Math.abs(root.value))
  const nearby = [f(root.value - step), f(root.value + step)].filter((value) => !Number.isNaN(value)).map(Math.abs)
  const scale = Math.max(...nearby, 1e-6)
  const residual = root.exact
    ? (realValueOf(substitute(equation, variable, root.exact)) ?? f(root.value))
    : f(root.value)
  const size = Math.abs(residual) / Math.min(1, scale)
  if (!(nearby.length > 0) || !(size <= 1e-7)) throw unverified(`the root ${show(root)} does not satisfy the equation`)
  trace.confirm('substitution', { root: show(root), residual })
}

function show({ value, exact }: RealRoot): string {
  return exact ? print(exact) : String(Number(value.toPrecision(14)))
}

function answerWith(roots: readonly RealRoot[], variable: string, { from, to, period }: Range): MathResult {
  const latex = roots.map((root) => (root.exact ? printLatex(root.exact) : show(root)))
  const searched = period ? `0 to ${print(period)}` : `${from} to ${to}`
  return {
    answer: roots.map(show),
    latex: setLatex(variable, latex) + (period ? ` \\pmod{${printLatex(period)}}` : ''),
    exact: roots.every(({ exact }) => exact !== null),
    approximate: roots.map(({ value }) => value),
    variable,
    domain: 'real numbers',
    complete: false,
    searched,
    ...(period && { period: print(period) }),
    assumptions: [
      ...(period ? [`any whole multiple of ${print(period)} may be added to each root`] : []),
      `roots were sought from ${searched}; that none is missing is not proven`,
    ],
  }
}
