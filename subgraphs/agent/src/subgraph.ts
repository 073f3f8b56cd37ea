import { defineSubgraph } from '@mothership/platform/subgraph'
import { every } from '@mothership/platform/time'
import DataLoader from 'dataloader'
import type { Context } from './context.ts'
import type { Agent } from './domain/agent.ts'
import { resolvers } from './resolvers/resolvers.ts'
import { type AgentStore, createAgentStore } from './store.ts'

const SWEEP_MILLISECONDS = 1_000

/** A batch of task events commits just after it was handled: the sweep that it asks for waits so long. */
const NUDGE_MILLISECONDS = 30

/** Agents: their credentials, registrations, heartbeats, states and records. */
export const agentSubgraph = defineSubgraph<Context>({
  name: 'agent',
  schema: new URL('../schema.graphql', import.meta.url),
  start: async (runtime) => {
    const store = createAgentStore(runtime)
    const stopSweeping = every(SWEEP_MILLISECONDS, store.sweep, runtime.logger)
    let nudge: NodeJS.Timeout | undefined
    const stopFollowing = store.followTasks(() => {
      nudge ??= setTimeout(() => {
        nudge = undefined
        store.sweep().catch((error: unknown) => runtime.logger.warn({ error }, 'a sweep failed; the next one goes on'))
      }, NUDGE_MILLISECONDS)
    })
    return {
      resolvers,
      context: (request) => ({
        ...request,
        store,
        events: runtime.events,
        agents: agentLoader(store),
        caller: { credentialId: request.identity.subject, instance: request.identity.instance },
      }),
      ready: async () => null,
      dispose: async () => {
        await stopFollowing()
        clearTimeout(nudge)
        await stopSweeping()
      },
    }
  },
})

const agentLoader = (store: AgentStore): DataLoader<string, Agent | null> =>
  new DataLoader(
    async (ids) => {
      const found = new Map((await store.findAgents(ids)).map((agent) => [agent.id, agent]))
      return ids.map((id) => found.get(id) ?? null)
    },
    { cache: false },
  )
