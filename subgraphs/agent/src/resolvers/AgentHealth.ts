import { medianMilliseconds } from '../domain/health.ts'
import type { AgentHealthResolvers } from '../generated/resolvers.ts'

export const AgentHealth: AgentHealthResolvers = {
  medianMilliseconds: (agent) => medianMilliseconds(agent.durations),
}
