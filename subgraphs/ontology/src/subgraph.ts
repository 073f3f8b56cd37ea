import { createLargeReads } from '@mothership/platform/large-reads'
import { defineSubgraph, type SubgraphDefinition } from '@mothership/platform/subgraph'
import { disposeAll, once } from '@mothership/platform/time'
import { startComparing } from './comparing.ts'
import type { Context } from './context.ts'
import { createCoverage } from './coverage.ts'
import { createDrafts } from './drafts.ts'
import { createEdits } from './edits.ts'
import { createEmbeddingProgress } from './embedding-progress.ts'
import { createExchange } from './exchange.ts'
import { createEmbeddingModel } from './embeddings/create.ts'
import { readEmbeddings } from './environment.ts'
import { createInbox } from './inbox.ts'
import { createLoaders } from './loaders.ts'
import { startMeaning } from './meaning.ts'
import { startPresence } from './presence.ts'
import { createProposals } from './proposals.ts'
import { resolvers } from './resolvers/resolvers.ts'
import { createGoverning } from './governing.ts'
import { createSearch } from './search.ts'
import { readStarter, type StarterOntology, startSeeding } from './starter.ts'
import { createStore } from './store.ts'
import { createSuggestions } from './suggestions.ts'
import { createWatch } from './watch.ts'
import { createWhatIf } from './what-if.ts'

/**
 * The ontology subgraph; `starter` is what an empty one begins with, null: nothing. Its variables are read from
 * `environment` as it starts, from those of this process where none is given.
 */
export const createOntologySubgraph = (options: {
  starter: StarterOntology | null
  environment?: Readonly<Record<string, string | undefined>>
}): SubgraphDefinition<Context> =>
  defineSubgraph<Context>({
    name: 'ontology',
    schema: new URL('../schema.graphql', import.meta.url),
    takesLargeBodies: true,
    start: async (runtime) => {
      const model = await createEmbeddingModel(readEmbeddings(options.environment))
      const store = createStore(runtime)
      // Before the meanings: each that is computed asks for a comparison.
      const comparing = await startComparing(runtime, store)
      const meaning = await startMeaning(runtime, store, model)
      const embeddings = await createEmbeddingProgress(runtime, store)
      const edits = createEdits(store, runtime.peers)
      const whatIf = createWhatIf(store, runtime.peers)
      const presence = await startPresence(runtime, store)
      const services = {
        store,
        edits,
        exchange: createExchange(store, edits),
        inbox: createInbox(store, edits),
        search: createSearch(store, meaning),
        govern: createGoverning({ store, meaning }),
        embeddings,
        coverage: createCoverage(store, runtime.peers),
        suggestions: createSuggestions(store, runtime.peers),
        watch: createWatch(runtime.events, store),
        proposals: createProposals({ store, edits, events: runtime.events }),
        presence,
        whatIf,
        drafts: createDrafts({ store, meaning, whatIf }),
      }
      const readLarge = createLargeReads()
      const seeding = startSeeding(async () => {
        if (options.starter) await edits.seed(options.starter)
        // Also heals what a killed process or another model left without a meaning.
        await meaning.catchUp()
        await comparing.catchUp()
      }, runtime.logger)
      return {
        resolvers,
        context: (request) => ({ ...request, ...services, loaders: createLoaders(store, readLarge(request.answer)) }),
        ready: async () => seeding.status(),
        // The seeding last: it may be waiting for the model.
        dispose: once(() =>
          disposeAll([presence.dispose, embeddings.dispose, meaning.dispose, model.dispose, seeding.dispose]),
        ),
      }
    },
  })

/** The ontology subgraph with the project's starter ontology. */
export const ontologySubgraph = createOntologySubgraph({ starter: readStarter() })
