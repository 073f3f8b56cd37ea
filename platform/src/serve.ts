import { ApolloServer, type ApolloServerPlugin } from '@apollo/server'
import {
  ApolloServerPluginInlineTraceDisabled,
  ApolloServerPluginLandingPageDisabled,
} from '@apollo/server/plugin/disabled'
import {
  type ApolloFastifyContextFunction,
  fastifyApolloDrainPlugin,
  fastifyApolloHandler,
} from '@as-integrations/fastify'
import websocket from '@fastify/websocket'
import type { FastifyRequest } from 'fastify'
import { GraphQLError } from 'graphql'
import { makeHandler } from 'graphql-ws/use/@fastify/websocket'
import { readSubgraphEnvironment, type SubgraphEnvironment } from './environment.ts'
import { MothershipError, presentError } from './errors.ts'
import { createHttpServer, listen, BODY_LIMIT, SOCKET_INIT_MILLISECONDS } from './http.ts'
import { createIdentitySigner, IDENTITY_HEADER, type Identity, type IdentitySigner } from './identity.ts'
import { routeLargeBodies } from './large-bodies.ts'
import { connectSubgraph } from './remote-subgraph.ts'
import { runProcess } from './run-process.ts'
import { openFoundation, startOn } from './runtime.ts'
import { type RequestContext, rootFields, type RunningSubgraph, type SubgraphDefinition } from './subgraph.ts'
import { type SubgraphClient, SubgraphName } from './subgraph-client.ts'
import { acceptCorrelationId, createLogger, type Logger, withCorrelationId } from './telemetry.ts'
import { disposeAll, once, type Disposer } from './time.ts'

/** Serves a subgraph as a process of its own, until a signal ends it. The whole of a subgraph's main.ts. */
export const serveSubgraph = <C extends RequestContext>(definition: SubgraphDefinition<C>): Promise<void> =>
  runProcess(async () => {
    const environment = readSubgraphEnvironment()
    const { dispose } = await serve(definition, environment)
    return dispose
  })

const serve = async <C extends RequestContext>(
  definition: SubgraphDefinition<C>,
  environment: SubgraphEnvironment,
): Promise<{ port: number; dispose: Disposer }> => {
  const { name } = definition
  const logger = createLogger({ name, level: environment.LOG_LEVEL })
  const signer = createIdentitySigner(environment.MOTHERSHIP_IDENTITY_SECRET)
  const foundation = await openFoundation({
    databaseUrl: environment.DATABASE_URL,
    redisUrl: environment.REDIS_URL,
    logger,
  })
  const peers = connectPeers(environment, signer)
  const subgraph = await startOn(foundation, definition, (peer) => peers.get(peer)).catch(async (error: unknown) => {
    await foundation.dispose()
    throw error
  })
  const app = createHttpServer({ logger, metrics: foundation.metrics, ready: subgraph.ready })
  const takesLargeBodies = definition.takesLargeBodies ?? false
  const apollo = await mountHttp(app, { subgraph, signer, logger, takesLargeBodies })
  await mountWebSocket(app, subgraph, signer)
  const end = once(() =>
    disposeAll([
      () => app.close(),
      () => apollo.stop(),
      subgraph.dispose,
      ...[...peers.values()].map((peer) => peer.dispose),
      foundation.dispose,
    ]),
  )
  try {
    const port = await listen(app, { host: environment.HOST, port: environment.PORT })
    logger.info({ port }, `${name} serves`)
    return { port, dispose: end }
  } catch (error) {
    await end()
    throw error
  }
}

const connectPeers = (environment: SubgraphEnvironment, signer: IdentitySigner) => {
  const urls: Record<SubgraphName, string | undefined> = {
    ontology: environment.ONTOLOGY_URL,
    directive: environment.DIRECTIVE_URL,
    task: environment.TASK_URL,
    agent: environment.AGENT_URL,
  }
  const connected = new Map<SubgraphName, SubgraphClient & { dispose: Disposer }>()
  for (const name of Object.values(SubgraphName)) {
    const url = urls[name]
    if (url !== undefined) connected.set(name, connectSubgraph({ name, url, signer }))
  }
  return connected
}

