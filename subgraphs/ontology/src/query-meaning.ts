import type { Runtime } from '@mothership/platform/subgraph'
import { meanDirection, queryText, sourceOf } from './domain/search.ts'
import { type EmbeddingModel, ModelUnavailableError } from './embeddings/model.ts'
import type { ModelHealth } from './model-health.ts'
import type { Direction } from './store/search.ts'

const QUERY_TTL_SECONDS = 24 * 3600

/** Computes the directions of queries, and keeps them by the pass: `reembed` has those computed afresh as well. */
export const createQueryMeaning =
  (
    { cache, logger }: Runtime,
    { model, health, passOf }: { model: EmbeddingModel; health: ModelHealth; passOf: () => string },
  ) =>
  /** The direction of a query; null where the model fails. */
  async (query: string): Promise<Direction | null> => {
    const text = queryText(query)
    const key = `ontology:embedding:${sourceOf(passOf(), text)}`
    const known = await cache.get<number[]>(key)
    if (known) return { model: model.name, vector: known }
    try {
      const vector = meanDirection(await model.embed([text], { isUrgent: true }))
      await cache.set(key, vector, { ttlSeconds: QUERY_TTL_SECONDS })
      await health.succeeded()
      return { model: model.name, vector }
    } catch (error) {
      if (error instanceof ModelUnavailableError) await health.failed(error, { pauses: false })
      else logger.warn({ error }, 'the embedding model failed on a query')
      return null
    }
  }
