import { defineSubgraph } from '@mothership/platform/subgraph'
import { disposeAll, once } from '@mothership/platform/time'
import { createCompliance } from './compliance.ts'
import type { Context } from './context.ts'
import { createDirectives } from './directives.ts'
import { createLoaders } from './loaders.ts'
import { resolvers } from './resolvers/resolvers.ts'
import { watchStaleness } from './staleness.ts'
import { createDirectiveStore } from './store.ts'

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
    return {
      resolvers,
      context: (request) => ({ ...request, store, events, directives, compliance, loaders: createLoaders(store) }),
      ready: async () => null,
      dispose: once(() => disposeAll([stopWatching, stopCounting])),
    }
  },
})
