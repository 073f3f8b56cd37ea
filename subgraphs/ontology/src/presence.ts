import { actingSubject, type Identity } from '@mothership/platform/identity'
import { iteratePulls } from '@mothership/platform/iterate'
import type { Runtime } from '@mothership/platform/subgraph'
import { disposeAll, every, once, type Disposer } from '@mothership/platform/time'
import { parseWhereabouts, type Presence, presenceKey } from './domain/presence.ts'
import { PRESENCE_TOPIC } from './events.ts'
import type { OntologyStore } from './store.ts'

/** How long it takes at the most until somebody who fell silent is seen to have left, or a lost "look" is made up for. */
const POLL_MILLISECONDS = 1000

export interface PresenceService {
  /** A heartbeat, with where the caller is. Throws BadUserInputError or UnavailableError. */
  announce(where: { session: string; nodeId: string | null; isEditing: boolean }, identity: Identity): Promise<Presence>
  /** Ends a session of the caller's own; one that is over already, too. */
  end(session: string, identity: Identity): Promise<void>
  list(): Promise<Presence[]>
  /** The whole list at first, then whenever it is another. A slow reader gets the newest, and nothing queues up. */
  follow(): AsyncIterableIterator<Presence[]>
  dispose: Disposer
}

/** Follows who is there: one read of the list serves all subscriptions of this process, and none is made without one. */
export const startPresence = async (
  { bus, logger }: Pick<Runtime, 'bus' | 'logger'>,
  store: OntologyStore,
): Promise<PresenceService> => {
  const followers = new Set<() => void>()
  let seen: { list: Presence[]; key: string } | undefined
  let isWanted = false
  let reading: Promise<void> | undefined

  const read = async (): Promise<void> => {
    while (isWanted) {
      isWanted = false
      const list = await store.listPresence()
      seen = { list, key: presenceKey(list) }
    }
    for (const wake of followers) wake()
  }
  const look = (): Promise<void> => {
    isWanted = true
    return (reading ??= read().finally(() => (reading = undefined)))
  }
  const lookForFollowers = async (): Promise<void> => {
    if (followers.size > 0) await look()
  }
  const stopListening = await bus.subscribe(PRESENCE_TOPIC, () => {
    lookForFollowers().catch((error: unknown) =>
      logger.warn({ error }, 'who is there could not be read; reading again'),
    )
  })
  const stopPolling = every(POLL_MILLISECONDS, lookForFollowers, logger)
  const say = () => bus.publish(PRESENCE_TOPIC, null)

  return {
    announce: async (where, identity) => {
      const whereabouts = parseWhereabouts({ ...where, curator: actingSubject(identity) })
      const { presence, hasMoved } = await store.keepPresence(whereabouts)
      if (hasMoved) await say()
      return presence
    },
    end: async (session, identity) => {
      if (await store.endPresence({ curator: actingSubject(identity), session })) await say()
    },
    list: store.listPresence,
    follow: () => followPresence({ followers, look, current: () => seen }),
    dispose: once(() => disposeAll([stopListening, stopPolling])),
  }
}

const followPresence = (options: {
  followers: Set<() => void>
  look(): Promise<void>
  current(): { list: Presence[]; key: string } | undefined
}): AsyncIterableIterator<Presence[]> => {
  const { followers, look, current } = options
  let shown: string | undefined
  let isEnded = false
  let notify: () => void = () => undefined
  const wake = (): void => notify()
  followers.add(wake)

  const end = (): void => {
    isEnded = true
    followers.delete(wake)
    wake()
  }
  const isNews = (): boolean => current() !== undefined && current()?.key !== shown
  const newsOrEnd = (): Promise<void> =>
    new Promise((resolve) => {
      notify = () => {
        if (isEnded || isNews()) resolve()
      }
      notify()
    })
  const pull = async (): Promise<IteratorResult<Presence[]>> => {
    // What others were shown may be old: the first list is read anew.
    if (shown === undefined && !isEnded) await look()
    await newsOrEnd()
    const news = current()
    if (isEnded || !news) return { done: true, value: undefined }
    shown = news.key
    return { done: false, value: news.list }
  }
  return iteratePulls(pull, end)
}
