import { useQuery } from '@apollo/client/react'
import { SearchX } from 'lucide-react'
import { SearchOntologyDocument } from '../../generated/graphql.ts'
import { EmptyState, ErrorNote, Loading, Skeleton } from '../../ui/feedback.tsx'
import { count } from '../../ui/words/numbers.ts'
import type { GraphView } from '../../url.ts'
import { BeliefItem, ValueItem } from './node-list.tsx'

/** What the search found, best first; announced by its count. */
export const SearchResults = ({ view }: { view: GraphView }) => {
  const { data, previousData, error, refetch } = useQuery(SearchOntologyDocument, {
    variables: { query: view.q.trim() },
  })
  if (error) return <ErrorNote error={error} onRetry={() => void refetch()} />
  const hits = (data ?? previousData)?.searchOntology
  if (!hits) {
    return (
      <Loading what="search results" className="space-y-3 p-2">
        <Skeleton className="h-5" />
        <Skeleton className="h-5 w-4/5" />
        <Skeleton className="h-5 w-3/5" />
      </Loading>
    )
  }
  return (
    <>
      <p role="status" className="mb-1 px-2 text-xs text-muted-foreground">
        {count(hits.length, 'result')}
      </p>
      {hits.length === 0 && (
        <EmptyState icon={<SearchX />} title="Nothing found">
          Try other words: the search goes by meaning as well as by spelling.
        </EmptyState>
      )}
      <ul aria-label="Search results">
        {hits.map(({ node }) =>
          node.__typename === 'Value' ? (
            <ValueItem key={node.id} value={node} view={view} />
          ) : (
            <BeliefItem key={node.id} belief={node} view={view} />
          ),
        )}
      </ul>
    </>
  )
}
