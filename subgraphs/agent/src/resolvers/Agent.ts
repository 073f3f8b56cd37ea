import type { AgentResolvers } from '../generated/resolvers.ts'

export const Agent: AgentResolvers = {
  __resolveReference: ({ id }, { loaders }) => loaders.agent.load(id),
  health: (agent) => agent,
}
