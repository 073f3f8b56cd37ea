import type { Readable } from 'node:stream'
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest, RouteHandlerMethod } from 'fastify'
import { BadUserInputError, type ErrorCode, MothershipError, UnavailableError } from './errors.ts'
import { BODY_LIMIT } from './http.ts'
import { type Identity, Role, roleIncludes } from './identity.ts'
import { createPlaces, type Leave } from './places.ts'

/** The most bytes of the one text that may be large, as JSON writes it: 50 MB of which each byte is escaped by two. */
const TEXT_LIMIT = 100_000_000
/** A large body: that text, and what any other body may hold. */
export const LARGE_BODY_LIMIT = TEXT_LIMIT + BODY_LIMIT

/** A large body takes several times its size while it is worked on: a process holds so many at once. */
const AT_ONCE = 2
const RETRY_AFTER_SECONDS = 15
/** How long one may take to arrive, so that a slow sender does not keep its place for ever. */
const READING_MILLISECONDS = 300_000
/** How long the rest of what was refused is let run out: a connection that is cut may lose the answer. */
const DRAIN_MILLISECONDS = 30_000

/** Whether a request announces a body above the limit that holds for everybody. */
export const isLarge = ({ headers }: Pick<FastifyRequest, 'headers'>): boolean =>
  Number(headers['content-length']) > BODY_LIMIT

/**
 * Routes POST requests whose JSON may be large where a CURATOR sends it. Who asks is told by `identify` from the headers
 * alone, before the body is read; it throws a MothershipError to refuse. All others keep the limit of every body, and so
 * does a body that does not announce its length. Refusals are GraphQL errors.
 */
export const routeLargeBodies = async (
  app: FastifyInstance,
  options: {
    url: string
    handler: RouteHandlerMethod
    identify: (request: FastifyRequest) => Promise<Identity>
    atOnce?: number
  },
): Promise<void> => {
  const { url, handler, identify } = options
  const places = createPlaces(options.atOnce ?? AT_ONCE)
  const held = new WeakMap<FastifyRequest, HeldPlace>()
  const admit = async (request: FastifyRequest, reply: FastifyReply): Promise<void> => {
    if (!isLarge(request)) return
    assertMayBeLarge(await identify(request), Number(request.headers['content-length']))
    const leave = places.tryTake()
    if (!leave) throw busy()
    held.set(request, holdPlace(reply, leave))
  }
  await app.register(async (scope) => {
    const parseJson = scope.getDefaultJsonParser('error', 'error')
    // Text is no JSON, whatever it says: the handler would be given it as it is.
    scope.removeContentTypeParser(['application/json', 'text/plain'])
    scope.addContentTypeParser('application/json', (request, payload, done) => {
      read(payload, held.has(request)).then((text) => void parseJson(request, text, done), done)
    })
    scope.setErrorHandler((error: FastifyError, request, reply) => {
      // Any other is the parent's to answer.
      if (!(error instanceof MothershipError)) throw error
      return refuse(error, request, reply)
    })
    scope.route({
      method: 'POST',
      url,
      onRequest: admit,
      handler: async function (request, reply) {
        const place = held.get(request)
        if (!place) return handler.call(this, request, reply)
        return place.during(async () => handler.call(this, request, reply))
      },
    })
  })
}

const megabytes = (bytes: number): number => bytes / 1_000_000

const assertMayBeLarge = (identity: Identity, bytes: number): void => {
  const limit = roleIncludes(identity.role, Role.CURATOR) ? LARGE_BODY_LIMIT : BODY_LIMIT
  if (bytes > limit) throw tooLarge(`The request has ${bytes} bytes; yours may have ${limit}.`)
}

const tooLarge = (what: string): BadUserInputError =>
  new BadUserInputError(
    `${what} Import a text in parts, each below 50 MB; above ${megabytes(BODY_LIMIT)} MB as a CURATOR, with Content-Length.`,
    { path: 'content' },
  )

