import type { RequestContext } from '@mothership/platform/subgraph'
import type { EventLog } from '@mothership/platform/events'
import type { AgentCaller } from './domain/agent.ts'
import type { Loaders } from './loaders.ts'
import type { AgentStore } from './store.ts'

/** What every resolver of this subgraph works with. */
export interface Context extends RequestContext {
  readonly store: AgentStore
  readonly events: EventLog
  readonly loaders: Loaders
  /** As which agent the caller acts, where it is one. */
  readonly caller: AgentCaller
}
