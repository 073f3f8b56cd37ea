import { bounded, TimeLimitError } from './bounded.ts'
import { CheckError } from './checks/check.ts'
import { compileCheck, resetChecks } from './checks/compile-check.ts'
import { parseRule, type Rule, type RuleIssue } from './rule.ts'

/** The most that a rule may weigh, as JSON. */
const MAX_RULE_BYTES = 100_000
/** What a rule may take of the processor to compile. */
const COMPILE_MILLISECONDS = 1000
/** How long a compilation may take by the clock, one try after the other: on a loaded machine it gets only a part. */
const TRIES_MILLISECONDS = [1000, 2000, 4000, 8000]
/** A watchdog that ends at the limit finds a little less used up. */
const LEAST_SHARE = 0.9

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
    compileInTime(check, phase)
    return []
  } catch (error) {
    if (error instanceof CheckError) return [{ path: `/check${error.path}`, message: error.message }]
    if (error instanceof TimeLimitError) {
      return [{ path: '/check', message: `it took more than ${COMPILE_MILLISECONDS} ms to compile: make it smaller` }]
    }
    throw error
  }
}

/**
 * Compiles a check. Throws CheckError, and TimeLimitError where it is the check that took the time and not the machine:
 * a try that was ended by the clock counts against the rule only with the processor's time that this process got.
 */
const compileInTime = (check: Rule['check'], phase: Rule['phase']): void => {
  for (const [place, milliseconds] of TRIES_MILLISECONDS.entries()) {
    const before = process.cpuUsage()
    try {
      bounded(milliseconds, () => compileCheck(check, phase))
      return
    } catch (error) {
      if (!(error instanceof TimeLimitError)) throw error
      resetChecks()
      const { user, system } = process.cpuUsage(before)
      const used = (user + system) / 1000
      if (used >= COMPILE_MILLISECONDS * LEAST_SHARE || place === TRIES_MILLISECONDS.length - 1) throw error
    }
  }
}
