import { NotFoundError } from '@mothership/platform/errors'
import type { AgentUpdateResolvers } from '../generated/resolvers.ts'

export const AgentUpdate: AgentUpdateResolvers = {
  agent: async ({ agentId }, _, { agents }) => {
    const agent = await agents.load(agentId)
    if (!agent) throw new NotFoundError(`There is no agent ${agentId}.`, { id: agentId })
    return agent
  },
}
