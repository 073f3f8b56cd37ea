import { CircleCheck, CircleHelp, CircleX, Hourglass } from 'lucide-react'
import { Badge } from '../../ui/badge.tsx'
import { Disclosure } from '../../ui/disclosure.tsx'
import { JsonView } from '../../ui/json-view.tsx'
import { checkInWords, onFailInWords, phaseAndOnFail, phaseInWords } from '../../ui/words/rule.ts'
import { type CheckedConstraint, type Constraint, type Finding, splitStatement } from './findings.ts'
import { Provenance } from './provenance.tsx'
import { outcomeWords } from './words.ts'

/** One constraint: what it demands, what the check found, and why it is there. */
export const ConstraintItem = ({ constraint, finding }: CheckedConstraint) => (
  <li
    data-testid="constraint"
    data-level={constraint.level}
    data-outcome={finding?.outcome}
    className="flex gap-3.5 py-4"
  >
    <OutcomeIcon finding={finding} />
    <div className="min-w-0 flex-1">
      <Statement constraint={constraint} />
      <div className="mt-1.5 flex flex-wrap items-center gap-x-2 gap-y-1 text-xs text-muted-foreground">
        <Badge tone={constraint.level === 'MUST' ? 'info' : 'neutral'}>
          {constraint.level === 'MUST' ? 'Must' : 'Should'}
        </Badge>
        {finding && <Badge tone={outcomeWords[finding.outcome].tone}>{outcomeWords[finding.outcome].label}</Badge>}
        <span>{phaseAndOnFail(constraint.phase, constraint.onFail)}</span>
      </div>
      {finding?.reason && (
        <p className="mt-1.5 text-sm break-words">
          {finding.reason}
          {finding.path && (
            <code className="ml-1.5 rounded bg-muted px-1.5 py-0.5 font-mono text-xs">{finding.path}</code>
          )}
        </p>
      )}
      <Provenance sources={constraint.because} />
      <div className="mt-2">
        <Disclosure summary="How it is checked">
          <p className="mb-2 text-sm break-words">
            {checkInWords(constraint.check)} {phaseInWords(constraint.phase)}. Where it does not hold,{' '}
            {onFailInWords(constraint.onFail)}.
          </p>
          <JsonView label="Check as JSON" value={constraint.check} />
        </Disclosure>
      </div>
    </div>
  </li>
)

/** A statement begins with the name of its belief, and goes on with what that means. */
const Statement = ({ constraint }: { constraint: Constraint }) => {
  const { head, rest } = splitStatement(constraint)
  return (
    <>
      <p className="font-medium text-pretty">{head}</p>
      {rest && <p className="mt-0.5 text-sm text-pretty text-muted-foreground">{rest}</p>}
    </>
  )
}

const icons = {
  PASS: { Icon: CircleCheck, color: 'text-success' },
  FAIL: { Icon: CircleX, color: 'text-danger' },
  UNKNOWN: { Icon: CircleHelp, color: 'text-muted-foreground' },
}

const OutcomeIcon = ({ finding }: { finding: Finding | null }) => {
  if (!finding)
    return <Hourglass aria-label="Not checked yet" className="mt-0.5 size-5 shrink-0 text-muted-foreground" />
  const { Icon, color } = icons[finding.outcome]
  return <Icon aria-hidden className={`mt-0.5 size-5 shrink-0 ${color}`} />
}
