import type { QueryResolvers } from '../generated/resolvers.ts'
import { tasksConnection } from './tasks-connection.ts'

export const Query: QueryResolvers = {
  task: (_, { id }, { loaders }) => loaders.task.load(id),
  tasks: (_, { first, after, state, type, agentId }, context) =>
    tasksConnection(
      context,
      { first, after },
      { state: state ?? null, type: type ?? null, agentId: agentId ?? null, directiveId: null },
    ),
  taskTypes: (_, { first }, { store }) => store.findTaskTypes(first),
}
