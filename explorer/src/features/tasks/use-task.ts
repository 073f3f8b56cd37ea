import { type ApolloClient } from '@apollo/client'
import { useQuery, useSubscription } from '@apollo/client/react'
import { useEffect } from 'react'
import {
  TaskPageDocument,
  type TaskPageQuery,
  TaskPageUpdatesDocument,
  type TaskPageUpdatesSubscription,
  TaskPayloadDocument,
} from '../../generated/graphql.ts'
import { errorCode } from '../../ui/errors.ts'
import { isReading, readAfresh } from '../../ui/read-afresh.ts'
import { isFinal } from '../../ui/words/task-state.ts'

export type ShownTask = NonNullable<TaskPageQuery['task']>

/** One task and all that hangs on it, live. `task` is undefined while it loads, null where there is none of that id. */
export const useTask = (id: string) => {
  const { data, error, refetch, observable } = useQuery(TaskPageDocument, { variables: { id } })
  const live = useSubscription(TaskPageUpdatesDocument, {
    variables: { id },
    onData: ({ client, data: { data: arrived } }) => {
      if (!arrived) return
      const isOvertaken = isReading(observable)
      if (takeUpdate(client, id, arrived.taskUpdates) === 'refetch' || isOvertaken) void readAfresh(observable)
    },
  })
  return { task: data?.task, error, liveError: live.error, refetch }
}

type Update = TaskPageUpdatesSubscription['taskUpdates']

/**
 * Puts an update into the cache. The task's own fields are there already, by its id; its event joins the timeline.
 * Where an event is missing, or the task has got another directive or verdict, the page has to be read again.
 */
const takeUpdate = (client: ApolloClient, id: string, { event, task }: Update): 'refetch' | 'taken' => {
  const shown = client.cache.readQuery({ query: TaskPageDocument, variables: { id } })?.task
  if (!shown) return 'refetch'
  const known = shown.events.nodes.at(-1)?.version ?? 0
  if (event && event.version === known + 1) {
    const nodes = [...shown.events.nodes, event]
    client.cache.updateQuery({ query: TaskPageDocument, variables: { id } }, (page) =>
      page?.task ? { task: { ...page.task, events: { ...page.task.events, nodes } } } : undefined,
    )
  }
  const hasGap = event ? event.version > known + 1 : task.updatedAt !== shown.updatedAt
  return hasGap || hasNewParts(shown, task) ? 'refetch' : 'taken'
}

const hasNewParts = (shown: ShownTask, task: Update['task']): boolean =>
  shown.directive?.id !== task.directive?.id || shown.compliance?.id !== task.compliance?.id

/**
 * A task's input and result, which only its submitter and the operators may see. Kept out of the cache: what is
 * answered FORBIDDEN here is null, and must not overwrite the task that everybody may see.
 */
export const useTaskPayload = (task: ShownTask) => {
  const { data, error, loading, refetch } = useQuery(TaskPayloadDocument, {
    variables: { id: task.id },
    fetchPolicy: 'no-cache',
  })
  const settled = isFinal(task.state) || task.state === 'NEEDS_REVIEW' ? task.updatedAt : null
  useEffect(() => {
    if (settled) void refetch().catch(() => undefined)
  }, [settled, refetch])
  return { payload: data?.task ?? null, isForbidden: errorCode(error) === 'FORBIDDEN', error, loading }
}
