import { type ASTNode, Environment, EvaluationError, type ParseError, type ParseResult } from '@marcbachmann/cel-js'
import { Phase } from '../directive.ts'
import { compilePattern, type Pattern } from '../pattern.ts'
import type { CheckOf } from '../rule.ts'
import { createMemberCheck } from './cel-members.ts'
import { valuesRead } from './cel-values.ts'
import {
  CheckError,
  type CheckInput,
  type CheckOutcome,
  type CompiledCheck,
  cut,
  fail,
  pass,
  unknown,
} from './check.ts'

const LIMITS = { maxAstNodes: 2000, maxDepth: 60, maxListElements: 500, maxMapEntries: 500, maxCallArguments: 16 }

/** A pattern may come from the data: the last ones are kept, few enough to be searched at once. */
const MAX_PATTERNS = 100
const patterns = new Map<string, Pattern>()
const patternOf = (source: string): Pattern => {
  const known = patterns.get(source)
  if (known) return known
  if (patterns.size >= MAX_PATTERNS) patterns.clear()
  const pattern = compilePattern(source)
  patterns.set(source, pattern)
  return pattern
}

/** Forgets patterns: after a time limit one may be half-way through a match. */
export const resetPatterns = (): void => patterns.clear()

// Numbers of JSON are doubles, and the specification does not mix them with ints: 'result.count + 1' would be an error.
const MIXED = ['+', '-', '*', '/', '%'] as const
const arithmetic = {
  '+': (a: number, b: number) => a + b,
  '-': (a: number, b: number) => a - b,
  '*': (a: number, b: number) => a * b,
  '/': (a: number, b: number) => a / b,
  '%': (a: number, b: number) => a % b,
} as const

const environment = (): Environment => {
  const env = new Environment({ limits: LIMITS })
    .registerVariable('task', 'map')
    .registerVariable('trace', 'map')
    .registerFunction('string.re2Matches(string): bool', (text: string, source: string) => patternOf(source).test(text))
    .registerOperator('double % double: double', arithmetic['%'])
  for (const operator of MIXED) {
    const apply = arithmetic[operator]
    env.registerOperator(`double ${operator} int: double`, (a: number, b: bigint) => apply(a, Number(b)))
    env.registerOperator(`int ${operator} double: double`, (a: bigint, b: number) => apply(Number(a), b))
  }
  return env
}

// Before completion there is no result: an expression that names it is refused when it is saved.
const withoutResult = environment()
const withResult = environment().registerVariable('result', 'dyn')
const assertMembers = createMemberCheck(LIMITS)

/** The library's own `matches` backtracks and cannot be replaced by registering: each call of it is renamed. */
const useRe2 = (node: unknown, seen = new Set<unknown>()): void => {
  if (typeof node !== 'object' || node === null || seen.has(node)) return
  seen.add(node)
  const { op, args } = node as Partial<ASTNode>
  if (op === 'rcall' && Array.isArray(args) && args[0] === 'matches') (args as unknown[])[0] = 're2Matches'
  for (const child of Object.values(node)) useRe2(child, seen)
}

const isTrue = (type: string | undefined): boolean => type === 'bool' || type === 'dyn'

const parseExpression = (expression: string, phase: Phase): ParseResult => {
  try {
    const parsed = (phase === Phase.RESULT ? withResult : withoutResult).parse(expression)
    assertMembers(expression, parsed.ast)
    useRe2(parsed.ast)
    const { error, type } = parsed.check()
    if (error) throw error
    if (isTrue(type)) return parsed
    throw new CheckError(`expression: it answers ${type}; it must answer true or false`, '/expression')
  } catch (error) {
    if (error instanceof CheckError) throw error
    const { summary, range } = error as Partial<ParseError>
    const place = range ? ` (at character ${range.start + 1})` : ''
    throw new CheckError(`expression: ${cut(summary ?? String(error))}${place}`, '/expression')
  }
}

/**
 * CEL over `task` {id, type, input}, `trace` and, at completion, `result`. An expression that reads what can never be
 * there is refused; one that reads what is not there, or that cannot be evaluated on what is, is not true: it fails.
 * `phase` is the constraint's.
 */
export const compile = (check: CheckOf<'cel'>, phase: Phase): CompiledCheck => {
  const evaluate = parseExpression(check.expression, phase)
  const shown = cut(check.expression, 300)
  return (input) => {
    try {
      const variables = variablesOf(input, phase)
      const answer: unknown = evaluate(variables)
      const found = { value: valuesRead(check.expression, evaluate.ast, variables) ?? undefined }
      if (answer === true) return pass('The expression is true.', found)
      if (answer === false) return fail(`Not true: ${shown}`, found)
      return fail(`Neither true nor false: ${shown}`, { value: answer })
    } catch (error) {
      if (error instanceof EvaluationError) return notEvaluated(error, check.expression, input.phase)
      // A pattern from the data that RE2 refuses, a text that is too long to be built: nothing that is true.
      return fail(`It cannot be evaluated: ${shown}`, { value: String(error) })
    }
  }
}

const variablesOf = (input: CheckInput, phase: Phase): Record<string, unknown> => ({
  task: input.task,
  trace: input.trace,
  ...(phase === Phase.RESULT && { result: input.result ?? null }),
})

/** Codes whose summary speaks of types and of the expression alone; others may quote the result. */
const QUOTABLE = new Set(['no_such_overload', 'division_by_zero', 'modulo_by_zero'])

const notEvaluated = (error: EvaluationError, expression: string, phase: Phase): CheckOutcome => {
  const { start, end } = error.range ?? { start: 0, end: expression.length }
  const place = cut(expression.slice(start, end), 100)
  const found = { value: error.summary }
  if (phase === Phase.DURING) return unknown(`"${place}" cannot be evaluated yet.`, found)
  if (error.code === 'no_such_key')
    return fail(`The expression reads "${place}", which is not there. Provide it.`, found)
  const why = QUOTABLE.has(error.code) ? error.summary : error.code.replaceAll('_', ' ')
  return fail(`"${place}" cannot be evaluated: ${why}. Provide values that it can be evaluated on.`, found)
}
