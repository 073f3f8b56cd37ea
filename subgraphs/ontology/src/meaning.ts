import { UnavailableError } from '@mothership/platform/errors'
import type { Runtime } from '@mothership/platform/subgraph'
import { disposeAll, every, once, type Disposer, sleep } from '@mothership/platform/time'
import { meanDirection, queryText, sourceOf, textsOf } from './domain/search.ts'
import type { EmbeddingModel } from './embeddings.ts'
import { EMBED_JOB, EMBEDDINGS_TOPIC, type OntologyStore } from './store.ts'
import type { Document, Embedded } from './store/embeddings.ts'

/** How many documents are embedded at a time: a query, or a curator's edit amid a bulk, waits for so many at the most. */
const BATCH = 8
/** A job that takes longer than 5 minutes is given to another: it sends another in its stead well before that. */
const JOB_SECONDS = 60
/** How long to wait for what another process is at: that one may have died. */
const OTHERS_MILLISECONDS = 250
/** For how long a document is put off on which the model failed. */
const PUT_OFF_SECONDS = 600
/** How often what was put off, or lost, is looked for. */
const HEAL_MILLISECONDS = 60_000
/** Edits of more documents than this are not waited for at a start. */
const BULK = 500
const QUERY_TTL_SECONDS = 24 * 3600

/** The meaning of documents and of queries. */
export interface Meaning {
  /** The direction of a query. Throws UnavailableError where the model fails. */
  ofQuery(query: string): Promise<number[]>
  /** Computes the embeddings that are missing or of another model: bulks in the background, the rest before it returns. */
  catchUp(): Promise<void>
  dispose: Disposer
}

/** Starts the background job that embeds what is due. */
export const startMeaning = async (runtime: Runtime, store: OntologyStore, model: EmbeddingModel): Promise<Meaning> => {
  const ending = new AbortController()
  const embedBatch = createEmbedder(runtime, store, { model, signal: ending.signal })
  let isCatchingUp = false

  /** Embeds until nothing is due, or its time is over. Answers whether nothing is. */
  const drain = async (): Promise<boolean> => {
    const end = Date.now() + JOB_SECONDS * 1000
    while (!ending.signal.aborted && Date.now() < end) {
      if (await embedBatch()) continue
      if ((await store.countDue(null)) === 0) return true
      await sleep(OTHERS_MILLISECONDS, ending.signal)
    }
    return false
  }
  /** One job is enough for all that is due, whoever sent it. */
  const request = async (): Promise<void> => {
    if (ending.signal.aborted || isCatchingUp || (await runtime.jobs.isQueued(EMBED_JOB))) return
    await store.requestEmbeddings()
  }
  // As one: each would take its time for the same documents, and all together more than a batch may.
  await runtime.jobs.work(EMBED_JOB, async () => void ((await drain()) || (await request())), { asOne: true })
  const heal = async (): Promise<void> => {
    if ((await store.countDue(null)) > 0) await request()
  }
  const stopHealing = every(HEAL_MILLISECONDS, heal, runtime.logger)
  return {
    ofQuery: queryMeaning(runtime, model),
    catchUp: async () => {
      isCatchingUp = true
      try {
        await store.markDue(model.name)
        while (!ending.signal.aborted && (await store.countDue(BULK)) > 0) {
          if (!(await embedBatch())) await sleep(OTHERS_MILLISECONDS, ending.signal)
        }
      } finally {
        isCatchingUp = false
      }
      await heal()
    },
    dispose: once(async () => {
      ending.abort()
      await disposeAll([stopHealing])
    }),
  }
}

/** Embeds a few of the documents that are due. Answers false where there is none that no other process is at. */
const createEmbedder = (
  { bus, logger }: Runtime,
  store: OntologyStore,
  { model, signal }: { model: EmbeddingModel; signal: AbortSignal },
) => {
  /** What the model embeds of them. Those on which it fails alone are put off: the others do not wait for them. */
  const embedAll = async (documents: readonly Document[]): Promise<Embedded[]> => {
    try {
      return await embed(model, documents)
    } catch (error) {
      // A model that was ended says nothing of the document.
      if (signal.aborted) throw error
      const [document] = documents
      if (document && documents.length === 1) {
        logger.warn({ error, document: document.id }, 'the embedding model failed on a document, which is put off')
        await store.releaseDue({ ids: [document.id], forSeconds: PUT_OFF_SECONDS })
        return []
      }
      const embedded: Embedded[] = []
      for (const one of documents) embedded.push(...(await embedAll([one])))
      return embedded
    }
  }
  return async (): Promise<boolean> => {
    const documents = await store.claimDue(BATCH)
    if (documents.length === 0) return false
    try {
      await store.storeEmbeddings(await embedAll(documents))
    } catch (error) {
      await store.releaseDue({ ids: documents.map(({ id }) => id), forSeconds: 0 })
      throw error
    }
    void bus.publish(EMBEDDINGS_TOPIC, true)
    return true
  }
}

const embed = async (model: EmbeddingModel, documents: readonly Document[]): Promise<Embedded[]> => {
  const known = documents.map((document) => {
    const texts = textsOf(document)
    const source = sourceOf(model.name, texts.join('\n'))
    return { document: { ...document, source }, texts: source === document.source ? [] : texts }
  })
  const vectors = await model.embed(known.flatMap(({ texts }) => texts))
  return known.map(({ document, texts }) => {
    const own = vectors.splice(0, texts.length)
    return { ...document, vector: own.length === 0 ? null : meanDirection(own) }
  })
}

const queryMeaning =
  ({ cache, logger }: Runtime, model: EmbeddingModel) =>
  async (query: string): Promise<number[]> => {
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
  }
