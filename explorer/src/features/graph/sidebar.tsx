import { Search } from 'lucide-react'
import { useEffect, useEffectEvent, useState } from 'react'
import { cn } from '../../ui/cn.ts'
import { Input } from '../../ui/field.tsx'
import { Loading, Skeleton } from '../../ui/feedback.tsx'
import { TimeAgo } from '../../ui/time.tsx'
import { count } from '../../ui/words/numbers.ts'
import type { GraphView } from '../../url.ts'
import { NodeGroups } from './node-list.tsx'
import { SearchResults } from './search-results.tsx'
import type { GraphState } from './use-graph.ts'

const typingPauseMilliseconds = 250

type SidebarProps = { state: GraphState; view: GraphView; onSearch: (q: string) => void; className: string }

/** The search and the list of nodes: all that the canvas shows, for a keyboard and a screen reader. */
export const Sidebar = ({ state, view, onSearch, className }: SidebarProps) => (
  <section
    aria-label="Nodes"
    className={cn('min-h-0 flex-1 flex-col border-r bg-card/50 lg:w-80 lg:flex-none', className)}
  >
    <div className="border-b p-4">
      <SearchBox q={view.q} onSearch={onSearch} />
      <GraphSummary state={state} />
    </div>
    <div tabIndex={-1} className="scrollbar-thin min-h-0 flex-1 overflow-y-auto p-3">
      {view.q.trim() !== '' && <SearchResults view={view} />}
      {view.q.trim() === '' && (state.isLoading ? <ListSkeleton /> : <NodeGroups graph={state.graph} view={view} />)}
    </div>
  </section>
)

const SearchBox = ({ q, onSearch }: { q: string; onSearch: (q: string) => void }) => {
  const [typed, setTyped] = useState(q)
  const [shown, setShown] = useState(q)
  // The address changed by other means than typing: a link, or the back button.
  if (q !== shown) {
    setShown(q)
    setTyped(q)
  }
  const search = useEffectEvent(() => {
    if (typed === shown) return
    setShown(typed)
    onSearch(typed)
  })
  useEffect(() => {
    const timer = setTimeout(() => search(), typingPauseMilliseconds)
    return () => clearTimeout(timer)
  }, [typed])
  return (
    <form role="search" className="relative" onSubmit={(event) => event.preventDefault()}>
      <Search aria-hidden className="pointer-events-none absolute top-3 left-3 size-4 text-muted-foreground" />
      <Input
        type="search"
        aria-label="Search values and beliefs"
        placeholder="Search values and beliefs"
        value={typed}
        maxLength={200}
        onChange={(event) => setTyped(event.target.value)}
        className="pl-9"
      />
    </form>
  )
}

const GraphSummary = ({ state }: { state: GraphState }) => {
  const { graph, revision, isTruncated } = state
  if (graph.values.length + graph.beliefs.length === 0) return null
  return (
    <p className="mt-3 text-xs text-muted-foreground">
      {count(graph.values.length, 'value')}, {count(graph.beliefs.length, 'belief')}
      {isTruncated && ', the strongest of more'}
      {revision && (
        <>
          {' · '}revision <span data-testid="ontology-revision">{revision.number}</span>,{' '}
          <TimeAgo at={revision.createdAt} />
        </>
      )}
    </p>
  )
}

const ListSkeleton = () => (
  <Loading what="the list of nodes" className="space-y-3 p-2">
    {Array.from({ length: 12 }, (_, index) => (
      <Skeleton key={index} className="h-5" style={{ width: `${92 - ((index * 17) % 40)}%` }} />
    ))}
  </Loading>
)
