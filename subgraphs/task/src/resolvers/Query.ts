import { Role } from '@mothership/platform/identity'
import type { QueryResolvers } from '../generated/resolvers.ts'
import { placeOf, timeCursor } from '@mothership/platform/time-cursor'
import { tasksConnection } from './tasks-connection.ts'

export const Query: QueryResolvers = {
  task: (_, { id }, { loaders }) => loaders.task.load(id),
  tasks: (_, { first, after, state, type, agentId }, context) =>
    tasksConnection(
      context,
      { first, after },
      { state: state ?? null, type: type ?? null, agentId: agentId ?? null, directiveId: null },
    ),
  finishedTasks: async (_, { first, after, before }, { store }) => {
    const finished = await store.findFinished({ first, after: placeOf(after), before: before ?? null })
    const tasks = finished.map((task) => ({ ...task, cursor: timeCursor(task.completedAt, task.id) }))
    return { tasks, count: await store.countFinished(before ?? null) }
  },
  lentTasks: (_, { ids }, { store, identity }) => {
    const { onBehalfOf } = identity
    return onBehalfOf?.role === Role.AGENT ? store.findLent(ids, onBehalfOf.subject) : []
  },
  taskTypes: (_, { first }, { store }) => store.findTaskTypes(first),
}
