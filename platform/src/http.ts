import { randomUUID } from 'node:crypto'
import Fastify, { type FastifyInstance, type FastifyRequest } from 'fastify'
import { StartError } from './environment.ts'
import { acceptCorrelationId, CORRELATION_HEADER, type Logger, type Metrics } from './telemetry.ts'

/**
 * The most bytes of a body, and of a message of a socket: it may hold a task's input, a result and a trace of 1 MB each,
 * as JSON inside of JSON. Of larger bodies: large-bodies.ts.
 */
export const BODY_LIMIT = 8_000_000

/** How long a socket may take to say whose it is. A process that is busy for a few seconds must not take it for idle. */
export const SOCKET_INIT_MILLISECONDS = 15_000

const GRAPHQL_PATH = '/graphql'

/** Fastify with what every process of ours has: a correlation id, health, metrics, no word of its insides in errors. */
export const createHttpServer = (options: {
  logger: Logger
  metrics: Metrics
  /** Null where it can serve, else what it waits for. */
  ready: () => Promise<string | null>
  /** Addresses and networks of proxies whose word is taken for who asks; none unless given. */
  trustedProxies?: readonly string[]
}): FastifyInstance => {
  const { logger, metrics } = options
  const app = Fastify({
    bodyLimit: BODY_LIMIT,
    logger: false,
    forceCloseConnections: true,
    trustProxy: [...(options.trustedProxies ?? [])],
    genReqId: (request) => acceptCorrelationId(request.headers[CORRELATION_HEADER] ?? randomUUID()),
  })
  app.addHook('onRequest', async (request, reply) => {
    void reply.header(CORRELATION_HEADER, request.id)
  })
  app.setErrorHandler((error: { statusCode?: number; message: string }, request, reply) => {
    const status = error.statusCode ?? 500
    if (status >= 500) logger.error({ error, correlationId: request.id }, 'a request failed')
    const message = status >= 500 ? `Something went wrong on our side (${request.id}).` : error.message
    return reply.status(status).send(refusal(request, { status, message }))
  })
  app.get('/health/live', async () => ({ status: 'live' }))
  app.get('/health/ready', async (_request, reply) => {
    const waiting = await options.ready().catch((error: unknown) => {
      logger.warn({ error }, 'not ready')
      return 'the database'
    })
    if (waiting === null) return { status: 'ready' }
    return reply.status(503).send({ status: 'waiting', for: waiting })
  })
  app.get('/metrics', async (_request, reply) =>
    reply.header('content-type', metrics.contentType).send(await metrics.metrics()),
  )
  return app
}

/** A failure outside of GraphQL itself, in the shape that who asked looks for. */
const refusal = (request: FastifyRequest, { status, message }: { status: number; message: string }): object => {
  const code = codeOf(status)
  if (request.routeOptions.url !== GRAPHQL_PATH) return { error: { code, message } }
  // As presentError masks: the gateway tells by the id that it was logged where it happened.
  const extensions = status >= 500 ? { code, correlationId: request.id } : { code }
  return { errors: [{ message, extensions }] }
}

const codeOf = (status: number): string => {
  if (status >= 500) return 'INTERNAL_SERVER_ERROR'
  if (status === 404) return 'NOT_FOUND'
  if (status === 429) return 'RATE_LIMITED'
  return status === 401 ? 'UNAUTHENTICATED' : 'BAD_USER_INPUT'
}

/** Listens, and returns the port. Throws StartError where the port is taken or the host is none of this machine. */
export const listen = async (app: FastifyInstance, options: { host: string; port: number }): Promise<number> => {
  try {
    await app.listen(options)
  } catch (error) {
    const remedy = remedyOf(error, options)
    if (remedy === null) throw error
    throw new StartError(remedy, { cause: error })
  }
  const address = app.server.address()
  return typeof address === 'object' && address !== null ? address.port : options.port
}

const remedyOf = (error: unknown, { host, port }: { host: string; port: number }): string | null => {
  switch ((error as NodeJS.ErrnoException).code ?? '') {
    case 'EADDRINUSE':
      return `Port ${port} is taken by another program. Stop it, or set PORT to another one.`
    case 'EACCES':
      return `Port ${port} needs rights that you lack. Set PORT above 1023.`
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
    case 'EADDRNOTAVAIL':
    case 'EINVAL':
      return `${host} is no address of this machine. Set HOST to one that is, such as 127.0.0.1, or 0.0.0.0 for all.`
    default:
      return null
  }
}
