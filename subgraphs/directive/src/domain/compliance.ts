import { bounded, TimeLimitError } from './bounded.ts'
import { keptCheck, resetChecks } from './checks/compile-check.ts'
import { CheckError, type CheckInput, type CheckOutcome, cut, Outcome, unknown } from './checks/check.ts'
import { type Constraint, Level, Phase } from './directive.ts'

export const Verdict = { COMPLIANT: 'COMPLIANT', VIOLATION: 'VIOLATION', NEEDS_REVIEW: 'NEEDS_REVIEW' } as const
export type Verdict = (typeof Verdict)[keyof typeof Verdict]

/** What one constraint was found to be. */
export interface Finding extends CheckOutcome {
  readonly constraintId: string
}

export interface ComplianceReport {
  readonly id: string
  readonly directiveId: string
  readonly taskId: string | null
  /** From 1. */
  readonly attempt: number | null
  readonly phase: Phase
  readonly verdict: Verdict
  readonly findings: readonly Finding[]
  readonly checkedAt: Date
}

const isOfTime = ({ check }: Constraint): boolean => check.kind === 'budget' && check.milliseconds !== undefined

/**
 * The constraints that a phase checks. Completion checks those of DURING once more, over the whole trace: what an agent
 * did not report on its way must not go unseen. A time that an attempt may take is over on the way, whatever comes after,
 * so DURING checks those of RESULT, too.
 */
export const constraintsAt = (constraints: readonly Constraint[], phase: Phase): Constraint[] =>
  constraints.filter(
    (constraint) =>
      constraint.phase === phase ||
      (phase === Phase.RESULT && constraint.phase === Phase.DURING) ||
      (phase === Phase.DURING && constraint.phase === Phase.RESULT && isOfTime(constraint)),
  )

/** How long checks may take, in milliseconds of the clock. */
export interface CheckLimits {
  readonly checkMilliseconds: number
  readonly reportMilliseconds: number
}

/** What judges have found already, by the ids of constraints. */
type Judgements = ReadonlyMap<string, CheckOutcome>

const LIMITS: CheckLimits = { checkMilliseconds: 500, reportMilliseconds: 2000 }

const evaluate = (constraint: Constraint, input: CheckInput, judged: Judgements): CheckOutcome => {
  const known = judged.get(constraint.id)
  if (known) return known
  try {
    return keptCheck(constraint.check, constraint.phase)(input)
  } catch (error) {
    if (error instanceof CheckError)
      return unknown(`The check itself is broken: ${cut(error.message)}. A person may decide.`)
    // A value nested so deeply that it exhausts the stack, or text too long to be built: the input's doing, not a bug.
    if (error instanceof RangeError) return unknown('The value is too deep or too large to check. A person may decide.')
    throw error
  }
}

/**
 * Checks constraints, one finding each, in their order. All run under one watchdog, as starting it costs more than most
 * checks; where the time is up, the check that was running is tried again alone before it is given up as UNKNOWN.
 */
export const checkConstraints = (
  constraints: readonly Constraint[],
  input: CheckInput,
  { limits = LIMITS, judged = new Map() }: { limits?: CheckLimits; judged?: Judgements } = {},
): Finding[] => {
  const findings: Finding[] = []
  const started = performance.now()
  const left = (): number => limits.reportMilliseconds - (performance.now() - started)
  const runTo = (end: number): void => {
    try {
      bounded(Math.min(limits.checkMilliseconds, Math.max(left(), 1)), () => {
        for (const constraint of constraints.slice(findings.length, end)) {
          findings.push({ constraintId: constraint.id, ...evaluate(constraint, input, judged) })
        }
      })
    } catch (error) {
      if (!(error instanceof TimeLimitError)) throw error
      resetChecks()
    }
  }
  while (findings.length < constraints.length) {
    const index = findings.length
    const constraint = constraints[index] as Constraint
    if (left() > 0) runTo(constraints.length)
    if (findings.length === index && left() > 0) runTo(index + 1)
    if (findings.length === index) {
      const reason = `The check was ended, as it took more than ${limits.checkMilliseconds} ms. A person may decide.`
      findings.push({ constraintId: constraint.id, ...unknown(reason) })
    }
  }
  return findings
}

/**
 * Any MUST that fails: VIOLATION; else any MUST that is UNKNOWN: NEEDS_REVIEW; else COMPLIANT. A SHOULD holds nothing
 * up. In DURING what is not known yet holds nothing up either: completion has the last word.
 */
export const verdictOf = (constraints: readonly Constraint[], findings: readonly Finding[], phase: Phase): Verdict => {
  const musts = new Set(constraints.filter(({ level }) => level === Level.MUST).map(({ id }) => id))
  const outcomes = findings.filter(({ constraintId }) => musts.has(constraintId)).map(({ outcome }) => outcome)
  if (outcomes.includes(Outcome.FAIL)) return Verdict.VIOLATION
  if (phase !== Phase.DURING && outcomes.includes(Outcome.UNKNOWN)) return Verdict.NEEDS_REVIEW
  return Verdict.COMPLIANT
}

/** The constraints that failed, in an order of their own: of DURING, one report of an attempt tells of the same ones. */
export const failedOf = (findings: readonly Finding[]): string =>
  findings
    .filter(({ outcome }) => outcome === Outcome.FAIL)
    .map(({ constraintId }) => constraintId)
    .sort()
    .join(' ')

/** Whether a report is kept: all of PLAN and RESULT; of DURING, which is asked again and again, those with a failure. */
export const isKept = (phase: Phase, findings: readonly Finding[]): boolean =>
  phase !== Phase.DURING || findings.some(({ outcome }) => outcome === Outcome.FAIL)
