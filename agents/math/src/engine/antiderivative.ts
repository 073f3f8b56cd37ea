import { isExpandable, mathjsDerivative, simplest } from './candidates.ts'
import * as cortex from './cortex.ts'
import { integrateBySubstitution } from './substitutions.ts'
import { tidy } from './tidy.ts'
import type { Expression } from './expression.ts'
import { call, contains, mapChildren, usesHead, variablesOf } from './expression.ts'
import { toRealFunction, compile } from './numeric.ts'
import { print } from './print.ts'
import type { Comparison } from './verify.ts'
import { compareAtPoints, compareWithSlope, samplePoints } from './verify.ts'

/** An antiderivative and the comparison that confirms it. */
export interface Antiderivative {
  readonly expression: Expression
  readonly comparison: Comparison
  readonly by: 'mathjs derivative' | 'finite differences'
}

/**
 * Integrates by compute-engine, trying other forms of the integrand where the first does not yield, and with the rules
 * of Rubi at last, where there is time to load them. Answers only what differentiates back to the integrand, `rejected`
 * where something was found that does not, and null where no method finds any.
 */
export async function findAntiderivative(
  integrand: Expression,
  variable: string,
  { millisecondsLeft }: { millisecondsLeft: number },
): Promise<Antiderivative | 'rejected' | null> {
  const found = firstFound(integrand, variable)
  if (isFound(found) || millisecondsLeft < cortex.rulesMilliseconds()) return found
  await cortex.loadIntegrationRules()
  return tryForms(integrand, variable, true) ?? found
}

function firstFound(integrand: Expression, variable: string): Antiderivative | 'rejected' | null {
  const found = tryForms(integrand, variable, false)
  return isFound(found) ? found : (trySubstitutions(integrand, variable) ?? found)
}

function isFound(found: Antiderivative | 'rejected' | null): found is Antiderivative {
  return found !== null && found !== 'rejected'
}

function tryForms(integrand: Expression, variable: string, withRules: boolean): Antiderivative | 'rejected' | null {
  let outcome: 'rejected' | null = null
  for (const form of otherForms(integrand, variable)) {
    const candidate = cortex.integrateSymbolically(form, variable, { withRules })
    if (!candidate) continue
    const confirmed = confirm(integrand, candidate, variable)
    if (confirmed) return confirmed
    outcome = 'rejected'
  }
  return outcome
}

function trySubstitutions(integrand: Expression, variable: string): Antiderivative | null {
  for (const candidate of integrateBySubstitution(integrand, variable)) {
    const confirmed = confirm(integrand, candidate, variable)
    if (confirmed) return confirmed
  }
  return null
}

function* otherForms(integrand: Expression, variable: string): Generator<Expression> {
  const seen = new Set([print(integrand)])
  const isNew = (form: Expression | null): form is Expression => {
    if (!form || seen.has(print(form))) return false
    seen.add(print(form))
    return true
  }
  yield integrand
  if (!isExpandable(integrand)) return
  const simpler = simplest(integrand).expression
  if (isNew(simpler)) yield simpler
  if (usesHead(integrand, ['sin', 'cos', 'tan'])) {
    const reduced = cortex.rewrite('TrigReduce', integrand)
    if (isNew(reduced)) yield reduced
  }
  const expanded = cortex.rewrite('Expand', integrand)
  if (isNew(expanded)) yield expanded
  if (usesHead(integrand, ['divide', 'pow'])) {
    const split = cortex.partialFractions(integrand, variable)
    if (isNew(split)) yield split
  }
}

/** The candidate, or its real form, where its derivative is the integrand at the sample points. */
function confirm(integrand: Expression, candidate: Expression, variable: string): Antiderivative | null {
  // Of a real function, a form in complex exponentials is real at best up to a constant: no answer to give.
  if (contains(candidate, 'i') && !contains(integrand, 'i')) return null
  const forms = [candidate]
  if (!isRealWhere(integrand, candidate, variable)) forms.unshift(withAbsoluteLogarithms(candidate))
  for (const form of forms) {
    const expression = tidied(form)
    for (const each of expression === form ? [form] : [expression, form]) {
      const found = compareDerivative(integrand, each, variable)
      if (found) return found
    }
  }
  return null
}

function compareDerivative(integrand: Expression, candidate: Expression, variable: string): Antiderivative | null {
  const derivative = mathjsDerivative(candidate, variable)
  if (derivative) {
    const comparison = compareAtPoints(integrand, derivative)
    if (comparison.agrees) return { expression: candidate, comparison, by: 'mathjs derivative' }
  }
  const comparison = compareWithSlope(candidate, integrand, variable)
  return comparison.agrees ? { expression: candidate, comparison, by: 'finite differences' } : null
}

function tidied(candidate: Expression): Expression {
  const { expression, comparison } = simplest(candidate)
  return comparison.agrees ? expression : tidy(candidate)
}

/** Whether the candidate is real wherever the integrand is, at the sample points. */
function isRealWhere(integrand: Expression, candidate: Expression, variable: string): boolean {
  const variables = [...new Set([...variablesOf(integrand), variable])]
  const [f, F] = [compile(integrand), compile(candidate)]
  let tries = 60
  for (const point of samplePoints(variables)) {
    if (tries-- === 0) return true
    const at = point.get(variable) ?? 0
    const isDefined = !Number.isNaN(toRealFunction(f, variable, point)(at))
    if (isDefined && Number.isNaN(toRealFunction(F, variable, point)(at))) return false
  }
  return true
}

/** ln u as ln |u|, which has the same derivative and is real on both sides of a zero of u. */
function withAbsoluteLogarithms(expression: Expression): Expression {
  const changed = mapChildren(expression, withAbsoluteLogarithms)
  if (changed.kind !== 'call' || changed.head !== 'log' || changed.args.length !== 1) return changed
  const [argument] = changed.args
  const isAbsolute = argument?.kind === 'call' && argument.head === 'abs'
  return argument && !isAbsolute ? call('log', call('abs', argument)) : changed
}
