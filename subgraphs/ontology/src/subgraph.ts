import { defineSubgraph, type SubgraphDefinition } from '@mothership/platform/subgraph'
import { disposeAll, once } from '@mothership/platform/time'
import type { Context } from './context.ts'
import { createCoverage } from './coverage.ts'
import { createEdits } from './edits.ts'
import { createEmbeddingProgress } from './embedding-progress.ts'
import { createLocalModel } from './embeddings.ts'
import { createLoaders } from './loaders.ts'
import { startMeaning } from './meaning.ts'
import { resolvers } from './resolvers/resolvers.ts'
import { createSearch } from './search.ts'
import { readStarter, type StarterOntology, startSeeding } from './starter.ts'
import { createStore } from './store.ts'
import { createWatch } from './watch.ts'

/** The ontology subgraph; `starter` is what an empty one begins with, null: nothing. */
export const createOntologySubgraph = (options: { starter: StarterOntology | null }): SubgraphDefinition<Context> =>
  defineSubgraph<Context>({
    name: 'ontology',
    schema: new URL('../schema.graphql', import.meta.url),
    start: async (runtime) => {
      const store = createStore(runtime)
      const model = createLocalModel()
      const meaning = await startMeaning(runtime, store, model)
      const embeddings = await createEmbeddingProgress(runtime, store, model.name)
      const edits = createEdits(store, runtime.peers)
      const services = {
        store,
        edits,
        search: createSearch(store, meaning),
        embeddings,
        coverage: createCoverage(store, runtime.peers),
        watch: createWatch(runtime.events, store),
      }
      const seeding = startSeeding(async () => {
        if (options.starter) await edits.seed(options.starter)
        // Also heals what a killed process or another model left without a meaning.
        await meaning.catchUp()
      }, runtime.logger)
      return {
        resolvers,
        context: (request) => ({ ...request, ...services, loaders: createLoaders(store) }),
        ready: async () => seeding.status(),
        // The seeding last: it may be waiting for the model.
        dispose: once(() => disposeAll([embeddings.dispose, meaning.dispose, model.dispose, seeding.dispose])),
      }
    },
  })

/** The ontology subgraph with the project's starter ontology. */
export const ontologySubgraph = createOntologySubgraph({ starter: readStarter() })
