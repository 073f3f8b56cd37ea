import { useQuery, useSubscription } from '@apollo/client/react'
import { useState } from 'react'
import {
  type TaskRowFragment,
  TaskListUpdatesDocument,
  type TaskState,
  TasksDocument,
  type TasksQuery,
} from '../../generated/graphql.ts'
import { isReading, readAfresh } from '../../ui/read-afresh.ts'

const tasksPerPage = 25

/** The list of tasks, of one state or of all, kept up to date. */
export type TaskList = {
  tasks: TaskRowFragment[] | null
  error: Error | undefined
  liveError: Error | undefined
  hasMore: boolean
  isLoadingMore: boolean
  loadMore(): void
  retry(): void
}

export const useTasks = (state: TaskState | null): TaskList => {
  const [isLoadingMore, setIsLoadingMore] = useState(false)
  const [moreError, setMoreError] = useState<Error | undefined>()
  const variables = { first: tasksPerPage, after: null, state }
  const { data, error, fetchMore, refetch, observable } = useQuery(TasksDocument, { variables })

  const live = useSubscription(TaskListUpdatesDocument, {
    onData: ({ client, data: update }) => {
      const task = update.data?.taskUpdates.task
      if (task && isReading(observable)) void readAfresh(observable)
      // A task that the list holds is updated in the cache by its id; one that is new to it has to be put there.
      if (task) client.cache.updateQuery({ query: TasksDocument, variables }, (list) => withTask(list, task, state))
    },
  })

  const loadMore = async (): Promise<void> => {
    setIsLoadingMore(true)
    setMoreError(undefined)
    try {
      await fetchMore({ variables: { after: data?.tasks.pageInfo.endCursor ?? null } })
    } catch (failure) {
      setMoreError(failure as Error)
    } finally {
      setIsLoadingMore(false)
    }
  }

  return {
    tasks: data?.tasks.nodes ?? null,
    error: error ?? moreError,
    liveError: live.error,
    hasMore: data?.tasks.pageInfo.hasNextPage ?? false,
    isLoadingMore,
    loadMore: () => void loadMore(),
    retry: () => void refetch(),
  }
}

/** The list with that task in it, where it belongs there: of the wanted state, and not beyond the loaded pages. */
export const withTask = (
  list: TasksQuery | null,
  task: TaskRowFragment,
  state: TaskState | null,
): TasksQuery | undefined => {
  if (!list) return undefined
  const { nodes, pageInfo } = list.tasks
  const oldest = nodes.at(-1)
  const isBeyond = pageInfo.hasNextPage && oldest !== undefined && task.createdAt < oldest.createdAt
  const isKnown = nodes.some(({ id }) => id === task.id)
  const isWanted = state === null || task.state === state
  if (isKnown || isBeyond || !isWanted) return undefined
  return { tasks: { ...list.tasks, nodes: [task, ...nodes] } }
}
