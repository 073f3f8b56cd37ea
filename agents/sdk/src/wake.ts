import { print } from 'graphql'
import { createClient } from 'graphql-ws'
import type { Logger } from 'pino'
import { WebSocket } from 'ws'
import { backoff } from './backoff.ts'
import type { Clock } from './clock.ts'
import { AssignmentsAvailableDocument } from './generated/documents.ts'
import type { Mothership } from './mothership.ts'

const PING_MILLISECONDS = 10_000
const PONG_MILLISECONDS = 5_000

/** A subscription that lived so long was well: the next back-off starts from the shortest again. */
const WELL_MILLISECONDS = 10_000

/** The code with which a socket is closed whose token is not good, or not any more. */
const FORBIDDEN = 4403

/**
 * Listens for work over a WebSocket, and comes back whenever it breaks: with a back-off where the mothership is away, at
 * once with a new token where the old one ran out. Work that is missed meanwhile is found by asking.
 */
export const listenForWork = (options: {
  mothership: Mothership
  clock: Clock
  logger: Logger
  onWork: () => void
}): { dispose: () => Promise<void> } => {
  const { mothership, clock, logger, onWork } = options
  const ending = new AbortController()
  let failures = 0
  let unanswered: NodeJS.Timeout | undefined
  const client = createClient({
    url: mothership.webSocketUrl,
    webSocketImpl: WebSocket,
    connectionParams: async () => ({ authorization: `Bearer ${await mothership.token()}` }),
    retryAttempts: 0,
    keepAlive: PING_MILLISECONDS,
    on: {
      // What was offered while nobody listened.
      connected: () => onWork(),
      // A connection whose other end has vanished stays open for hours unless somebody looks.
      ping: (isReceived) => {
        if (isReceived) return
        clearTimeout(unanswered)
        unanswered = setTimeout(() => client.terminate(), PONG_MILLISECONDS)
      },
      pong: (isReceived) => {
        if (isReceived) clearTimeout(unanswered)
      },
      closed: () => clearTimeout(unanswered),
    },
  })
  let stop: () => void = () => undefined
  const listen = (): Promise<unknown> =>
    new Promise((resolve) => {
      stop = client.subscribe(
        { query: print(AssignmentsAvailableDocument) },
        {
          next: ({ errors }) => (errors ? resolve(errors) : onWork()),
          error: resolve,
          complete: () => resolve('complete'),
        },
      )
    })
  const loop = (async () => {
    while (!ending.signal.aborted) {
      const beganAt = clock.now()
      const end = await listen()
      if (ending.signal.aborted) return
      if (clock.now() - beganAt > WELL_MILLISECONDS) failures = 0
      if (codeOf(end) === FORBIDDEN) mothership.forgetToken()
      logger.debug({ end: codeOf(end) ?? String(end) }, 'the subscription to work ended; it begins again')
      await clock.sleep(backoff(failures++), ending.signal)
    }
  })()
  return {
    dispose: async () => {
      ending.abort()
      stop()
      await client.dispose()
      await loop
    },
  }
}

const codeOf = (end: unknown): unknown =>
  typeof end === 'object' && end !== null && 'code' in end ? end.code : undefined
