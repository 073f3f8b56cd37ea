import { ApolloClient, ApolloLink, HttpLink } from '@apollo/client'
import { OperationTypeNode } from 'graphql'
import { CombinedGraphQLErrors, ServerError } from '@apollo/client/errors'
import { SetContextLink } from '@apollo/client/link/context'
import { ErrorLink } from '@apollo/client/link/error'
import { from, switchMap } from 'rxjs'
import { socketUrl } from '../url.ts'
import { createCache } from './cache.ts'
import { ResumingLink } from './resuming-link.ts'
import type { Session } from './session.ts'
import { type LiveSocket, createLiveSocket } from './socket.ts'

/** The page's connection to the graph: queries and mutations over HTTP, subscriptions over one WebSocket. */
export type Connection = { client: ApolloClient; socket: LiveSocket }

export const connect = (origin: string, session: Session): Connection => {
  const socket = createLiveSocket(socketUrl(origin), session, () => {
    void client.refetchQueries({ include: 'active' })
  })
  const overHttp = ApolloLink.from([renewOnce(session), withToken(session), new HttpLink({ uri: `${origin}/graphql` })])
  const client = new ApolloClient({
    cache: createCache(),
    link: ApolloLink.split(
      ({ operationType }) => operationType === OperationTypeNode.SUBSCRIPTION,
      new ResumingLink(socket.client),
      overHttp,
    ),
    defaultOptions: { watchQuery: { fetchPolicy: 'cache-and-network', nextFetchPolicy: 'cache-first' } },
  })
  return { client, socket }
}

const withToken = (session: Session): ApolloLink =>
  new SetContextLink(async ({ headers }) => {
    const token = await session.accessToken()
    return { token, headers: { ...(headers as object), authorization: `Bearer ${token}` } }
  })

/** A refused token is renewed and the operation sent again, once: a second refusal is shown. */
const renewOnce = (session: Session): ApolloLink =>
  new ErrorLink(({ error, operation, forward }) => {
    const { token, hasRenewed } = operation.getContext() as { token?: string; hasRenewed?: boolean }
    if (!isUnauthenticated(error) || hasRenewed || !token) return undefined
    operation.setContext({ hasRenewed: true })
    return from(session.renew(token)).pipe(switchMap(() => forward(operation)))
  })

const isUnauthenticated = (error: unknown): boolean => {
  if (ServerError.is(error)) return error.statusCode === 401
  return CombinedGraphQLErrors.is(error) && error.errors.some((each) => each.extensions?.['code'] === 'UNAUTHENTICATED')
}
