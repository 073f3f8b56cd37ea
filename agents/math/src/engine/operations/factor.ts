import * as cortex from '../cortex.ts'
import { exactValue } from '../exact.ts'
import type { Expression } from '../expression.ts'
import { call, number, product, variablesOf } from '../expression.ts'
import { factorExactly } from '../factor-exactly.ts'
import { unsolved, unverified } from '../failure.ts'
import { PROVEN_BELOW, isPrime, primeFactors } from '../integers.ts'
import type { Multivariate } from '../multivariate.ts'
import { areEqual, toExpression as toSeveral, toMultivariate } from '../multivariate.ts'
import type { MultivariateFactorization } from '../multivariate-factors.ts'
import { factorMultivariate } from '../multivariate-factors.ts'
import { parseExpression } from '../parse.ts'
import type { Polynomial } from '../polynomial.ts'
import * as P from '../polynomial.ts'
import type { Factorization } from '../polynomial-factors.ts'
import { expandFactors } from '../polynomial-factors.ts'
import { print, printLatex } from '../print.ts'
import type { MathResult } from '../problem.ts'
import type { Rational } from '../rational.ts'
import * as Q from '../rational.ts'
import { toPolynomial, toRationalFunction } from '../rational-function.ts'
import type { Trace } from '../trace.ts'
import { compareAtPoints } from '../verify.ts'
import type { Operation } from './operation.ts'

/** The factors of a whole number, of a polynomial over the rationals, or of an expression in several variables. */
export const factor: Operation<'factor'> = (problem, trace) => {
  const expression = parseExpression(problem.expression)
  trace.step('parse', { expression: print(expression) })
  const free = variablesOf(expression)
  const [only] = free
  if (only === undefined) return factorNumber(expression, trace)
  if (free.length > 1) return factorSeveral(expression, trace)
  const polynomial = toPolynomial(expression, only)
  if (polynomial) return factorOne(polynomial, only, trace)
  const quotient = toRationalFunction(expression, only)
  return quotient ? factorQuotient(expression, quotient, { variable: only, trace }) : factorSeveral(expression, trace)
}

function factorNumber(expression: Expression, trace: Trace): MathResult {
  const value = exactValue(expression)
  if (value?.d !== 1n) throw unsolved('only whole numbers and expressions with a variable can be factored')
  if (value.n === 0n) throw unsolved('0 has no factorization')
  if (Q.absolute(value.n) >= 10n ** 40n) throw unsolved('whole numbers beyond 40 digits are not factored')
  trace.step('solve')
  const factors = primeFactors(Q.absolute(value.n))
  trace.step('verify')
  const again = factors.reduce(
    (total, { prime, exponent }) => total * prime ** BigInt(exponent),
    value.n < 0n ? -1n : 1n,
  )
  if (again !== value.n || !factors.every(({ prime }) => isPrime(prime)))
    throw unverified('the factors do not multiply to the number')
  trace.confirm('expanded-factors', { product: again.toString(), equal: true })
  const areProven = factors.every(({ prime }) => prime < PROVEN_BELOW)
  trace.confirm('primality', { test: 'Miller-Rabin with the first 13 primes', proven: areProven })
  const powers = factors.map(({ prime, exponent }) => toPower(number(prime), exponent))
  const answer = product([...(value.n < 0n ? [number(-1)] : []), ...powers])
  return {
    answer: print(answer),
    latex: printLatex(answer),
    exact: true,
    domain: 'whole numbers',
    factors: factors.map(({ prime, exponent }) => ({ base: prime.toString(), exponent })),
    ...(!areProven && { assumptions: ['a factor beyond 3.3e24 is prime by a probabilistic test'] }),
  }
}

function toPower(base: Expression, exponent: number): Expression {
  return exponent === 1 ? base : call('pow', base, number(exponent))
}

