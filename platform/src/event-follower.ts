import type { EventReader, StoredEvent } from './event-reader.ts'
import { iteratePulls } from './iterate.ts'

export interface FollowOptions {
  stream: string
  after: number
  entityId?: string | undefined
}

const PAGE = 200

/**
 * The seam between replay and live: read everything after a position, then wait for a "look", and read again. What is
 * held is at most a page, and only when it is asked for.
 */
export const followEvents = (
  options: FollowOptions & { reader: EventReader; onMove: (listener: () => void) => () => void },
): AsyncIterableIterator<StoredEvent> => {
  const { reader, stream, entityId } = options
  let after = options.after
  let page: StoredEvent[] = []
  let isEnded = false
  let hasMoved = false
  let wake: () => void = () => undefined

  const stopListening = options.onMove(() => {
    hasMoved = true
    wake()
  })
  const moveOrEnd = (): Promise<void> =>
    new Promise((resolve) => {
      wake = resolve
      if (hasMoved || isEnded) resolve()
    })
  const pull = async (): Promise<IteratorResult<StoredEvent>> => {
    while (!isEnded) {
      const event = page.shift()
      if (event) {
        after = event.position
        return { done: false, value: event }
      }
      // Before the read, so that what gets its position while we read is looked for again.
      hasMoved = false
      page = await reader.read({ stream, after, entityId, limit: PAGE })
      if (page.length === 0) await moveOrEnd()
    }
    return { done: true, value: undefined }
  }
  return iteratePulls(pull, () => {
    isEnded = true
    stopListening()
    wake()
  })
}
