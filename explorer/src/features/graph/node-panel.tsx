import { useQuery } from '@apollo/client/react'
import { Expand, X } from 'lucide-react'
import { useEffect, useEffectEvent } from 'react'
import { NodeDetailsDocument } from '../../generated/graphql.ts'
import { Button } from '../../ui/button.tsx'
import { EmptyState, ErrorNote, Loading, Skeleton } from '../../ui/feedback.tsx'
import { BeliefPanel } from './belief-panel.tsx'
import { ValuePanel } from './value-panel.tsx'

type NodePanelProps = {
  id: string
  isExpanding: boolean
  onExpand: (id: string) => void
  onClose: () => void
}

/** The details of the selected node. Escape closes it. */
export const NodePanel = ({ id, isExpanding, onExpand, onClose }: NodePanelProps) => {
  const { data, error, refetch } = useQuery(NodeDetailsDocument, { variables: { id } })
  const close = useEffectEvent(onClose)
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => event.key === 'Escape' && !event.defaultPrevented && close()
    document.addEventListener('keydown', onKeyDown)
    return () => document.removeEventListener('keydown', onKeyDown)
  }, [])

  return (
    <section
      aria-label="Details"
      data-testid="node-details"
      className="absolute inset-0 z-10 flex min-h-0 flex-col border-l bg-card sm:left-auto sm:w-104 sm:shadow-float xl:static xl:shrink-0 xl:shadow-none"
    >
      <div className="flex items-center justify-between gap-2 border-b px-5 py-2.5">
        <Button look="outline" size="small" disabled={isExpanding} onClick={() => onExpand(id)}>
          <Expand aria-hidden /> {isExpanding ? 'Loading…' : 'Show neighbours'}
        </Button>
        <Button look="ghost" size="icon" aria-label="Close details" onClick={onClose}>
          <X aria-hidden />
        </Button>
      </div>
      <div
        tabIndex={0}
        role="group"
        aria-label="Details of the node"
        className="scrollbar-thin min-h-0 flex-1 overflow-y-auto px-5 py-6"
      >
        {error && !data && <ErrorNote error={error} onRetry={() => void refetch()} />}
        {!error && !data && <PanelSkeleton />}
        {data?.belief && <BeliefPanel belief={data.belief} />}
        {data?.value && <ValuePanel value={data.value} />}
        {data && !data.belief && !data.value && (
          <EmptyState icon="?" title="No such node">
            The link names a value or belief that does not exist here. Pick one from the list.
          </EmptyState>
        )}
      </div>
    </section>
  )
}

const PanelSkeleton = () => (
  <Loading what="the details" className="space-y-4">
    <Skeleton className="h-4 w-16" />
    <Skeleton className="h-7 w-4/5" />
    <Skeleton className="h-4" />
    <Skeleton className="h-4 w-3/5" />
    <Skeleton className="mt-8 h-24" />
    <Skeleton className="h-24" />
  </Loading>
)
