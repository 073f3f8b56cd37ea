import type { ApolloServer } from '@apollo/server'
import websocket, { type WebSocket, type WebsocketHandler } from '@fastify/websocket'
import { createAnswerSize } from '@mothership/platform/answer-size'
import { MothershipError, presentError } from '@mothership/platform/errors'
import { BODY_LIMIT, SOCKET_INIT_MILLISECONDS } from '@mothership/platform/http'
import type { Identity } from '@mothership/platform/identity'
import { isStream } from '@mothership/platform/subgraph-client'
import { acceptCorrelationId, type Logger } from '@mothership/platform/telemetry'
import type { FastifyInstance } from 'fastify'
import {
  type DocumentNode,
  type ExecutionResult,
  type FormattedExecutionResult,
  getOperationAST,
  GraphQLError,
  parse,
  validate,
  getVariableValues,
} from 'graphql'
import { CloseCode, type SubscribePayload } from 'graphql-ws'
import { makeHandler } from 'graphql-ws/use/@fastify/websocket'
import type { AccessTokens } from './accounts/access-tokens.ts'
import type { GatewayContext } from './data-source.ts'
import type { FederatedSubscriptions, SubscriptionRequest } from './federated-subscription.ts'
import { assertAffordable, MAX_TOKENS } from './query-cost.ts'
import type { RateLimits } from './rate-limits.ts'
import { createOperationCounts, MAX_PER_SOCKET, MAX_PER_SUBJECT, type SocketOperations } from './socket-operations.ts'

interface SocketState extends Record<PropertyKey, unknown> {
  identity?: Identity
  correlationId?: string
  expiry?: NodeJS.Timeout
  operations?: SocketOperations
}

export interface WebSocketServices {
  tokens: AccessTokens
  limits: RateLimits
  subscriptions: FederatedSubscriptions
  apollo: ApolloServer<GatewayContext>
  logger: Logger
}

/** Answers sockets by the protocol graphql-transport-ws. A socket lives no longer than its token. */
export const createSocketHandler = async (
  app: FastifyInstance,
  services: WebSocketServices,
): Promise<WebsocketHandler> => {
  const { tokens, logger } = services
  const counts = createOperationCounts()
  await app.register(websocket, {
    options: { maxPayload: BODY_LIMIT },
    errorHandler: (error, socket) => {
      // It is being closed, with the reason: cut off now, its client would not learn it.
      if ('code' in error && error.code === 'WS_ERR_UNSUPPORTED_MESSAGE_LENGTH') return
      socket.terminate()
    },
  })
  const handle = makeHandler<Record<string, unknown>, SocketState>({
    // A bug closes the socket without its message, whatever NODE_ENV says.
    isProd: true,
    connectionInitWaitTimeout: SOCKET_INIT_MILLISECONDS,
    schema: services.subscriptions.apiSchema,
    onConnect: async ({ connectionParams, extra }) => {
      try {
        const { authorization } = connectionParams ?? {}
        const given = typeof authorization === 'string' ? authorization : undefined
        const { identity, expiresAt } = await tokens.verify(given)
        // It may have closed while the token was verified: nothing would clear the timer any more.
        if (extra.socket.readyState !== extra.socket.OPEN) return false
        const close = (): void => extra.socket.close(CloseCode.Forbidden, 'The token has run out')
        Object.assign(extra, {
          identity,
          correlationId: acceptCorrelationId(connectionParams?.['correlationId']),
          expiry: setTimeout(close, Math.max(0, expiresAt.getTime() - Date.now())),
          operations: counts.ofSocket(identity.subject),
        })
        return true
      } catch (error) {
        if (!(error instanceof MothershipError)) logger.error({ error }, 'a socket could not be opened')
        extra.socket.close(CloseCode.Forbidden, 'Forbidden')
        return false
      }
    },
    onClose: ({ extra }) => {
      clearTimeout(extra.expiry)
      extra.operations?.endAll()
    },
    onComplete: ({ extra }, _id, payload) => extra.operations?.end(payload),
    onSubscribe: async ({ extra }, _id, payload) => {
      const hasPlace = extra.operations?.begin(payload) ?? false
      try {
        const prepared = await prepare(services, extra, { payload, hasPlace })
        if (!('request' in prepared)) extra.operations?.end(payload)
        return prepared
      } catch (error) {
        extra.operations?.end(payload)
        throw error
      }
    },
    subscribe: async (args) => {
      const { request, hold } = args as unknown as Prepared
      const updates = await services.subscriptions.subscribe(request)
      if (isStream(updates)) hold(updates)
      return updates as never
    },
    execute: (args) => executeOnce(services.apollo, (args as unknown as Prepared).request) as never,
    onNext: (_context, _id, _payload, _args, result) => presented(result as ExecutionResult, logger),
    onError: (_context, _id, _payload, errors) => errors.map((error) => presentError(error, logger)),
  })
  return function (socket, request) {
    tellTooBig(socket)
    return handle.call(this, socket, request)
  }
}

