import type { Runtime } from '@mothership/platform/subgraph'
import type { EmbeddingModel, ModelUnavailableError } from './embeddings/model.ts'
import { EMBEDDINGS_TOPIC, type OntologyStore } from './store.ts'

export type ModelHealth = ReturnType<typeof createModelHealth>

/** Keeps whether the embedding model can be asked, where curators see it, and logs each reason once. */
export const createModelHealth = ({ bus, logger }: Runtime, store: OntologyStore, { name: model }: EmbeddingModel) => {
  let told: string | null = null
  return {
    /** `pauses`: documents are left alone for a while, longer each time. */
    failed: async (error: ModelUnavailableError, { pauses }: { pauses: boolean }): Promise<void> => {
      // That it is left alone is no reason of its own.
      const reason = error.isRepeated ? (told ?? error.message) : error.message
      if (reason !== told) {
        logger.warn({ model, reason }, 'the embedding model cannot be asked: what is new is found by words alone')
        told = reason
      }
      if (error.isRepeated && !pauses) return
      await store.noteFailure({ model, reason, pauses })
      void bus.publish(EMBEDDINGS_TOPIC, true)
    },

    /** `ofBatch`: documents were embedded. A failure that another process kept is over by that as well. */
    succeeded: async ({ ofBatch = false } = {}): Promise<void> => {
      if (told === null && !ofBatch) return
      if (told !== null) logger.info({ model }, 'the embedding model answers again')
      told = null
      await store.noteSuccess(model)
      void bus.publish(EMBEDDINGS_TOPIC, true)
    },
  }
}
