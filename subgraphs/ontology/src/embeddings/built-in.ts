import { Worker } from 'node:worker_threads'
import { once } from '@mothership/platform/time'
import type { EmbeddingModel } from './model.ts'

/** A query, or a curator's edit amid a bulk, waits for so many at the most. */
const BATCH = 8

interface Answer {
  id: number
  vectors?: number[][]
  error?: string
}

interface Waiting {
  resolve(vectors: number[][]): void
  reject(error: Error): void
}

/**
 * The Universal Sentence Encoder (lite, English), whose weights come with its package: no network, about 5 ms a
 * sentence. Its thread starts at the first use, and again after it died.
 */
export const createLocalModel = (): EmbeddingModel => {
  const waiting = new Map<number, Waiting>()
  let worker: Worker | undefined
  let lastId = 0
  let isDisposed = false
  const fail = (error: Error): void => {
    worker = undefined
    for (const { reject } of waiting.values()) reject(error)
    waiting.clear()
  }
  const start = (): Worker => {
    const started = new Worker(new URL('built-in-worker.mjs', import.meta.url), { execArgv: [] })
    started.on('message', ({ id, vectors, error }: Answer) => {
      const caller = waiting.get(id)
      waiting.delete(id)
      if (vectors) caller?.resolve(vectors)
      else caller?.reject(new Error(`the embedding model failed: ${error}`))
    })
    started.on('error', fail)
    started.on('exit', () => {
      if (worker === started) fail(new Error('the thread of the embedding model ended'))
    })
    // It must not keep a process alive that has nothing else to do.
    started.unref()
    return started
  }
  return {
    name: 'universal-sentence-encoder-lite-en',
    batch: BATCH,
    embed: (texts) =>
      new Promise((resolve, reject) => {
        if (texts.length === 0) return resolve([])
        if (isDisposed) return reject(new Error('the embedding model was disposed of'))
        worker ??= start()
        const id = ++lastId
        waiting.set(id, { resolve, reject })
        worker.postMessage({ id, texts })
      }),
    dispose: once(async () => {
      const ending = worker
      isDisposed = true
      fail(new Error('the embedding model was disposed of'))
      await ending?.terminate()
    }),
  }
}
