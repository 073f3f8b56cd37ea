import { skipToken, useApolloClient, useQuery, useSubscription } from '@apollo/client/react'
import { useMemo, useState } from 'react'
import {
  NeighborhoodDocument,
  OntologyChangedDocument,
  OverviewDocument,
  type OverviewQuery,
} from '../../generated/graphql.ts'
import { type GraphData, emptyGraph, joinGraphs } from '../../graph/data.ts'

const nodesOfOverview = 300

/** The graph on the screen: the overview, and the neighbourhoods that were opened. */
export type GraphState = {
  graph: GraphData
  revision: OverviewQuery['revision']
  isLoading: boolean
  error: Error | undefined
  isTruncated: boolean
  isExpanding: boolean
  expand(id: string): void
  retry(): void
}

/** @param linked a node that a link leads to; where the overview lacks it, its neighbourhood is loaded too. */
export const useGraph = (linked: string | null): GraphState => {
  const [opened, setOpened] = useState<readonly string[]>([])
  const overview = useQuery(OverviewDocument, { variables: { limit: nodesOfOverview } })
  const base = overview.data?.overview ?? emptyGraph
  const hasLinked = linked === null || holds(base, linked)
  const ids = overview.data && !hasLinked ? [...opened, linked] : opened
  const nearby = useQuery(
    NeighborhoodDocument,
    ids.length === 0 ? skipToken : { variables: { ids: [...new Set(ids)] } },
  )
  const near = (nearby.data ?? nearby.previousData)?.neighborhood

  const graph = useMemo(() => (near ? joinGraphs(base, near) : base), [base, near])
  useLiveOntology(overview.data?.revision?.number)

  return {
    graph,
    revision: overview.data?.revision ?? null,
    isLoading: overview.loading && !overview.data,
    error: overview.error ?? nearby.error,
    isTruncated: overview.data?.overview.truncated ?? false,
    isExpanding: nearby.loading,
    expand: (id) => setOpened((before) => (before.includes(id) ? before : [...before, id])),
    retry: () => {
      void overview.refetch()
      if (ids.length > 0) void nearby.refetch()
    },
  }
}

const holds = (graph: GraphData, id: string): boolean =>
  graph.values.some((value) => value.id === id) || graph.beliefs.some((belief) => belief.id === id)

/** Somebody edited the ontology: what this page shows of it is read again. */
const useLiveOntology = (shownRevision: number | undefined): void => {
  const client = useApolloClient()
  const first = useFirst(shownRevision)
  useSubscription(OntologyChangedDocument, {
    variables: { after: first ?? null },
    skip: first === undefined,
    onData: () => void client.refetchQueries({ include: 'active' }),
  })
}

/** The first number that was known: the subscription starts there once, and the socket's link moves it on. */
const useFirst = (value: number | undefined): number | undefined => {
  const [first, setFirst] = useState(value)
  if (first === undefined && value !== undefined) setFirst(value)
  return first
}
