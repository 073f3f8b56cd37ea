import { defineSubgraph } from '@mothership/platform/subgraph'
import { disposeAll, once } from '@mothership/platform/time'
import { createCompliance } from './compliance.ts'
import type { Context } from './context.ts'
import { createDirectives } from './directives.ts'
import { createLoaders } from './loaders.ts'
import { startReplays } from './replays.ts'
import { resolvers } from './resolvers/resolvers.ts'
import { watchStaleness } from './staleness.ts'
import { createDirectiveStore } from './store.ts'
import { createReplayStore } from './store/replays.ts'

/** Compiles directives from beliefs, and checks what agents do against them. */
export const directiveSubgraph = defineSubgraph<Context>({
  name: 'directive',
  schema: new URL('../schema.graphql', import.meta.url),
  start: async (runtime) => {
    const { database, events, peers } = runtime
    const store = createDirectiveStore({ database, events })
    const directives = createDirectives({ store, peers })
    const compliance = createCompliance({ store })
    const stopWatching = watchStaleness(runtime, { store, directives })
    const stopCounting = store.followReviews()
    const replayStore = createReplayStore(runtime)
    const replays = await startReplays(runtime, { store, replayStore, directives })
    const services = { store, replayStore, events, directives, compliance, replays }
    return {
      resolvers,
      context: (request) => ({ ...request, ...services, loaders: createLoaders(store, replayStore) }),
      ready: async () => null,
      dispose: once(() => disposeAll([replays.dispose, stopWatching, stopCounting])),
    }
  },
})
