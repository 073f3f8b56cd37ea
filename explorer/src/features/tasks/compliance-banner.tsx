import { ShieldAlert, ShieldCheck, ShieldQuestion } from 'lucide-react'
import { cn } from '../../ui/cn.ts'
import { TimeAgo } from '../../ui/time.tsx'
import { type ComplianceReport, countOutcomes } from './findings.ts'
import { verdictWords } from './words.ts'

const looks = {
  COMPLIANT: { Icon: ShieldCheck, classes: 'border-success/30 bg-success-soft text-success' },
  VIOLATION: { Icon: ShieldAlert, classes: 'border-danger/30 bg-danger-soft text-danger' },
  NEEDS_REVIEW: { Icon: ShieldQuestion, classes: 'border-warning/30 bg-warning-soft text-warning' },
}

/** The verdict on a task, and how its findings fell. */
export const ComplianceBanner = ({ compliance }: { compliance: ComplianceReport }) => {
  const { verdict, findings, checkedAt } = compliance
  const { Icon, classes } = looks[verdict]
  const { passed, failed, unknown } = countOutcomes(findings)
  return (
    <section
      aria-label="Compliance"
      data-testid="compliance"
      data-verdict={verdict}
      className={cn('flex items-center gap-4 rounded-card border px-6 py-4', classes)}
    >
      <Icon aria-hidden className="size-7 shrink-0" />
      <div className="min-w-0 flex-1">
        <p className="font-semibold">{verdictWords[verdict].label}</p>
        <p className="text-sm text-foreground">{verdictWords[verdict].meaning}</p>
      </div>
      <div className="tabular text-right text-sm text-foreground">
        <p>
          {passed} passed, {failed} failed, {unknown} not judged
        </p>
        <p className="text-xs">
          checked <TimeAgo at={checkedAt} />
        </p>
      </div>
    </section>
  )
}
