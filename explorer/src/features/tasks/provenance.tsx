import type { ConstraintSourcePartsFragment } from '../../generated/graphql.ts'
import { Badge } from '../../ui/badge.tsx'
import { TextLink } from '../../ui/text-link.tsx'
import { graphPath } from '../../url.ts'

/** Why a constraint is there: the beliefs it comes from, then and now, and the values those serve. */
export const Provenance = ({ sources }: { sources: readonly ConstraintSourcePartsFragment[] }) => (
  <ul aria-label="Because of" className="mt-3 space-y-2">
    {sources.map((source) => (
      <li key={source.belief.id} data-testid="provenance" className="rounded-lg bg-muted/60 px-3.5 py-2.5 text-sm">
        <div className="flex flex-wrap items-baseline justify-between gap-x-4 gap-y-1">
          <span>
            <span className="text-muted-foreground">because of </span>
            <TextLink to={graphPath({ node: source.belief.id })} data-testid="provenance-belief">
              {source.beliefName}
            </TextLink>
            {source.belief.deletedAt && <RemovedSince />}
          </span>
          <span className="tabular text-xs text-muted-foreground">
            weight {source.weight.toFixed(2)} · strength {source.strength.toFixed(2)}
            {strengthNow(source)}
          </span>
        </div>
        <ValuesOf source={source} />
      </li>
    ))}
  </ul>
)

const RemovedSince = () => (
  <Badge className="ml-2" tone="danger">
    removed since
  </Badge>
)

/** Said only where it is another than when the directive was compiled. */
const strengthNow = ({ strength, belief }: ConstraintSourcePartsFragment): string => {
  const hasChanged = strength.toFixed(2) !== belief.strength.toFixed(2)
  return hasChanged ? ` then, ${belief.strength.toFixed(2)} now` : ''
}

const ValuesOf = ({ source }: { source: ConstraintSourcePartsFragment }) => {
  if (source.belief.relatedValues.length === 0) return null
  return (
    <div className="mt-1.5 flex flex-wrap gap-x-4 gap-y-1 text-xs">
      {source.belief.relatedValues.map(({ id, effect, value }) => (
        <span key={id}>
          <span className="text-muted-foreground">{effect === 'PROMOTES' ? 'which promotes ' : 'which demotes '}</span>
          <TextLink to={graphPath({ node: value.id })} data-testid="provenance-value">
            {value.name}
          </TextLink>
          {value.deletedAt && <RemovedSince />}
        </span>
      ))}
    </div>
  )
}