const mountHttp = async (
  app: ReturnType<typeof createHttpServer>,
  options: { subgraph: RunningSubgraph; signer: IdentitySigner; logger: Logger; takesLargeBodies: boolean },
): Promise<ApolloServer<RequestContext>> => {
  const { subgraph, signer, logger } = options
  const apollo = new ApolloServer<RequestContext>({
    schema: subgraph.schema,
    // Who may introspect is decided at the gateway; nobody else has an identity for this process.
    introspection: false,
    plugins: [
      ApolloServerPluginLandingPageDisabled(),
      ApolloServerPluginInlineTraceDisabled(),
      fastifyApolloDrainPlugin(app),
      tellOperations(subgraph.name, logger),
    ],
    formatError: (_formatted, error) => presentError(error, logger),
    stopOnTerminationSignals: false,
  })
  await apollo.start()
  app.addHook('preHandler', (request, _reply, done) => withCorrelationId(request.id, done))
  const tokenOf = ({ headers }: FastifyRequest): unknown => headers[IDENTITY_HEADER]
  const context: ApolloFastifyContextFunction<RequestContext> = async (request) => {
    const identity = await identify(signer, tokenOf(request), subgraph.name)
    return subgraph.context({ identity, correlationId: request.id, logger })
  }
  const route = { url: '/graphql', handler: fastifyApolloHandler(apollo, { context }) }
  if (options.takesLargeBodies) {
    // The gateway alone signs identities of curators: a peer asks as SERVICE.
    await routeLargeBodies(app, { ...route, identify: (request) => verify(signer, tokenOf(request), subgraph.name) })
  } else app.route({ method: 'POST', ...route })
  return apollo
}

/** Tells of each operation as a subgraph within a process does. */
const tellOperations = (subgraph: string, logger: Logger): ApolloServerPlugin<RequestContext> => ({
  requestDidStart: () =>
    Promise.resolve({
      didResolveOperation: ({ document, operationName }) => {
        if (!logger.isLevelEnabled('debug')) return Promise.resolve()
        const fields = rootFields(document, operationName ?? undefined)
        logger.debug({ subgraph, fields }, 'an operation')
        return Promise.resolve()
      },
    }),
})

const verify = (signer: IdentitySigner, token: unknown, audience: SubgraphName): Promise<Identity> =>
  signer.verify(typeof token === 'string' ? token : undefined, audience)

/** Verifies an identity, as a GraphQL error: what a context function throws is not presented by `formatError` alone. */
const identify = async (signer: IdentitySigner, token: unknown, audience: SubgraphName): Promise<Identity> => {
  try {
    return await verify(signer, token, audience)
  } catch (error) {
    if (!(error instanceof MothershipError)) throw error
    throw new GraphQLError(error.message, { extensions: { code: error.code, http: { status: 401 } } })
  }
}

interface SocketState extends Record<PropertyKey, unknown> {
  identity?: Identity
  correlationId?: string
}

const FORBIDDEN = 4403

const mountWebSocket = async (
  app: ReturnType<typeof createHttpServer>,
  subgraph: RunningSubgraph,
  signer: IdentitySigner,
): Promise<void> => {
  await app.register(websocket, { options: { maxPayload: BODY_LIMIT } })
  const handler = makeHandler<Record<string, unknown>, SocketState>({
    // A bug closes the socket without its message, whatever NODE_ENV says.
    isProd: true,
    connectionInitWaitTimeout: SOCKET_INIT_MILLISECONDS,
    onConnect: async (context) => {
      const { identity, correlationId } = context.connectionParams ?? {}
      try {
        context.extra.identity = await verify(signer, identity, subgraph.name)
        context.extra.correlationId = acceptCorrelationId(correlationId)
        return true
      } catch {
        context.extra.socket.close(FORBIDDEN, 'Forbidden')
        return false
      }
    },
    // The platform subscribes by itself, so that errors are presented as everywhere.
    onSubscribe: () => undefined,
    schema: subgraph.schema,
    subscribe: (args) => subscribeAs(subgraph, args),
    context: (context, _id, payload) => ({ state: context.extra, payload }),
  })
  app.get('/graphql', { websocket: true }, handler)
}

const subscribeAs = (
  subgraph: RunningSubgraph,
  args: { contextValue?: unknown },
): ReturnType<RunningSubgraph['subscribe']> => {
  const { state, payload } = args.contextValue as {
    state: SocketState
    payload: { query: string; variables?: Record<string, unknown> | null; operationName?: string | null }
  }
  if (!state.identity || state.correlationId === undefined) throw new Error('the socket has no identity')
  return subgraph.subscribe({
    query: payload.query,
    variables: payload.variables ?? undefined,
    operationName: payload.operationName ?? undefined,
    identity: state.identity,
    correlationId: state.correlationId,
  })
}
