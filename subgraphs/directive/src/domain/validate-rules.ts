import { bounded, TimeLimitError } from './bounded.ts'
import { CheckError } from './checks/check.ts'
import { compileCheck, resetChecks } from './checks/compile-check.ts'
import { parseRule, type Rule, type RuleIssue } from './rule.ts'

/** The most that a rule may weigh, as JSON. */
const MAX_RULE_BYTES = 100_000
const COMPILE_MILLISECONDS = 1000

/** What is wrong with one of several rules. `path` is a JSON Pointer into that rule. */
export interface RuleProblem extends RuleIssue {
  readonly index: number
}

/** What is wrong with rules: their shape, and whether each schema, pattern, unit and expression compiles. */
export const validateRules = (rules: readonly unknown[]): RuleProblem[] =>
  rules.flatMap((rule, index) => validateRule(rule).map((issue) => ({ index, ...issue })))

const validateRule = (value: unknown): RuleIssue[] => {
  try {
    const bytes = Buffer.byteLength(JSON.stringify(value) ?? '')
    if (bytes > MAX_RULE_BYTES) {
      return [{ path: '', message: `the rule has ${bytes} bytes as JSON; at most ${MAX_RULE_BYTES} are taken` }]
    }
    const parsed = parseRule(value)
    return 'issues' in parsed ? parsed.issues : compileIssues(parsed.rule)
  } catch (error) {
    // Nesting exhausts the stack, of JSON itself or of what compiles the check.
    if (error instanceof RangeError) return [{ path: '', message: 'the rule is nested too deeply' }]
    throw error
  }
}

const compileIssues = ({ check, phase }: Rule): RuleIssue[] => {
  try {
    bounded(COMPILE_MILLISECONDS, () => compileCheck(check, phase))
    return []
  } catch (error) {
    if (error instanceof CheckError) return [{ path: `/check${error.path}`, message: error.message }]
    if (error instanceof TimeLimitError) {
      resetChecks()
      return [{ path: '/check', message: `it took more than ${COMPILE_MILLISECONDS} ms to compile: make it smaller` }]
    }
    throw error
  }
}
