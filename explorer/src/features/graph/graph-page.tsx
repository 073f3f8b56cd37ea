import { Network } from 'lucide-react'
import { Suspense, lazy, useState } from 'react'
import { useNavigate, useSearchParams } from 'react-router'
import { Legend } from '../../graph/legend.tsx'
import { cn } from '../../ui/cn.ts'
import { EmptyState, ErrorNote, Loading, Skeleton } from '../../ui/feedback.tsx'
import { useDocumentTitle } from '../../ui/page.tsx'
import { useIsDark } from '../../ui/theme.ts'
import { type GraphView, graphPath, readGraphView } from '../../url.ts'
import { NodePanel } from './node-panel.tsx'
import { Sidebar } from './sidebar.tsx'
import { type GraphState, useGraph } from './use-graph.ts'
import { ViewToggle } from './view-toggle.tsx'

// Cytoscape is most of this page's weight: the list and the details do not wait for it.
const Canvas = lazy(() => import('../../graph/canvas.tsx').then(({ Canvas }) => ({ default: Canvas })))

/** The belief graph: a list and a canvas of the same nodes, and the details of the selected one. */
export const GraphPage = () => {
  useDocumentTitle('Belief graph')
  const [params] = useSearchParams()
  const navigate = useNavigate()
  const view = readGraphView(params)
  const state = useGraph(view.node)
  const [shows, setShows] = useState<'graph' | 'list'>('graph')
  const go = (change: Partial<GraphView>, replace = false) =>
    void navigate(graphPath({ ...view, ...change }), { replace })

  return (
    <div className="relative flex h-full min-h-0 flex-col lg:flex-row">
      <h1 className="sr-only">Belief graph</h1>
      <ViewToggle shows={shows} onChange={setShows} />
      <Sidebar
        className={cn(shows === 'list' ? 'flex' : 'hidden', 'lg:flex')}
        state={state}
        view={view}
        onSearch={(q) => go({ q }, true)}
      />
      <section
        aria-label="Graph"
        className={cn(shows === 'graph' ? 'flex' : 'hidden', 'relative min-h-0 min-w-0 flex-1 flex-col lg:flex')}
      >
        <Stage state={state} selectedId={view.node} onSelect={(node) => go({ node })} />
      </section>
      {view.node && (
        <NodePanel
          key={view.node}
          id={view.node}
          isExpanding={state.isExpanding}
          onExpand={state.expand}
          onClose={() => go({ node: null })}
        />
      )}
    </div>
  )
}

type StageProps = { state: GraphState; selectedId: string | null; onSelect: (id: string | null) => void }

const Stage = ({ state, selectedId, onSelect }: StageProps) => {
  const isDark = useIsDark()
  const { graph, isLoading, error } = state
  const isEmpty = graph.values.length + graph.beliefs.length === 0
  if (isLoading) return <StageSkeleton />
  if (isEmpty && error) return <ErrorNote className="m-auto max-w-md" error={error} onRetry={state.retry} />
  if (isEmpty) {
    return (
      <EmptyState className="m-auto" icon={<Network />} title="Nothing is believed yet">
        A curator adds values and beliefs; they appear here as soon as they are saved.
      </EmptyState>
    )
  }
  return (
    <>
      <div className="relative min-h-0 flex-1">
        <Suspense fallback={<StageSkeleton />}>
          <Canvas graph={graph} selectedId={selectedId} isDark={isDark} onSelect={onSelect} onExpand={state.expand} />
        </Suspense>
        {error && (
          <ErrorNote
            className="absolute inset-x-4 top-4 mx-auto max-w-md shadow-float"
            error={error}
            onRetry={state.retry}
          />
        )}
      </div>
      <Legend />
    </>
  )
}

const StageSkeleton = () => (
  <Loading what="the graph" className="grid size-full place-items-center">
    <div className="relative size-72">
      {[
        'left-24 top-24 size-20',
        'left-4 top-8 size-10',
        'right-4 top-2 size-14',
        'bottom-4 left-8 size-12',
        'right-2 bottom-10 size-8',
      ].map((place) => (
        <Skeleton key={place} className={cn('absolute rounded-full', place)} />
      ))}
    </div>
  </Loading>
)
