import { type ReactNode, useId } from 'react'
import { Link } from 'react-router'
import type { GraphBeliefFragment, GraphValueFragment } from '../../generated/graphql.ts'
import type { GraphData } from '../../graph/data.ts'
import { NodeMark } from '../../graph/marks.tsx'
import { darkPalette, lightPalette } from '../../graph/palette.ts'
import { cn } from '../../ui/cn.ts'
import { useIsDark } from '../../ui/theme.ts'
import { type GraphView, graphPath } from '../../url.ts'

type ListedBelief = Pick<GraphBeliefFragment, 'id' | 'name' | 'strength' | 'standing' | 'level'>
type ListedValue = Pick<GraphValueFragment, 'id' | 'name' | 'weight'>

/** All nodes of the graph: values by weight, beliefs by strength. */
export const NodeGroups = ({ graph, view }: { graph: GraphData; view: GraphView }) => {
  const values = graph.values.toSorted((one, other) => other.weight - one.weight || one.name.localeCompare(other.name))
  const beliefs = graph.beliefs.toSorted(
    (one, other) => other.strength - one.strength || one.name.localeCompare(other.name),
  )
  return (
    <>
      <NodeGroup title="Values" unit="weight">
        {values.map((value) => (
          <ValueItem key={value.id} value={value} view={view} />
        ))}
      </NodeGroup>
      <NodeGroup title="Beliefs" unit="strength">
        {beliefs.map((belief) => (
          <BeliefItem key={belief.id} belief={belief} view={view} />
        ))}
      </NodeGroup>
    </>
  )
}

const NodeGroup = ({ title, unit, children }: { title: string; unit: string; children: ReactNode }) => {
  const id = useId()
  return (
    <div className="mb-5">
      <div className="mb-1 flex items-baseline justify-between px-2 text-xs text-muted-foreground">
        <h2 id={id} className="font-semibold tracking-wide uppercase">
          {title}
        </h2>
        <span aria-hidden>{unit}</span>
      </div>
      <ul aria-labelledby={id}>{children}</ul>
    </div>
  )
}

export const ValueItem = ({ value, view }: { value: ListedValue; view: GraphView }) => (
  <NodeItem id={value.id} name={value.name} look="value" view={view} amount={value.weight} amountWords="weight" />
)

export const BeliefItem = ({ belief, view }: { belief: ListedBelief; view: GraphView }) => {
  const isDefeated = belief.standing === 'DEFEATED'
  const look = isDefeated ? 'defeated' : belief.level === 'MUST' ? 'must' : 'belief'
  return (
    <NodeItem
      id={belief.id}
      name={belief.name}
      look={look}
      view={view}
      amount={belief.strength}
      amountWords={isDefeated ? 'strength, defeated' : 'strength'}
    />
  )
}

type NodeItemProps = {
  id: string
  name: string
  look: 'value' | 'belief' | 'must' | 'defeated'
  amount: number
  amountWords: string
  view: GraphView
}

const NodeItem = ({ id, name, look, amount, amountWords, view }: NodeItemProps) => {
  const palette = useIsDark() ? darkPalette : lightPalette
  const isSelected = view.node === id
  return (
    <li>
      <Link
        to={graphPath({ ...view, node: id })}
        aria-current={isSelected || undefined}
        data-testid="node-link"
        data-node-id={id}
        className={cn(
          'flex items-start gap-2.5 rounded-lg px-2 py-1.5 text-sm hover:bg-muted',
          isSelected && 'bg-accent font-medium text-accent-foreground hover:bg-accent',
        )}
      >
        <span className="mt-[3px]">
          <NodeMark look={look} palette={palette} />
        </span>
        <span className={cn('flex-1', look === 'defeated' && !isSelected && 'text-muted-foreground')}>{name}</span>
        <span className={cn('tabular text-xs leading-5.5', !isSelected && 'text-muted-foreground')}>
          {amount.toFixed(2)}
          <span className="sr-only"> {amountWords}</span>
        </span>
      </Link>
    </li>
  )
}
