import { NotFoundError } from '@mothership/platform/errors'
import type { AgentUpdateResolvers } from '../generated/resolvers.ts'

export const AgentUpdate: AgentUpdateResolvers = {
  agent: async ({ agentId }, _, { loaders }) => {
    const agent = await loaders.agent.load(agentId)
    if (!agent) throw new NotFoundError(`There is no agent ${agentId}.`, { id: agentId })
    return agent
  },
}
