import type { Expression } from './expression.ts'
import { contains, variablesOf } from './expression.ts'
import { badInput } from './failure.ts'
import { checkVariable } from './parse.ts'

/**
 * The unknown: the one that was named, else the only symbol.
 *
 * @throws MathFailure BAD_INPUT where it is ambiguous
 */
export function chooseVariable(expression: Expression, named: string | undefined): string {
  if (named !== undefined) return checkVariable(named)
  const free = variablesOf(expression)
  const [only] = free
  if (free.length > 1) throw badInput(`variable: the expression has ${free.join(', ')}; say which one is meant`)
  return only ?? 'x'
}

/** The same where an expression without the variable makes no sense. @throws MathFailure BAD_INPUT */
export function requireVariable(expression: Expression, named: string | undefined): string {
  const variable = chooseVariable(expression, named)
  if (contains(expression, variable)) return variable
  throw badInput(named === undefined ? 'expression: it has no variable' : `expression: it does not contain ${variable}`)
}
