import type { ValueDetailsFragment } from '../../generated/graphql.ts'
import { Badge } from '../../ui/badge.tsx'
import { Meter } from '../../ui/meter.tsx'
import { NodeLink } from './node-link.tsx'
import { PanelSection } from './panel-section.tsx'

/** All that the graph knows of one value. */
export const ValuePanel = ({ value }: { value: ValueDetailsFragment }) => {
  const { nodes, totalCount } = value.beliefs
  return (
    <article aria-labelledby="node-name">
      <div className="mb-2 flex gap-1.5">
        <Badge tone="value">Value</Badge>
        {value.deletedAt && <Badge tone="danger">Removed</Badge>}
      </div>
      <h2 id="node-name" data-testid="node-name" className="text-xl font-semibold">
        {value.name}
      </h2>
      <p className="mt-2 leading-relaxed text-pretty">{value.description}</p>
      <PanelSection title="How much the organisation cares">
        <Meter label="Weight" value={value.weight} tone="value" />
      </PanelSection>
      <LinkedBeliefs title="Promoted by" links={nodes.filter(({ effect }) => effect === 'PROMOTES')} />
      <LinkedBeliefs title="Demoted by" links={nodes.filter(({ effect }) => effect === 'DEMOTES')} />
      {totalCount === 0 && <p className="mt-7 text-sm">No belief is tied to it yet.</p>}
      {totalCount > nodes.length && (
        <p className="mt-3 text-xs text-muted-foreground">
          The first {nodes.length} of {totalCount} are shown.
        </p>
      )}
      <p className="mt-8 text-xs text-muted-foreground">
        Last changed in revision {value.revision}, {new Date(value.updatedAt).toLocaleString()}
      </p>
    </article>
  )
}

type LinkedBeliefsProps = { title: string; links: ValueDetailsFragment['beliefs']['nodes'] }

const LinkedBeliefs = ({ title, links }: LinkedBeliefsProps) => {
  if (links.length === 0) return null
  return (
    <PanelSection title={title}>
      <ul className="space-y-2 text-sm">
        {links.map(({ id, weight, belief }) => (
          <li key={id} className="flex items-baseline justify-between gap-3">
            <span>
              <NodeLink id={belief.id} name={belief.name} />
              {belief.standing === 'DEFEATED' && <span className="text-muted-foreground"> (defeated)</span>}
            </span>
            <span className="tabular text-xs whitespace-nowrap text-muted-foreground">weight {weight.toFixed(2)}</span>
          </li>
        ))}
      </ul>
    </PanelSection>
  )
}
