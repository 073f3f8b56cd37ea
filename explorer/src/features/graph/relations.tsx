import type { BeliefDetailsFragment, RelationType } from '../../generated/graphql.ts'
import { NodeLink } from './node-link.tsx'
import { PanelSection } from './panel-section.tsx'

type Relation = BeliefDetailsFragment['relations']['nodes'][number]

/** In the order in which they are shown: what bears on the belief first, then what it bears on. */
const groups: readonly { type: RelationType; direction: 'in' | 'out'; words: string }[] = [
  { type: 'SUPPORTS', direction: 'in', words: 'Supported by' },
  { type: 'CONTRADICTS', direction: 'in', words: 'Contradicted by' },
  { type: 'SUPPORTS', direction: 'out', words: 'Supports' },
  { type: 'CONTRADICTS', direction: 'out', words: 'Contradicts' },
  { type: 'REFINES', direction: 'out', words: 'Refines' },
  { type: 'REFINES', direction: 'in', words: 'Refined by' },
  { type: 'DEPENDS_ON', direction: 'out', words: 'Depends on' },
  { type: 'DEPENDS_ON', direction: 'in', words: 'Needed by' },
]

/** A belief's relations, grouped by what they say of it. */
export const Relations = ({ belief }: { belief: BeliefDetailsFragment }) => {
  const { nodes, pageInfo } = belief.relations
  return (
    <PanelSection title="Relations" testId="relations">
      {nodes.length === 0 && <p className="text-sm">It stands alone: no relation to another belief.</p>}
      <dl className="space-y-3 text-sm">
        {groups.map(({ type, direction, words }) => (
          <RelationGroup
            key={words}
            words={words}
            direction={direction}
            relations={nodes.filter(
              (each) => each.type === type && (direction === 'in' ? each.to : each.from).id === belief.id,
            )}
          />
        ))}
      </dl>
      {pageInfo.hasNextPage && <p className="mt-3 text-xs text-muted-foreground">The first 100 are shown.</p>}
    </PanelSection>
  )
}

type RelationGroupProps = { words: string; direction: 'in' | 'out'; relations: Relation[] }

const RelationGroup = ({ words, direction, relations }: RelationGroupProps) => {
  if (relations.length === 0) return null
  return (
    <div>
      <dt className="text-muted-foreground">{words}</dt>
      {relations.map((relation) => {
        const other = direction === 'in' ? relation.from : relation.to
        return (
          <dd key={relation.id} className="mt-1">
            <div className="flex items-baseline justify-between gap-3">
              <NodeLink id={other.id} name={other.name} />
              <span className="tabular text-xs whitespace-nowrap text-muted-foreground">
                weight {relation.weight.toFixed(2)}
              </span>
            </div>
            {relation.note && <p className="text-xs text-muted-foreground">{relation.note}</p>}
          </dd>
        )
      })}
    </div>
  )
}
