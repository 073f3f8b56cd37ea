import { createClient } from 'graphql-ws'
import { WebSocket } from 'ws'

export interface Answer<T> {
  data?: T | null
  errors?: { message: string; path?: (string | number)[]; extensions?: Record<string, unknown> }[]
}

/** What anybody can do from outside: HTTP and WebSocket, with a token or without. */
export interface Client {
  readonly token: string | undefined
  query<T>(source: string, variables?: Record<string, unknown>): Promise<Answer<T>>
  /** The data of an operation that must succeed. */
  data<T>(source: string, variables?: Record<string, unknown>): Promise<T>
  /** The code of the error that an operation must end with. */
  code(source: string, variables?: Record<string, unknown>): Promise<unknown>
  subscribe<T>(source: string, variables?: Record<string, unknown>): AsyncIterableIterator<Answer<T>>
}

export const postJson = async (base: string, path: string, body: unknown, token?: string) => {
  const response = await fetch(new URL(path, base), {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...(token !== undefined && { authorization: `Bearer ${token}` }) },
    body: JSON.stringify(body),
  })
  return { status: response.status, body: (await response.json()) as Record<string, never> }
}

export const connect = (base: string, token?: string): Client => {
  const query = async <T>(source: string, variables?: Record<string, unknown>): Promise<Answer<T>> =>
    (await postJson(base, '/graphql', { query: source, variables }, token)).body
  return {
    token,
    query,
    data: async <T>(source: string, variables?: Record<string, unknown>) => {
      const { data, errors } = await query<T>(source, variables)
      if (errors || !data) throw new Error(JSON.stringify(errors))
      return data
    },
    code: async (source, variables) => (await query(source, variables)).errors?.[0]?.extensions?.['code'],
    subscribe: <T>(source: string, variables?: Record<string, unknown>) => {
      const client = createClient({
        url: `${base.replace(/^http/, 'ws')}/graphql`,
        webSocketImpl: WebSocket,
        retryAttempts: 0,
        connectionParams: { authorization: `Bearer ${token ?? ''}` },
      })
      const updates = client.iterate({ query: source, variables: variables ?? null })
      return {
        next: async () => {
          try {
            return (await updates.next()) as IteratorResult<Answer<T>>
          } catch (errors) {
            // What is refused before it starts arrives as a list of errors; anything else is the connection's end.
            if (Array.isArray(errors)) return { done: false, value: { errors } }
            throw errors
          }
        },
        return: async () => {
          await updates.return?.()
          await client.dispose()
          return { done: true, value: undefined }
        },
        [Symbol.asyncIterator]() {
          return this
        },
      }
    },
  }
}

/** Reads updates until one of them answers the question, and ends the subscription. */
export const until = async <T>(
  updates: AsyncIterableIterator<Answer<T>>,
  isLast: (data: T) => boolean,
): Promise<T[]> => {
  const seen: T[] = []
  try {
    for (;;) {
      const { done, value } = await updates.next()
      if (done) throw new Error(`the subscription ended after ${seen.length} updates`)
      if (value.errors || !value.data) throw new Error(JSON.stringify(value.errors))
      seen.push(value.data)
      if (isLast(value.data)) return seen
    }
  } finally {
    await updates.return?.()
  }
}
