import type { Runtime } from '@mothership/platform/subgraph'
import { meanDirection, sourceOf, textsOf } from './domain/search.ts'
import { type EmbeddingModel, ModelUnavailableError } from './embeddings/model.ts'
import type { ModelHealth } from './model-health.ts'
import { EMBEDDINGS_TOPIC, type OntologyStore } from './store.ts'
import type { Document, Embedded } from './store/embeddings.ts'

/** For how long a document is put off on which the model failed. */
const PUT_OFF_SECONDS = 600
/** So many documents in a row that the model fails on, each alone: it is the model then. */
const REFUSALS = 8

/**
 * What became of a batch. `nothing`: no document is due that no other process is at. `failed`: the model cannot be asked,
 * which pauses all. `notOurs`: another model computes the meanings.
 */
export type Outcome = 'embedded' | 'nothing' | 'failed' | 'notOurs'

/** Embeds a few of the documents that are due, by a call each time. */
export const createEmbedder = (
  { bus, logger }: Runtime,
  store: OntologyStore,
  { model, health, signal }: { model: EmbeddingModel; health: ModelHealth; signal: AbortSignal },
): (() => Promise<Outcome>) => {
  const putOff = async ({ id: document }: Document, error: unknown): Promise<void> => {
    logger.warn({ error, document }, 'the embedding model failed on a document, which is put off')
    await store.releaseDue({ ids: [document], forSeconds: PUT_OFF_SECONDS })
  }

  /** What the model embeds of them. Those on which it fails alone are put off: the others do not wait for them. */
  const embedAll = async (documents: readonly Document[], pass: string): Promise<Embedded[]> => {
    try {
      return await embed(model, documents, pass)
    } catch (error) {
      // A model that was ended, or cannot be asked, says nothing of the document.
      if (signal.aborted || error instanceof ModelUnavailableError) throw error
      const [document] = documents
      if (document && documents.length === 1) {
        await putOff(document, error)
        return []
      }
      const embedded: Embedded[] = []
      for (const one of documents) embedded.push(...(await embedAll([one], pass)))
      return embedded
    }
  }

  const embedAndStore = async (documents: readonly Document[], pass: string): Promise<Outcome> => {
    const embeddings = await embedAll(documents, pass)
    if (embeddings.length > 0) await store.storeEmbeddings({ pass, embeddings })
    if (embeddings.length > 0 || documents.length < REFUSALS) return 'embedded'
    // They stay put off, or the others would never have their turn.
    await health.failed(new ModelUnavailableError('The model takes no text that it is given.'), { pauses: true })
    return 'failed'
  }

  return async () => {
    const pass = await store.findPass(model.name)
    if (pass === null) return 'notOurs'
    const documents = await store.claimDue({ limit: model.batch, model: model.name })
    if (documents.length === 0) return 'nothing'
    try {
      const outcome = await embedAndStore(documents, pass)
      if (outcome === 'embedded') await health.succeeded({ ofBatch: true })
      return outcome
    } catch (error) {
      await store.releaseDue({ ids: documents.map(({ id }) => id), forSeconds: 0 })
      if (!(error instanceof ModelUnavailableError)) throw error
      await health.failed(error, { pauses: true })
      return 'failed'
    } finally {
      void bus.publish(EMBEDDINGS_TOPIC, true)
    }
  }
}

const embed = async (model: EmbeddingModel, documents: readonly Document[], pass: string): Promise<Embedded[]> => {
  const known = documents.map((document) => {
    const texts = textsOf(document)
    const source = sourceOf(pass, texts.join('\n'))
    return { document: { ...document, source }, texts: source === document.source ? [] : texts }
  })
  const texts = known.flatMap((one) => one.texts)
  const vectors = texts.length === 0 ? [] : await model.embed(texts)
  return known.map(({ document, texts: own }) => {
    const vector = vectors.splice(0, own.length)
    return { ...document, vector: vector.length === 0 ? null : meanDirection(vector) }
  })
}
