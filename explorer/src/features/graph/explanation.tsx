import type { BeliefDetailsFragment } from '../../generated/graphql.ts'
import { Badge } from '../../ui/badge.tsx'
import { cn } from '../../ui/cn.ts'
import { percent, signed } from '../../ui/words/numbers.ts'
import { NodeLink } from './node-link.tsx'
import { PanelSection } from './panel-section.tsx'

type Contribution = BeliefDetailsFragment['explanation']['contributions'][number]

/** Why a belief is as strong as it is: what each relation adds or takes away. */
export const Explanation = ({ belief }: { belief: BeliefDetailsFragment }) => {
  const { credence, strength, converged, contributions, contributionCount } = belief.explanation
  const more = contributionCount - contributions.length
  const largest = Math.max(...contributions.map(({ amount }) => Math.abs(amount)), Number.EPSILON)
  return (
    <PanelSection title="Why this strength" testId="explanation">
      <p className="mb-3 text-sm">
        From a credence of {credence.toFixed(2)} to a strength of {strength.toFixed(2)}
        {contributions.length === 0 ? ': nothing supports or contradicts it.' : ', each relation taken by itself:'}
      </p>
      {!converged && (
        <Badge tone="warning" className="mb-3">
          Did not converge: the strength is the last step’s
        </Badge>
      )}
      <ul className="space-y-2.5">
        {contributions
          .toSorted((one, other) => Math.abs(other.amount) - Math.abs(one.amount))
          .map((contribution) => (
            <ContributionRow
              key={contribution.relation.id}
              contribution={contribution}
              of={belief.id}
              largest={largest}
            />
          ))}
      </ul>
      {more > 0 && (
        <p className="mt-3 text-xs text-muted-foreground">
          The {contributions.length} that make the most of the difference are shown; there are {more} more.
        </p>
      )}
    </PanelSection>
  )
}

const ContributionRow = ({
  contribution,
  of,
  largest,
}: {
  contribution: Contribution
  of: string
  largest: number
}) => {
  const { amount, relation } = contribution
  const other = relation.from.id === of ? relation.to : relation.from
  const isGain = amount >= 0
  return (
    <li className="text-sm">
      <div className="flex items-baseline justify-between gap-3">
        <span className="min-w-0">
          <span className="text-muted-foreground">{isGain ? 'supported by ' : 'contradicted by '}</span>
          <NodeLink id={other.id} name={other.name} />
        </span>
        <span className={cn('tabular font-semibold', isGain ? 'text-success' : 'text-danger')}>{signed(amount)}</span>
      </div>
      {/* Losses grow to the left of the middle and gains to the right: the sign shows without colour. */}
      <div aria-hidden className="relative mt-1.5 h-1.5 rounded-full bg-track/60">
        <span className="absolute inset-y-[-2px] left-1/2 w-px bg-muted-foreground" />
        <span
          className={cn('absolute inset-y-0 rounded-full', isGain ? 'left-1/2 bg-success' : 'right-1/2 bg-danger')}
          style={{ width: percent(Math.abs(amount) / largest / 2) }}
        />
      </div>
    </li>
  )
}
