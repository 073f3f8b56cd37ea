import type { CompliancePartsFragment, DirectivePartsFragment } from '../../generated/graphql.ts'

export type ComplianceReport = CompliancePartsFragment
export type Finding = CompliancePartsFragment['findings'][number]
export type Constraint = DirectivePartsFragment['constraints'][number]

/** A constraint of the directive with what the check made of it; null before the check. */
export type CheckedConstraint = { constraint: Constraint; finding: Finding | null }

export const countOutcomes = (findings: readonly Finding[]): { passed: number; failed: number; unknown: number } => {
  const of = (outcome: Finding['outcome']) => findings.filter((finding) => finding.outcome === outcome).length
  return { passed: of('PASS'), failed: of('FAIL'), unknown: of('UNKNOWN') }
}

/** The first words of a statement, where they are the name of a belief that it comes from, and what follows them. */
export const splitStatement = ({ statement, because }: Pick<Constraint, 'statement' | 'because'>) => {
  const name = because.map(({ beliefName }) => beliefName).find((each) => statement.startsWith(each))
  if (!name) return { head: statement, rest: '' }
  return { head: name, rest: statement.slice(name.length).replace(/^[.:]?\s*/, '') }
}

/**
 * The directive's constraints with their findings: first what failed, then the MUSTs, then the SHOULDs, each in the
 * directive's own order.
 */
export const checkedConstraints = (
  constraints: readonly Constraint[],
  findings: readonly Finding[],
): CheckedConstraint[] => {
  const byConstraint = new Map(findings.map((finding) => [finding.constraint.id, finding]))
  const rank = ({ constraint, finding }: CheckedConstraint) =>
    (finding?.outcome === 'FAIL' ? 0 : 2) + (constraint.level === 'MUST' ? 0 : 1)
  return constraints
    .map((constraint) => ({ constraint, finding: byConstraint.get(constraint.id) ?? null }))
    .sort((one, other) => rank(one) - rank(other))
}
