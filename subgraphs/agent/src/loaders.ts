import { byId } from '@mothership/platform/by-id'
import { Role } from '@mothership/platform/identity'
import DataLoader from 'dataloader'
import type { Context } from './context.ts'
import { type Agent, identify } from './domain/agent.ts'
import type { AgentStore } from './store.ts'

/** What is read together for all that ask at a time. It remembers nothing, as a subscription's context lives long. */
export interface Loaders {
  /** Agents by id; null where there is none, or the caller may not read of it. */
  readonly agent: DataLoader<string, Agent | null>
}

export const createLoaders = (store: AgentStore, who: Pick<Context, 'identity' | 'caller'>): Loaders => ({
  agent: new DataLoader(byId(readableFor(store, who)), { cache: false }),
})

/**
 * The agents that somebody may read of. An agent acts only as itself: another's configuration is none of its business. A
 * token that names no instance reads of all of its credential.
 */
const readableFor =
  (store: AgentStore, { identity, caller }: Pick<Context, 'identity' | 'caller'>) =>
  async (ids: readonly string[]): Promise<Agent[]> => {
    const found = await store.findAgents(ids)
    return identity.role === Role.AGENT ? found.filter((agent) => identify(agent, caller, false) === 'itself') : found
  }
