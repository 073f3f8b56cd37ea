import { bounded, TimeLimitError } from './bounded.ts'
import { CheckError } from './checks/check.ts'
import { compileCheck, resetChecks } from './checks/compile-check.ts'
import { Phase } from './directive.ts'
import { parseRule, type Rule, type RuleIssue } from './rule.ts'

/** The most that a rule may weigh, as JSON. */
const MAX_RULE_BYTES = 100_000
/** What a rule may take of the processor to compile. */
const COMPILE_MILLISECONDS = 1000
/** How many times that a compilation may take by the clock, one try after the other: on a loaded machine it gets a part. */
const TRIES = [1, 2, 4, 8]
/** A watchdog that ends at the limit finds a little less used up. */
const LEAST_SHARE = 0.9

/** What is wrong with one of several rules. `path` is a JSON Pointer into that rule. */
export interface RuleProblem extends RuleIssue {
  readonly index: number
}

/** What is wrong with rules: their shape, and whether each schema, pattern, unit and expression compiles. */
export const validateRules = (rules: readonly unknown[]): RuleProblem[] =>
  rules.flatMap((rule, index) => validateRule(rule, COMPILE_MILLISECONDS).map((issue) => ({ index, ...issue })))

/** How much of the processor's time was used since it was called, in milliseconds. */
const startTimer = (): (() => number) => {
  const before = process.cpuUsage()
  return () => {
    const { user, system } = process.cpuUsage(before)
    return (user + system) / 1000
  }
}

/**
 * Tells of one rule after the other whether it can be taken, all within the time that one rule may take: where
 * that is used up, nothing that follows is taken.
 */
export const createRuleSieve = (): ((rule: unknown) => boolean) => {
  const used = startTimer()
  return (rule) => {
    const isOver = used() >= COMPILE_MILLISECONDS * LEAST_SHARE
    return !isOver && validateRule(rule, COMPILE_MILLISECONDS - used()).length === 0
  }
}

const validateRule = (value: unknown, milliseconds: number): RuleIssue[] => {
  try {
    const bytes = Buffer.byteLength(JSON.stringify(value) ?? '')
    if (bytes > MAX_RULE_BYTES) {
      return [{ path: '', message: `the rule has ${bytes} bytes as JSON; at most ${MAX_RULE_BYTES} are taken` }]
    }
    const parsed = parseRule(value)
    if ('issues' in parsed) return parsed.issues
    return [...uselessOnTheWay(parsed.rule), ...compileIssues(parsed.rule, milliseconds)]
  } catch (error) {
    // Nesting exhausts the stack, of JSON itself or of what compiles the check.
    if (error instanceof RangeError) return [{ path: '', message: 'the rule is nested too deeply' }]
    throw error
  }
}

/**
 * What a rule asks for on the way that is only known with the result. Refused where a rule is saved, and not where one is
 * read: those that are there are still checked at completion.
 */
const uselessOnTheWay = ({ check, phase }: Rule): RuleIssue[] =>
  check.kind !== 'budget' || phase !== Phase.DURING
    ? []
    : (['tokens', 'usd'] as const)
        .filter((measure) => check[measure] !== undefined)
        .map((measure) => ({
          path: `/check/${measure}`,
          message: `budget: "${measure}" can not be checked in DURING, as an agent tells what it used with its result; make the phase RESULT, or leave it out`,
        }))

const compileIssues = (rule: Rule, milliseconds: number): RuleIssue[] => {
  try {
    compileInTime(rule, milliseconds)
    return []
  } catch (error) {
    if (error instanceof CheckError) return [{ path: `/check${error.path}`, message: error.message }]
    if (error instanceof TimeLimitError) {
      return [{ path: '/check', message: `it took more than ${milliseconds} ms to compile: make it smaller` }]
    }
    throw error
  }
}

/**
 * Compiles a check. Throws CheckError, and TimeLimitError where it is the check that took the time and not the machine:
 * a try that was ended by the clock counts against the rule only with the processor's time that this process got.
 */
const compileInTime = ({ check, phase }: Rule, milliseconds: number): void => {
  for (const [place, times] of TRIES.entries()) {
    const used = startTimer()
    try {
      bounded(milliseconds * times, () => compileCheck(check, phase))
      return
    } catch (error) {
      if (!(error instanceof TimeLimitError)) throw error
      resetChecks()
      if (used() >= milliseconds * LEAST_SHARE || place === TRIES.length - 1) throw error
    }
  }
}
