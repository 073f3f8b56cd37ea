import { Outcome } from './checks/check.ts'
import type { ComplianceReport } from './compliance.ts'
import { type Constraint, type DirectiveContent, Level, Phase } from './directive.ts'
import { compiledOf } from './staleness.ts'

/** How a belief fared in the work. */
export interface BeliefRecord {
  readonly applied: number
  readonly violated: number
  readonly overridden: number
  readonly reviewed: number
  /** Null: nothing was counted yet. */
  readonly lastSeenAt: Date | null
}

export const NO_RECORD: BeliefRecord = { applied: 0, violated: 0, overridden: 0, reviewed: 0, lastSeenAt: null }

/** What one check or one decision adds to the record of a belief: 0 or 1 each. */
export interface Tally {
  readonly beliefId: string
  readonly applied: number
  readonly violated: number
  readonly overridden: number
  readonly reviewed: number
}

/** A person's decision about a task that waited for it. */
export interface ReviewDecision {
  readonly decision: 'APPROVE' | 'REJECT'
  readonly about: 'DIRECTIVE' | 'ATTEMPT' | 'RESULT'
}

type Findings = Pick<ComplianceReport, 'findings'>

/**
 * The outcomes of each belief's own constraints, one list for each belief. What a language model made of a belief does not
 * count: where that is wrong, nothing of the belief failed.
 */
const outcomesByBelief = (constraints: readonly Constraint[], reports: readonly Findings[]): Map<string, Outcome[]> => {
  const constraintOf = new Map(compiledOf({ constraints }).map((constraint) => [constraint.id, constraint]))
  const outcomes = new Map<string, Outcome[]>()
  for (const { constraintId, outcome } of reports.flatMap(({ findings }) => findings)) {
    for (const { beliefId } of constraintOf.get(constraintId)?.because ?? []) {
      outcomes.set(beliefId, [...(outcomes.get(beliefId) ?? []), outcome])
    }
  }
  return outcomes
}

const mustsOf = (constraints: readonly Constraint[]): Constraint[] =>
  constraints.filter(({ level }) => level === Level.MUST)

/**
 * What a kept report adds, once for each belief. Of DURING, which is asked again and again, only a failed MUST counts: it
 * ends the attempt, so that no result is checked after it.
 */
export const tallyOfReport = (
  constraints: readonly Constraint[],
  report: Pick<ComplianceReport, 'phase' | 'findings'>,
): Tally[] => {
  const isDuring = report.phase === Phase.DURING
  const outcomes = outcomesByBelief(isDuring ? mustsOf(constraints) : constraints, [report])
  return [...outcomes].flatMap(([beliefId, found]) => {
    const isViolated = found.includes(Outcome.FAIL)
    if (isDuring && !isViolated) return []
    return [{ beliefId, applied: 1, violated: isViolated ? 1 : 0, overridden: 0, reviewed: 0 }]
  })
}

/**
 * What a person's decision adds, once for each belief that it was about: of a directive, those that contradict each other
 * in it; else those whose MUSTs the reports on the attempt found failed, or could not decide. Who accepts a result although
 * a MUST failed decides against what the check said: that is an override. To accept what no machine could decide is none.
 */
export const tallyOfReview = (
  { constraints, conflicts }: Pick<DirectiveContent, 'constraints' | 'conflicts'>,
  reports: readonly Findings[],
  { decision, about }: ReviewDecision,
): Tally[] => {
  const reviewed = (beliefId: string, overridden = 0): Tally => {
    return { beliefId, applied: 0, violated: 0, overridden, reviewed: 1 }
  }
  if (about === 'DIRECTIVE') {
    const ids = new Set(conflicts.flatMap(({ beliefId, withId }) => [beliefId, withId]))
    return [...ids].map((beliefId) => reviewed(beliefId))
  }
  return [...outcomesByBelief(mustsOf(constraints), reports)].flatMap(([beliefId, found]) => {
    const hasFailed = found.includes(Outcome.FAIL)
    if (!hasFailed && !found.includes(Outcome.UNKNOWN)) return []
    return [reviewed(beliefId, hasFailed && decision === 'APPROVE' && about === 'RESULT' ? 1 : 0)]
  })
}
