import type { RequestContext } from '@mothership/platform/subgraph'
import type { EventLog } from '@mothership/platform/events'
import type DataLoader from 'dataloader'
import type { Agent, AgentCaller } from './domain/agent.ts'
import type { AgentStore } from './store.ts'

/** What every resolver of this subgraph works with. */
export interface Context extends RequestContext {
  readonly store: AgentStore
  readonly events: EventLog
  /** Agents by id; null where there is none. It remembers nothing, as a subscription's context lives long. */
  readonly agents: DataLoader<string, Agent | null>
  /** As which agent the caller acts, where it is one. */
  readonly caller: AgentCaller
}