const busy = (): UnavailableError =>
  new UnavailableError(
    `As many large requests as can be held are being worked on. Try again in ${RETRY_AFTER_SECONDS} s.`,
    { retryAfterSeconds: RETRY_AFTER_SECONDS },
  )

interface HeldPlace {
  /** Keeps the place until the work is done, also where the connection is lost meanwhile. */
  during<T>(work: () => Promise<T>): Promise<T>
}

const holdPlace = (reply: FastifyReply, leave: Leave): HeldPlace => {
  let isWorking = false
  // A request that is cut off before it is whole never comes to its handler.
  reply.raw.once('close', () => {
    if (!isWorking) leave()
  })
  return {
    during: async (work) => {
      isWorking = true
      try {
        return await work()
      } finally {
        leave()
      }
    },
  }
}

const read = async (payload: Readable, mayBeLarge: boolean): Promise<string> => {
  const limit = mayBeLarge ? LARGE_BODY_LIMIT : BODY_LIMIT
  const timer = mayBeLarge ? setTimeout(() => payload.destroy(new Error('too slow')), READING_MILLISECONDS) : undefined
  const chunks: Buffer[] = []
  let bytes = 0
  try {
    for await (const chunk of payload.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
      bytes += chunk.length
      if (bytes > limit) throw tooLarge(`The request has more than ${limit} bytes.`)
      chunks.push(chunk)
    }
  } catch (error) {
    // The sender's fault: it went away, or was too slow.
    throw error instanceof MothershipError ? error : Object.assign(error as Error, { statusCode: 400 })
  } finally {
    clearTimeout(timer)
  }
  const body = Buffer.concat(chunks, bytes)
  if (mayBeLarge) assertOneLargeText(body)
  return body.toString()
}

/** Parsed, `[{},{}, ...]` takes many times its size: only a text may be what makes a body large. */
const assertOneLargeText = (json: Buffer): void => {
  const rest = json.length - longestString(json)
  if (rest <= BODY_LIMIT) return
  throw new BadUserInputError(
    `The request has ${rest} bytes besides its longest text; it may have ${BODY_LIMIT}. Only one text may be large.`,
  )
}

const QUOTE = 0x22
const BACKSLASH = 0x5c

/** How many bytes the longest string of a JSON text takes, without its quotes. */
const longestString = (json: Buffer): number => {
  let longest = 0
  for (let start = json.indexOf(QUOTE); start !== -1;) {
    let end = json.indexOf(QUOTE, start + 1)
    while (end !== -1 && isEscaped(json, end)) end = json.indexOf(QUOTE, end + 1)
    if (end === -1) return longest
    longest = Math.max(longest, end - start - 1)
    start = json.indexOf(QUOTE, end + 1)
  }
  return longest
}

const isEscaped = (json: Buffer, place: number): boolean => {
  let backslashes = 0
  while (json[place - 1 - backslashes] === BACKSLASH) backslashes++
  return backslashes % 2 === 1
}

const STATUS: Partial<Record<ErrorCode, number>> = { UNAUTHENTICATED: 401, RATE_LIMITED: 429, UNAVAILABLE: 503 }

const GRAPHQL_RESPONSE = 'application/graphql-response+json'

const refuse = (error: MothershipError, request: FastifyRequest, reply: FastifyReply): FastifyReply => {
  const { code, message, details } = error
  const timer = setTimeout(() => request.raw.destroy(), DRAIN_MILLISECONDS)
  request.raw.once('close', () => clearTimeout(timer))
  const { retryAfterSeconds } = details
  if (typeof retryAfterSeconds === 'number') void reply.header('retry-after', String(retryAfterSeconds))
  const isGraphQL = request.headers.accept?.includes(GRAPHQL_RESPONSE) ?? false
  return reply
    .status(STATUS[code] ?? 413)
    .type(`${isGraphQL ? GRAPHQL_RESPONSE : 'application/json'}; charset=utf-8`)
    .send(JSON.stringify({ errors: [{ message, extensions: { ...details, code } }] }))
}