const MESSAGE_TOO_BIG = 1009

/** ws closes a socket for a message above the limit by itself, and does not say why. */
const tellTooBig = (socket: WebSocket): void => {
  const close = socket.close.bind(socket)
  const limit = `A message may have ${BODY_LIMIT} bytes; send larger ones to POST /graphql`
  socket.close = (code, reason) => close(code, code === MESSAGE_TOO_BIG ? (reason ?? limit) : reason)
}

interface Prepared {
  schema: FederatedSubscriptions['apiSchema']
  document: DocumentNode
  operationName: string | undefined
  request: SubscriptionRequest
  hold: (updates: AsyncIterator<unknown>) => void
}

/**
 * Parses, validates and bounds an operation before graphql-ws sees it: what graphql-js throws later would close the
 * whole socket.
 */
const prepare = async (
  { subscriptions, limits }: WebSocketServices,
  { identity, correlationId, operations }: SocketState,
  { payload, hasPlace }: { payload: SubscribePayload; hasPlace: boolean },
): Promise<Prepared | readonly GraphQLError[]> => {
  try {
    if (!identity || correlationId === undefined || !operations) throw new Error('the socket was not acknowledged')
    await limits.request(identity.subject)
    if (!hasPlace) {
      return [
        refusal(`At most ${MAX_PER_SOCKET} subscriptions run on a socket, ${MAX_PER_SUBJECT} in all. End some first.`),
      ]
    }
    const schema = subscriptions.apiSchema
    const document = parse(payload.query, { maxLexicalTokens: MAX_TOKENS })
    const faults = validate(schema, document)
    if (faults.length > 0) return faults.map((fault) => refusal(fault.message))
    const operationName = payload.operationName ?? undefined
    const operation = getOperationAST(document, operationName)
    if (!operation) return [refusal('Name one operation of the document in operationName.')]
    const given = payload.variables ?? {}
    const { errors } = getVariableValues(schema, operation.variableDefinitions ?? [], given)
    if (errors) return errors.map((error) => refusal(error.message))
    assertAffordable({ schema, document, variables: given, operationName })
    const request = {
      document,
      variables: given,
      operationName,
      context: { identity, correlationId, answer: createAnswerSize() },
    }
    const hold = (updates: AsyncIterator<unknown>): void => operations.hold(payload, updates)
    return { schema, document, operationName, request, hold }
  } catch (error) {
    if (error instanceof MothershipError) {
      return [new GraphQLError(error.message, { extensions: { ...error.details, code: error.code } })]
    }
    if (error instanceof GraphQLError) return [refusal(error.message)]
    throw error
  }
}

const refusal = (message: string): GraphQLError => new GraphQLError(message, { extensions: { code: 'BAD_USER_INPUT' } })

const presented = ({ data, errors, extensions }: ExecutionResult, logger: Logger): FormattedExecutionResult => ({
  ...(data !== undefined && { data }),
  ...(errors && { errors: errors.map((error) => presentError(error, logger)) }),
  ...(extensions && { extensions }),
})

/** A query or a mutation that came over a socket. */
const executeOnce = async (
  apollo: ApolloServer<GatewayContext>,
  { document, variables, operationName, context }: SubscriptionRequest,
): Promise<ExecutionResult> => {
  const { body } = await apollo.executeOperation(
    { query: document.loc?.source.body ?? '', variables, ...(operationName !== undefined && { operationName }) },
    { contextValue: context },
  )
  if (body.kind !== 'single') throw new Error('incremental delivery is not served')
  const { data, errors } = body.singleResult
  return {
    ...(data !== undefined && { data }),
    ...(errors && {
      errors: errors.map(
        ({ message, path, extensions }) =>
          new GraphQLError(message, { path: path ?? null, extensions: extensions ?? null }),
      ),
    }),
  }
}
