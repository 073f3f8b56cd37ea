import type { AgentResolvers } from '../generated/resolvers.ts'
import { ANY_TASK } from '../store/reads.ts'
import { tasksConnection } from './tasks-connection.ts'

export const Agent: AgentResolvers = {
  __resolveReference: ({ id }) => ({ id }),
  tasks: ({ id }, { first, after, state }, context) =>
    tasksConnection(context, { first, after }, { ...ANY_TASK, agentId: id, state: state ?? null }),
}
