import { defineSubgraph, type SubgraphDefinition } from '@mothership/platform/subgraph'
import { disposeAll, once } from '@mothership/platform/time'
import { createCompliance } from './compliance.ts'
import type { Context } from './context.ts'
import { createDirectives } from './directives.ts'
import { readModelSettings } from './environment.ts'
import { createLoaders } from './loaders.ts'
import type { Pacing } from './models/chain.ts'
import { createModels } from './models/models.ts'
import type { ModelSettings } from './models/settings.ts'
import { startReplays } from './replays.ts'
import { startRetention } from './retention.ts'
import { resolvers } from './resolvers/resolvers.ts'
import { watchStaleness } from './staleness.ts'
import { createDirectiveStore } from './store.ts'
import { createReplayStore } from './store/replays.ts'
import { createRetentionStore } from './store/retention.ts'

/**
 * The directive subgraph. `settings` of the language models are asked for when it starts, and throw StartError where they
 * are wrong; `pacing` is how patient the models are waited for.
 */
export const createDirectiveSubgraph = (options: {
  settings: () => ModelSettings
  pacing?: Pacing
}): SubgraphDefinition<Context> =>
  defineSubgraph<Context>({
    name: 'directive',
    schema: new URL('../schema.graphql', import.meta.url),
    start: async (runtime) => {
      const { database, events, peers } = runtime
      const settings = options.settings()
      const store = createDirectiveStore({ database, events }, settings)
      const models = await createModels(runtime, { store, settings, pacing: options.pacing })
      const directives = createDirectives({ store, peers, models })
      const compliance = createCompliance({ store, models })
      const stopWatching = watchStaleness(runtime, { store, directives })
      const stopCounting = store.followReviews()
      const replayStore = createReplayStore(runtime)
      const replays = await startReplays(runtime, { store, replayStore, directives })
      const stopForgetting = await startRetention(runtime, createRetentionStore(runtime, settings))
      const services = { store, replayStore, events, directives, compliance, replays, models }
      return {
        resolvers,
        context: (request) => {
          const { identity } = request
          return { ...request, ...services, loaders: createLoaders({ store, replayStore }, { identity, peers }) }
        },
        ready: async () => null,
        dispose: once(() => disposeAll([stopForgetting, replays.dispose, stopWatching, stopCounting, models.dispose])),
      }
    },
  })

/** Compiles directives from beliefs, and checks what agents do against them; its models are those of the environment. */
export const directiveSubgraph = createDirectiveSubgraph({ settings: readModelSettings })
