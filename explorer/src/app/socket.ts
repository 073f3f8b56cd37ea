import { type Client, createClient } from 'graphql-ws'
import type { Session } from './session.ts'

/** `idle`: nothing on this page is live. `lost`: it was, and is being connected again. */
export type SocketStatus = 'idle' | 'connecting' | 'live' | 'lost'

/** The one WebSocket of the page, opened by the first subscription and closed after the last. */
export type LiveSocket = {
  client: Client
  status(): SocketStatus
  subscribe(listener: () => void): () => void
}

const forbidden = 4403
const firstWaitMilliseconds = 400
const longestWaitMilliseconds = 20_000
const keepAliveMilliseconds = 12_000
const pongWithinMilliseconds = 6_000

/** Waits of 0.4 s, 0.8 s, ... 20 s, each up to half as long again, so that clients of a restarted server do not return as one. */
export const waitBeforeRetry = (retries: number, random = Math.random): number =>
  Math.min(longestWaitMilliseconds, firstWaitMilliseconds * 2 ** Math.min(retries, 10)) * (1 + random() / 2)

/**
 * @param onReconnected called when the connection is back: what no cursor covers is then read again.
 */
export const createLiveSocket = (url: string, session: Session, onReconnected: () => void): LiveSocket => {
  const listeners = new Set<() => void>()
  let status: SocketStatus = 'idle'
  let usedToken = ''
  let pongTimer: ReturnType<typeof setTimeout> | undefined

  const change = (next: SocketStatus): void => {
    status = next
    for (const listener of listeners) listener()
  }

  const client = createClient({
    url,
    keepAlive: keepAliveMilliseconds,
    lazyCloseTimeout: 3_000,
    retryAttempts: Number.POSITIVE_INFINITY,
    shouldRetry: () => true,
    retryWait: (retries) => new Promise((resolve) => setTimeout(resolve, waitBeforeRetry(retries))),
    // Without a token the server answers 4403, which is retried; an error thrown here would end every subscription.
    connectionParams: async () => {
      usedToken = await session.accessToken().catch(() => '')
      return usedToken ? { authorization: `Bearer ${usedToken}` } : {}
    },
    on: {
      connecting: (isRetry) => change(isRetry || status === 'lost' ? 'lost' : 'connecting'),
      connected: (_socket, _payload, wasRetry) => {
        change('live')
        if (wasRetry) onReconnected()
      },
      closed: (event) => {
        clearTimeout(pongTimer)
        const { code } = event as CloseEvent
        change(code === 1000 ? 'idle' : 'lost')
        if (code === forbidden && usedToken) void session.renew(usedToken).catch(() => undefined)
      },
      // A connection that died without a word, as when a laptop slept, shows itself by a pong that does not come.
      ping: (wasReceived) => {
        if (!wasReceived) pongTimer = setTimeout(() => client.terminate(), pongWithinMilliseconds)
      },
      pong: (wasReceived) => {
        if (wasReceived) clearTimeout(pongTimer)
      },
    },
  })

  return {
    client,
    status: () => status,
    subscribe(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
  }
}
