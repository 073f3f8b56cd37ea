import type { BeliefDetailsFragment } from '../../generated/graphql.ts'
import { Badge } from '../../ui/badge.tsx'
import { NodeLink } from './node-link.tsx'
import { PanelSection } from './panel-section.tsx'

/** The values that a belief serves, or goes against. */
export const ValueLinks = ({ links }: { links: BeliefDetailsFragment['relatedValues'] }) => (
  <PanelSection title="Values" testId="related-values">
    {links.length === 0 && (
      <p className="text-sm">Not tied to a value: it weighs little when a directive is compiled.</p>
    )}
    <ul className="space-y-2 text-sm">
      {links.map(({ id, effect, weight, value }) => (
        <li key={id} className="flex items-center justify-between gap-3">
          <span className="flex items-center gap-2">
            <Badge tone={effect === 'PROMOTES' ? 'value' : 'danger'}>
              {effect === 'PROMOTES' ? 'promotes' : 'demotes'}
            </Badge>
            <NodeLink id={value.id} name={value.name} />
          </span>
          <span className="tabular text-xs text-muted-foreground">weight {weight.toFixed(2)}</span>
        </li>
      ))}
    </ul>
  </PanelSection>
)
