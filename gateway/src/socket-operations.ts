import type { SubscribePayload } from 'graphql-ws'

/** Operations that one socket, and all sockets of one person or agent, may have running at a time. */
export const MAX_PER_SOCKET = 100
export const MAX_PER_SUBJECT = 500

/**
 * The operations of one socket that run or are being prepared. Each is known by the payload that asked for it: an id may
 * be used again by a client while its former operation has not ended yet.
 */
export interface SocketOperations {
  /** Takes a place, in the same step as it looks: of many that come at once none counts on another's. False: none is free. */
  begin(operation: SubscribePayload): boolean
  /** Keeps the updates of an operation, to end them with the socket; ends them now where that has closed meanwhile. */
  hold(operation: SubscribePayload, updates: AsyncIterator<unknown>): void
  /** Gives its place back. Safe to call more than once. */
  end(operation: SubscribePayload): void
  /** Ends whatever runs: the socket has closed. */
  endAll(): void
}

/** Counts the operations of all sockets. `ofSocket` is called once for each socket, with who it belongs to. */
export const createOperationCounts = (): { ofSocket(subject: string): SocketOperations } => {
  const ofSubject = new Map<string, number>()
  const count = (subject: string, change: 1 | -1): void => {
    const now = (ofSubject.get(subject) ?? 0) + change
    if (now > 0) ofSubject.set(subject, now)
    else ofSubject.delete(subject)
  }
  return {
    ofSocket: (subject) => {
      const running = new Map<SubscribePayload, AsyncIterator<unknown> | null>()
      const end = (operation: SubscribePayload): void => {
        if (running.delete(operation)) count(subject, -1)
      }
      return {
        begin: (operation) => {
          if (running.size >= MAX_PER_SOCKET || (ofSubject.get(subject) ?? 0) >= MAX_PER_SUBJECT) return false
          running.set(operation, null)
          count(subject, 1)
          return true
        },
        hold: (operation, updates) => {
          if (running.has(operation)) running.set(operation, updates)
          else stop(updates)
        },
        end,
        endAll: () => {
          for (const [operation, updates] of running) {
            end(operation)
            // graphql-ws ends those that it knows by their id; of two that had the same it knows the last alone.
            if (updates) stop(updates)
          }
        },
      }
    },
  }
}

const stop = (updates: AsyncIterator<unknown>): void => void updates.return?.()?.catch(() => undefined)
