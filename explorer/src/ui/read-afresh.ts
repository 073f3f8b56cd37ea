import { NetworkStatus, type ObservableQuery } from '@apollo/client'

type Read = Pick<ObservableQuery, 'getCurrentResult' | 'subscribe' | 'refetch'>

/** Those that will be read again once their answer is there. */
const waiting = new WeakSet<Read>()

const readingStatus: ReadonlySet<NetworkStatus> = new Set([
  NetworkStatus.loading,
  NetworkStatus.setVariables,
  NetworkStatus.refetch,
])

/** Whether an answer is on its way. One that was asked for before an update puts the past back into the cache. */
export const isReading = (query: Read): boolean => readingStatus.has(query.getCurrentResult().networkStatus)

/**
 * Reads a query again, for something has changed. Where an answer is on its way it may be of before that: the query is
 * read once more after it, once for however many changes there were.
 */
export const readAfresh = async (query: Read): Promise<void> => {
  if (waiting.has(query)) return
  waiting.add(query)
  await settled(query)
  // The link completes some microtasks after its answer; until then, the same query would be given that very answer.
  await new Promise((resolve) => setTimeout(resolve))
  waiting.delete(query)
  // What fails is shown by the query itself.
  await query.refetch().catch(() => undefined)
}

const settled = (query: Read): Promise<void> =>
  new Promise((resolve) => {
    const subscription = query.subscribe(() => {
      if (isReading(query)) return
      resolve()
      // Not before it is assigned: the first value may come at once.
      queueMicrotask(() => subscription.unsubscribe())
    })
  })
