import { EventEmitter } from 'node:events'
import { isDeepStrictEqual } from 'node:util'
import { iteratePulls } from '@mothership/platform/iterate'
import type { Runtime } from '@mothership/platform/subgraph'
import { sleep } from '@mothership/platform/time'
import { EMBEDDINGS_TOPIC, type OntologyStore } from './store.ts'
import type { Progress } from './store/embeddings.ts'

export type EmbeddingProgress = Awaited<ReturnType<typeof createEmbeddingProgress>>

/** A follower tells at most four a second, whatever moves. */
const PAUSE_MILLISECONDS = 250
/** What a lost "look" costs. */
const POLL_MILLISECONDS = 1000

/** Tells how far the embeddings are computed, in all processes together. */
export const createEmbeddingProgress = async ({ bus }: Runtime, store: OntologyStore) => {
  const looks = new EventEmitter().setMaxListeners(0)
  const unsubscribe = await bus.subscribe(EMBEDDINGS_TOPIC, () => looks.emit('look'))
  let reading: Promise<Progress> | undefined
  // Those who look at the same time share one count: it passes over all documents.
  const now = (): Promise<Progress> => (reading ??= store.embeddingProgress().finally(() => (reading = undefined)))
  return {
    now,
    /** As it is, then whenever it changes, at most four times a second. It ends at once on `return`. */
    follow: (): AsyncIterableIterator<Progress> =>
      followProgress(now, (listener) => {
        looks.on('look', listener)
        return () => looks.off('look', listener)
      }),
    /** Begins to compute all meanings afresh, or goes on where that has begun. Answers how far they are then. */
    reembed: async (): Promise<Progress> => {
      await store.reembed()
      // Not what others are reading: that may be of the moment before.
      return store.embeddingProgress()
    },
    dispose: unsubscribe,
  }
}

const followProgress = (
  now: () => Promise<Progress>,
  onLook: (listener: () => void) => () => void,
): AsyncIterableIterator<Progress> => {
  const ending = new AbortController()
  let last: Progress | undefined
  let hasMoved = true
  let wake: () => void = () => undefined
  const stopListening = onLook(() => {
    hasMoved = true
    wake()
  })
  const end = (): void => {
    ending.abort()
    stopListening()
    wake()
  }
  const moveOrPoll = (): Promise<void> =>
    new Promise((resolve) => {
      const timer = setTimeout(resolve, POLL_MILLISECONDS)
      wake = () => {
        clearTimeout(timer)
        resolve()
      }
      if (hasMoved || ending.signal.aborted) wake()
    })
  const pull = async (): Promise<IteratorResult<Progress>> => {
    while (!ending.signal.aborted) {
      if (last) {
        await sleep(PAUSE_MILLISECONDS, ending.signal)
        await moveOrPoll()
      }
      if (ending.signal.aborted) break
      hasMoved = false
      const progress = await now()
      if (isDeepStrictEqual(progress, last)) continue
      last = progress
      return { done: false, value: progress }
    }
    return { done: true, value: undefined }
  }
  return iteratePulls(pull, end)
}
