import { type ExecutionResult, GraphQLError, print } from 'graphql'
import { createClient, type FormattedExecutionResult } from 'graphql-ws'
import { Pool } from 'undici'
import { WebSocket } from 'ws'
import type { AnswerSize } from './answer-size.ts'
import { QueryTooCostlyError, UnavailableError } from './errors.ts'
import { IDENTITY_HEADER, type IdentitySigner } from './identity.ts'
import type { SubgraphClient, SubgraphName, SubgraphRequest } from './subgraph-client.ts'
import { CORRELATION_HEADER } from './telemetry.ts'
import { once, type Disposer } from './time.ts'

const CONNECTIONS = 50
const TIMEOUT_MILLISECONDS = 30_000
/** Updates that wait for a slow client before its subscription is ended; it comes back with its cursor. */
const MAX_WAITING = 1000

/** A subgraph in another process: fetches over pooled HTTP, subscriptions over a WebSocket each. */
export const connectSubgraph = (options: {
  name: SubgraphName
  url: string
  signer: IdentitySigner
}): SubgraphClient & { dispose: Disposer } => {
  const { name, signer } = options
  const url = new URL(options.url)
  const pool = new Pool(url.origin, { connections: CONNECTIONS })
  const unreachable = (cause: unknown): UnavailableError => {
    const error = new UnavailableError(`The ${name} subgraph cannot be reached. Try again in a moment.`)
    error.cause = cause
    return error
  }
  return {
    name,
    execute: async (request) => {
      // A fresh signature for each fetch: an identity lives 30 seconds.
      const token = await signer.sign(request.identity, name)
      const timeout = request.timeoutMilliseconds ?? TIMEOUT_MILLISECONDS
      try {
        const { statusCode, body } = await pool.request({
          path: url.pathname,
          method: 'POST',
          headers: {
            'content-type': 'application/json',
            [IDENTITY_HEADER]: token,
            [CORRELATION_HEADER]: request.correlationId,
          },
          body: JSON.stringify(payloadOf(request)),
          signal: request.signal ?? null,
          headersTimeout: timeout,
          bodyTimeout: timeout,
        })
        const answer = JSON.parse(await textOf(body, request.answer)) as FormattedExecutionResult
        // What is no answer of GraphQL, and a refusal of our own identity, is a fault between us, not the caller's.
        if (statusCode === 401 || (answer.data === undefined && answer.errors === undefined)) {
          throw new Error(`${name} answered ${statusCode}`)
        }
        return toResult(answer)
      } catch (error) {
        throw error instanceof QueryTooCostlyError ? error : unreachable(error)
      }
    },
    subscribe: async (request) => openStream({ name, url, signer, request }),
    dispose: once(() => pool.close()),
  }
}

/** Reads a body as long as its operation has room for it: beyond that it is cut off. */
const textOf = async (body: AsyncIterable<Buffer>, size: AnswerSize | undefined): Promise<string> => {
  const chunks: Buffer[] = []
  for await (const chunk of body) {
    size?.add(chunk.length)
    size?.assertRoom()
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString()
}

const payloadOf = ({ query, variables, operationName }: SubgraphRequest) => ({
  query: typeof query === 'string' ? query : print(query),
  ...(variables && { variables: { ...variables } }),
  ...(operationName !== undefined && { operationName }),
})

const toResult = ({ data, errors }: FormattedExecutionResult): ExecutionResult => ({
  ...(data !== undefined && { data }),
  ...(errors && {
    errors: errors.map(
      ({ message, path, extensions }) =>
        new GraphQLError(message, { path: path ?? null, extensions: extensions ?? null }),
    ),
  }),
})

const openStream = (options: {
  name: SubgraphName
  url: URL
  signer: IdentitySigner
  request: SubgraphRequest
}): AsyncIterableIterator<ExecutionResult> => {
  const { name, url, signer, request } = options
  const waiting: ExecutionResult[] = []
  let isEnded = false
  let wake: () => void = () => undefined

  const client = createClient({
    url: url.href.replace(/^http/, 'ws'),
    webSocketImpl: WebSocket,
    retryAttempts: 0,
    connectionParams: async () => ({
      identity: await signer.sign(request.identity, name),
      correlationId: request.correlationId,
    }),
  })
  const end = (last?: ExecutionResult): void => {
    if (isEnded) return
    if (last) waiting.push(last)
    isEnded = true
    stop()
    void client.dispose()
    wake()
  }
  const push = (result: ExecutionResult): void => {
    if (isEnded) return
    if (waiting.length < MAX_WAITING) waiting.push(result)
    else end(failure('You read more slowly than updates come. Subscribe again with your last cursor.'))
    wake()
  }
  const stop = client.subscribe(payloadOf(request), {
    next: (result) => push(toResult(result as FormattedExecutionResult)),
    error: (error) => end(Array.isArray(error) ? toResult({ errors: error }) : lost(name)),
    complete: () => end(),
  })
  return {
    async next() {
      while (waiting.length === 0 && !isEnded) await new Promise<void>((resolve) => (wake = resolve))
      const result = waiting.shift()
      return result ? { done: false, value: result } : { done: true, value: undefined }
    },
    async return() {
      waiting.length = 0
      end()
      return { done: true, value: undefined }
    },
    [Symbol.asyncIterator]() {
      return this
    },
  }
}

const failure = (message: string): ExecutionResult => ({
  errors: [new GraphQLError(message, { extensions: { code: 'UNAVAILABLE' } })],
})

const lost = (name: SubgraphName): ExecutionResult =>
  failure(`The connection to the ${name} subgraph was lost. Subscribe again with your last cursor.`)
