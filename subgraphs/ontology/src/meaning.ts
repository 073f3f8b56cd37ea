import { UnavailableError } from '@mothership/platform/errors'
import type { Runtime } from '@mothership/platform/subgraph'
import { meanDirection, queryText, sourceOf, textsOf } from './domain/search.ts'
import type { EmbeddingModel } from './embeddings.ts'
import { EMBED_JOB, type OntologyStore } from './store.ts'

/** How many documents are embedded at a time, so that a query in between waits for a moment only. */
const BATCH = 8
/** A job that takes longer than 5 minutes is given to another: a few hundred documents stay well below that. */
const JOBS_AT_ONCE = 2
const QUERY_TTL_SECONDS = 24 * 3600

/** The meaning of documents and of queries. */
export interface Meaning {
  /** The direction of a query. Throws UnavailableError where the model fails. */
  ofQuery(query: string): Promise<number[]>
  /** Computes the embeddings that are missing or old: of these documents, or of all. Idempotent. */
  embedDocuments(ids: readonly string[] | null): Promise<void>
}

/** Starts the background job that embeds what edits change. */
export const startMeaning = async (
  { cache, jobs, logger }: Runtime,
  store: OntologyStore,
  model: EmbeddingModel,
): Promise<Meaning> => {
  const embedDocuments = async (ids: readonly string[] | null): Promise<void> => {
    const documents = (await store.findDocuments(ids)).flatMap((document) => {
      const texts = textsOf(document)
      const source = sourceOf(model.name, texts.join('\n'))
      return source === document.source ? [] : [{ ...document, source, texts }]
    })
    for (let place = 0; place < documents.length; place += BATCH) {
      const batch = documents.slice(place, place + BATCH)
      const vectors = await model.embed(batch.flatMap(({ texts }) => texts))
      await store.storeEmbeddings(
        batch.map(({ id, name, description, source }, at) => ({
          id,
          name,
          description,
          source,
          vector: meanDirection(vectors.slice(2 * at, 2 * at + 2)),
        })),
      )
    }
  }
  await jobs.work<string[]>(EMBED_JOB, (data) => embedDocuments([...new Set(data.flat())]), {
    batchSize: JOBS_AT_ONCE,
  })
  return {
    embedDocuments,
    ofQuery: async (query) => {
      const text = queryText(query)
      const key = `ontology:embedding:${sourceOf(model.name, text)}`
      const known = await cache.get<number[]>(key)
      if (known) return known
      try {
        const vector = meanDirection(await model.embed([text]))
        await cache.set(key, vector, { ttlSeconds: QUERY_TTL_SECONDS })
        return vector
      } catch (error) {
        logger.warn({ error }, 'the embedding model failed')
        throw new UnavailableError('The meaning of the text cannot be computed now. Try again in a moment.')
      }
    },
  }
}
