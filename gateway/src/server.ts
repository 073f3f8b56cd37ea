import { readFileSync } from 'node:fs'
import { ApolloGateway } from '@apollo/gateway'
import { ApolloServer, type ApolloServerPlugin, HeaderMap } from '@apollo/server'
import { ApolloServerPluginLandingPageDisabled } from '@apollo/server/plugin/disabled'
import {
  type ApolloFastifyContextFunction,
  fastifyApolloDrainPlugin,
  fastifyApolloHandler,
} from '@as-integrations/fastify'
import { createAnswerSize } from '@mothership/platform/answer-size'
import { BadUserInputError, MothershipError, presentError } from '@mothership/platform/errors'
import { createHttpServer } from '@mothership/platform/http'
import { isLarge, routeLargeBodies } from '@mothership/platform/large-bodies'
import { createPeers } from '@mothership/platform/peers'
import { type Logger, withCorrelationId } from '@mothership/platform/telemetry'
import { disposeAll, every, once, type Disposer } from '@mothership/platform/time'
import type { FastifyInstance } from 'fastify'
import { GraphQLError } from 'graphql'
import { openAccessTokens } from './accounts/access-tokens.ts'
import { type Accounts, createAccounts } from './accounts/accounts.ts'
import { createAccountStore } from './accounts/store.ts'
import { mountAuth } from './auth-routes.ts'
import { createDataSource, type GatewayContext } from './data-source.ts'
import { mountExplorer } from './explorer.ts'
import { createFederatedSubscriptions } from './federated-subscription.ts'
import type { Fleet } from './fleet.ts'
import {
  assertLargeOnlyToImport,
  assertSmallDocument,
  EXPORT_LIMIT,
  IMPORT_MILLISECONDS,
  isExport,
  isImport,
} from './imports.ts'
import { assertAffordable, MAX_TOKENS } from './query-cost.ts'
import { createRateLimits, type RateLimits } from './rate-limits.ts'
import { createSocketHandler } from './websocket.ts'

const SUPERGRAPH = new URL('../supergraph.graphql', import.meta.url)
const HOUR_MILLISECONDS = 3_600_000

export interface GatewayServer {
  readonly app: FastifyInstance
  readonly accounts: Accounts
  dispose: Disposer
}

/** Puts the gateway before a fleet of subgraphs: identity and limits at the door, then plan, execute, stream. */
export const createGatewayServer = async (options: {
  fleet: Fleet
  redisUrl: string | undefined
  tokenSeconds: number
  trustedProxies: readonly string[]
  logger: Logger
  /** Null where the gateway can serve, else what it waits for. */
  ready: () => Promise<string | null>
}): Promise<GatewayServer> => {
  const { fleet, logger, ready, trustedProxies } = options
  const { foundation, clients } = fleet
  const supergraphSdl = readFileSync(SUPERGRAPH, 'utf8')
  const store = createAccountStore(foundation.database)
  const tokens = await openAccessTokens(store, { personSeconds: options.tokenSeconds })
  const accounts = createAccounts(store, tokens)
  const limits = createRateLimits(options.redisUrl, foundation.installation)
  const subscriptions = createFederatedSubscriptions({ supergraphSdl, clients, logger })

  const app = createHttpServer({ logger, metrics: foundation.metrics, ready, trustedProxies })
  const apollo = new ApolloServer<GatewayContext>({
    gateway: new ApolloGateway({
      supergraphSdl,
      buildService: ({ name }) => createDataSource(clients[name as keyof typeof clients]),
      logger: quiet(logger),
    }),
    introspection: true,
    // Who asks is told by a header that no browser adds by itself: there is nothing to forge from another site.
    csrfPrevention: false,
    parseOptions: { maxLexicalTokens: MAX_TOKENS },
    plugins: [ApolloServerPluginLandingPageDisabled(), fastifyApolloDrainPlugin(app), boundOperations(limits)],
    formatError: (_formatted, error) => presentError(error, logger),
    logger: quiet(logger),
    stopOnTerminationSignals: false,
  })
  await apollo.start()
  app.addHook('preHandler', (request, _reply, done) => withCorrelationId(request.id, done))
  mountAuth(app, { accounts, tokens, limits, peers: createPeers('gateway', (name) => clients[name]) })
  const context: ApolloFastifyContextFunction<GatewayContext> = async (request) => {
    const { identity } = await asGraphQL(tokens.verify(request.headers.authorization))
    return { identity, correlationId: request.id, answer: createAnswerSize(), isLarge: isLarge(request) }
  }
  const handler = fastifyApolloHandler(apollo, { context })
  const wsHandler = await createSocketHandler(app, { tokens, limits, subscriptions, apollo, logger })
  app.route({ method: 'GET', url: '/graphql', handler, wsHandler })
  await routeLargeBodies(app, {
    url: '/graphql',
    handler,
    identify: async ({ headers }) => {
      const { identity } = await tokens.verify(headers.authorization)
      // Before it is read: what is refused after that costs as much as what is not.
      await limits.request(identity.subject)
      return identity
    },
  })
  await mountExplorer(app)
  const stopSweeping = every(HOUR_MILLISECONDS, store.deleteExpiredTokens, logger)
  return {
    app,
    accounts,
    dispose: once(() => disposeAll([stopSweeping, () => app.close(), () => apollo.stop(), limits.dispose])),
  }
}

