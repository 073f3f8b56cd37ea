import { defineSubgraph } from '@mothership/platform/subgraph'
import { every } from '@mothership/platform/time'
import type { Context } from './context.ts'
import { createLoaders } from './loaders.ts'
import { resolvers } from './resolvers/resolvers.ts'
import { createAgentStore } from './store.ts'

const SWEEP_MILLISECONDS = 1_000

/** How often agents are looked for that have been away for too long, besides at each start. */
const FORGET_MILLISECONDS = 3_600_000

/**
 * While we were not here nobody could send us a heartbeat: silence counts from so long after the start. An agent that is
 * taken for OFFLINE loses what it holds.
 */
const GRACE_MILLISECONDS = 10_000

/** A batch of task events commits just after it was handled: the sweep that it asks for waits so long. */
const NUDGE_MILLISECONDS = 30

/** Agents: their credentials, registrations, heartbeats, states and records. */
export const agentSubgraph = defineSubgraph<Context>({
  name: 'agent',
  schema: new URL('../schema.graphql', import.meta.url),
  start: async (runtime) => {
    const store = createAgentStore(runtime)
    const listensSince = performance.now() + GRACE_MILLISECONDS
    const sweep = () => store.sweep(performance.now() > listensSince ? 'tasks and time' : 'tasks')
    const stopSweeping = every(SWEEP_MILLISECONDS, sweep, runtime.logger)
    await store.forgetLongAway()
    const stopForgetting = every(FORGET_MILLISECONDS, store.forgetLongAway, runtime.logger)
    let nudge: NodeJS.Timeout | undefined
    const stopFollowing = store.followTasks(() => {
      nudge ??= setTimeout(() => {
        nudge = undefined
        sweep().catch((error: unknown) => runtime.logger.warn({ error }, 'a sweep failed; the next one goes on'))
      }, NUDGE_MILLISECONDS)
    })
    return {
      resolvers,
      context: (request) => {
        const { identity } = request
        const caller = { credentialId: identity.subject, instance: identity.instance }
        return {
          ...request,
          store,
          events: runtime.events,
          loaders: createLoaders(store, { identity, caller }),
          caller,
        }
      },
      ready: async () => null,
      dispose: async () => {
        await stopFollowing()
        clearTimeout(nudge)
        await stopSweeping()
        await stopForgetting()
      },
    }
  },
})
