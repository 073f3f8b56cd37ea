import { Role, roleIncludes } from '@mothership/platform/identity'
import { medianMilliseconds } from '../domain/health.ts'
import type { AgentHealthResolvers } from '../generated/resolvers.ts'

export const AgentHealth: AgentHealthResolvers = {
  medianMilliseconds: (agent) => medianMilliseconds(agent.durations),
  // An agent's words may tell what a task was about: they are for those who may see every task's result.
  lastError: (agent, _, { identity }) => (roleIncludes(identity.role, Role.OPERATOR) ? agent.lastError : null),
}
