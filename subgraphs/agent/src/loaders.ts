import { byId } from '@mothership/platform/by-id'
import DataLoader from 'dataloader'
import type { Agent } from './domain/agent.ts'
import type { AgentStore } from './store.ts'

/** What is read together for all that ask at a time. It remembers nothing, as a subscription's context lives long. */
export interface Loaders {
  /** Agents by id; null where there is none. */
  readonly agent: DataLoader<string, Agent | null>
}

export const createLoaders = (store: AgentStore): Loaders => ({
  agent: new DataLoader(byId(store.findAgents), { cache: false }),
})