/** Counts and bounds each operation, after it was validated and before anything runs. */
const boundOperations = (limits: RateLimits): ApolloServerPlugin<GatewayContext> => ({
  requestDidStart: async ({ contextValue, request }) => {
    await asGraphQL(limits.request(contextValue.identity.subject).then(() => assertSmallDocument(request.query)))
    return {
      didResolveOperation: async ({ schema, document, operation, operationName }) => {
        await asGraphQL(
          (async () => {
            // The planner would throw it as a fault of ours.
            if (!operation) throw noOperation(request.operationName)
            if (contextValue.isLarge) assertLargeOnlyToImport(operation)
            const variables = request.variables ?? {}
            assertAffordable({ schema, document, variables, operationName: operationName ?? undefined })
          })(),
        )
        if (isExport(operation)) contextValue.answer = createAnswerSize(EXPORT_LIMIT)
        if (isImport(operation)) contextValue.timeoutMilliseconds = IMPORT_MILLISECONDS
      },
      willSendResponse: async ({ response: { body, http } }) => {
        const errors = body.kind === 'single' ? (body.singleResult.errors ?? []) : []
        const seconds = errors.map(({ extensions }) => extensions?.['retryAfterSeconds']).find(isNumber)
        if (seconds !== undefined) http.headers.set('retry-after', String(seconds))
      },
    }
  },
})

const noOperation = (name: string | undefined): BadUserInputError =>
  new BadUserInputError(
    name === undefined
      ? 'The document has several operations, or none: say which by operationName.'
      : `The document has no operation "${name}".`,
    { path: 'operationName' },
  )

const isNumber = (value: unknown): value is number => typeof value === 'number'

/** Our errors as GraphQL's, where they are thrown outside of a resolver: Apollo masks any other there. */
const asGraphQL = async <T>(work: Promise<T>): Promise<T> => {
  try {
    return await work
  } catch (error) {
    if (!(error instanceof MothershipError)) throw error
    const status = error.code === 'UNAUTHENTICATED' ? 401 : error.code === 'RATE_LIMITED' ? 429 : 400
    const { retryAfterSeconds } = error.details
    const headers = new HeaderMap()
    if (isNumber(retryAfterSeconds)) headers.set('retry-after', String(retryAfterSeconds))
    const http = { status, headers }
    throw new GraphQLError(error.message, { extensions: { ...error.details, code: error.code, http } })
  }
}

/** Apollo reports at `info` that it has started, and each query of GraphOS that it does not make. */
const quiet = (logger: Logger) => ({
  debug: (message?: string) => logger.trace(message),
  info: (message?: string) => logger.debug(message),
  warn: (message?: string) => logger.warn(message),
  error: (message?: string) => logger.error(message),
})
