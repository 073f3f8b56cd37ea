import { ApolloLink, Observable } from '@apollo/client'
import { CombinedGraphQLErrors } from '@apollo/client/errors'
import { print } from '@apollo/client/utilities'
import type { Client } from 'graphql-ws'

/**
 * Where a subscription goes on after a reconnection: the cursor of the last update that arrived, or the number of the
 * last revision. Null where the update carries neither, and the subscription starts anew.
 */
export const resumeAfter = (data: unknown): string | number | null => {
  const update: unknown = Object.values(data ?? {})[0]
  if (typeof update !== 'object' || update === null) return null
  const { cursor, number } = update as { cursor?: unknown; number?: unknown }
  if (typeof cursor === 'string') return cursor
  return typeof number === 'number' ? number : null
}

/**
 * Subscriptions over graphql-ws that miss nothing while the socket is away: graphql-ws subscribes again with the same
 * payload after each reconnection, and this one's `after` moves along with what has arrived.
 */
export class ResumingLink extends ApolloLink {
  readonly #client: Client

  constructor(client: Client) {
    super()
    this.#client = client
  }

  override request(operation: ApolloLink.Operation): Observable<ApolloLink.Result> {
    return new Observable((observer) => {
      const variables = { ...operation.variables }
      const payload = { query: print(operation.query), operationName: operation.operationName ?? null, variables }
      return this.#client.subscribe(payload, {
        next: (result) => {
          const after = resumeAfter(result.data)
          if (after !== null) variables['after'] = after
          observer.next(result as ApolloLink.Result)
        },
        error: (error) => observer.error(asError(error)),
        complete: () => observer.complete(),
      })
    })
  }
}

const asError = (error: unknown): Error => {
  if (error instanceof Error) return error
  if (Array.isArray(error)) return new CombinedGraphQLErrors({ errors: error })
  return new Error('The live connection was closed. Reload the page to go on.')
}
