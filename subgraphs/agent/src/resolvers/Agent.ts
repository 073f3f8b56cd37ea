import type { AgentResolvers } from '../generated/resolvers.ts'

export const Agent: AgentResolvers = {
  __resolveReference: ({ id }, { agents }) => agents.load(id),
  health: (agent) => agent,
}