function factorOne(polynomial: Polynomial, variable: string, trace: Trace): MathResult {
  if (P.degreeOf(polynomial) < 1) throw unsolved('the expression is constant: its terms cancel')
  trace.step('solve')
  const found = factorExactly(polynomial, variable)
  trace.step('verify')
  if (!P.areEqual(expandFactors(found), polynomial)) throw unverified('the factors do not multiply to the polynomial')
  trace.confirm('expanded-factors', { degree: P.degreeOf(polynomial), coefficients: 'equal, compared exactly' })
  const isComplete = found.factors.every(({ isIrreducible }) => isIrreducible)
  const answer = writeFactors(found, variable)
  return {
    answer: print(answer),
    latex: printLatex(answer),
    exact: true,
    variable,
    domain: 'polynomials with rational coefficients',
    irreducible: isComplete,
    factors: found.factors.map(({ part, multiplicity }) => ({
      base: print(P.toExpression(part, variable)),
      exponent: multiplicity,
    })),
    ...(!isComplete && { assumptions: ['a factor of high degree was not tested for further factors'] }),
  }
}

function writeFactors({ content, factors }: Factorization, variable: string): Expression {
  const powers = factors.map(({ part, multiplicity }) => toPower(P.toExpression(part, variable), multiplicity))
  return withCoefficient(content, powers)
}

function withCoefficient(content: Rational, factors: readonly Expression[]): Expression {
  if (content.n === -1n && content.d === 1n) return call('negate', product(factors))
  return product([number(content), ...factors])
}

function factorQuotient(
  expression: Expression,
  { top, bottom }: { top: Polynomial; bottom: Polynomial },
  { variable, trace }: { variable: string; trace: Trace },
): MathResult {
  trace.step('solve')
  const common = P.greatestCommonDivisor(top, bottom)
  const [above, below] = [top, bottom]
    .map((part) => P.divide(part, common).quotient)
    .map((part) => {
      return P.degreeOf(part) < 1 ? { content: part[0] ?? Q.ZERO, factors: [] } : factorExactly(part, variable)
    })
  if (!above || !below || above.content.n === 0n) throw unsolved('the expression is zero')
  const content = Q.divide(above.content, below.content)
  const answer = call(
    'divide',
    writeFactors({ content: Q.rational(content.n), factors: above.factors }, variable),
    writeFactors({ content: Q.rational(content.d), factors: below.factors }, variable),
  )
  return confirmAtPoints(expression, answer, trace)
}

function factorSeveral(expression: Expression, trace: Trace): MathResult {
  trace.step('solve')
  const variables = variablesOf(expression)
  const polynomial = toMultivariate(expression, variables)
  const found = polynomial && polynomial.size > 0 ? factorMultivariate(polynomial) : null
  if (polynomial && found) return multivariateResult(polynomial, found, { variables, trace })
  const suggested = cortex.rewrite('Factor', expression)
  const isFactored = suggested?.kind === 'call' && ['multiply', 'pow', 'negate'].includes(suggested.head)
  if (!suggested || !isFactored || print(suggested) === print(expression)) throw unsolved('no factors were found')
  return confirmAtPoints(expression, suggested, trace)
}

function multivariateResult(
  polynomial: Multivariate,
  { content, factors, isComplete }: MultivariateFactorization,
  { variables, trace }: { variables: readonly string[]; trace: Trace },
): MathResult {
  trace.step('verify')
  const powers = factors.map(({ part, multiplicity }) => toPower(toSeveral(part, variables), multiplicity))
  const answer = withCoefficient(content, powers)
  const again = toMultivariate(answer, variables)
  if (!again || !areEqual(again, polynomial)) throw unverified('the factors do not multiply to the polynomial')
  trace.confirm('expanded-factors', { terms: polynomial.size, coefficients: 'equal, compared exactly' })
  return {
    answer: print(answer),
    latex: printLatex(answer),
    exact: true,
    domain: 'polynomials with rational coefficients',
    irreducible: isComplete,
    factors: factors.map(({ part, multiplicity }) => ({
      base: print(toSeveral(part, variables)),
      exponent: multiplicity,
    })),
  }
}

function confirmAtPoints(expression: Expression, answer: Expression, trace: Trace): MathResult {
  trace.step('verify')
  const comparison = compareAtPoints(expression, answer)
  if (!comparison.agrees) throw unverified('the factors do not multiply to the expression at the sample points')
  trace.confirm('numeric-comparison', { points: comparison.points, worstDifference: comparison.worst })
  return {
    answer: print(answer),
    latex: printLatex(answer),
    exact: true,
    domain: 'wherever the expression is defined',
    assumptions: ['the factors were not tested for further factors'],
  }
}
