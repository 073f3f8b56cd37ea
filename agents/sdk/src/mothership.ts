import type { TypedDocumentNode } from '@graphql-typed-document-node/core'
import { type DocumentNode, print } from 'graphql'
import { Agent as Dispatcher, request } from 'undici'
import type { Clock } from './clock.ts'
import { MothershipFault, SecretRefused } from './failure.ts'

/** The connection to the mothership over HTTP, as one agent. */
export interface Mothership {
  /**
   * Sends one operation. Throws MothershipFault with the mothership's code (NETWORK where it cannot be reached), and
   * SecretRefused where it takes neither the token nor the secret.
   */
  ask<R, V>(document: TypedDocumentNode<R, V>, variables: V, options?: AskOptions): Promise<R>
  /** A token that is good for a while yet. */
  token(): Promise<string>
  /** The token was refused: the next one is got anew. */
  forgetToken(): void
  /** How long it is until a time of the mothership's, in milliseconds, whatever our own clock says. */
  millisecondsUntil(time: string): number
  readonly webSocketUrl: string
  close(): Promise<void>
}
export interface AskOptions {
  /** Goes through every log of what this operation sets off. */
  correlationId?: string
}

const TIMEOUT_MILLISECONDS = 15_000

/** A token is used for this part of its life, so that none runs out on its way. */
const USED_LIFE = 0.75

/** A `Date` header is cut to the second: half of that is what it is off by in the mean. */
const HEADER_MILLISECONDS = 500

interface Answer {
  readonly status: number
  readonly body: unknown
}

/** Opens a connection; nothing is sent before it is asked for. `url` is the mothership's address. */
export const connectMothership = (options: {
  url: string
  secret: string
  instance: string
  clock: Clock
}): Mothership => {
  const base = options.url.replace(/\/(graphql\/?)?$/, '')
  const dispatcher = new Dispatcher({ keepAliveTimeout: 30_000 })
  let clockOffset = 0

  const post = async (path: string, body: string, headers: Record<string, string>): Promise<Answer> => {
    try {
      const response = await request(base + path, {
        method: 'POST',
        headers: { 'content-type': 'application/json', accept: 'application/json', ...headers },
        body,
        dispatcher,
        signal: AbortSignal.timeout(TIMEOUT_MILLISECONDS),
      })
      const date = Date.parse(String(response.headers['date']))
      if (!Number.isNaN(date)) clockOffset = date + HEADER_MILLISECONDS - Date.now()
      return { status: response.statusCode, body: parse(await response.body.text()) }
    } catch (error) {
      throw new MothershipFault('NETWORK', `${base} cannot be reached (${reason(error)})`)
    }
  }
  const tokens = tokenKeeper(options, post)

  const askOnce = async (
    document: DocumentNode,
    variables: unknown,
    { correlationId }: AskOptions,
  ): Promise<unknown> => {
    const answer = await post('/graphql', JSON.stringify({ query: textOf(document), variables }), {
      authorization: `Bearer ${await tokens.token()}`,
      ...(correlationId !== undefined && { 'x-correlation-id': correlationId }),
    })
    return dataOf(answer)
  }
  return {
    ask: async <R, V>(document: TypedDocumentNode<R, V>, variables: V, asking: AskOptions = {}): Promise<R> => {
      try {
        return (await askOnce(document, variables, asking)) as R
      } catch (error) {
        if (!(error instanceof MothershipFault) || error.code !== 'UNAUTHENTICATED') throw error
        tokens.forgetToken()
        return (await askOnce(document, variables, asking)) as R
      }
    },
    ...tokens,
    millisecondsUntil: (time) => Date.parse(time) - (Date.now() + clockOffset),
    webSocketUrl: `${base.replace(/^http/, 'ws')}/graphql`,
    close: () => dispatcher.destroy(),
  }
}

type Post = (path: string, body: string, headers: Record<string, string>) => Promise<Answer>

/** Exchanges the secret for tokens, one at a time. */
const tokenKeeper = (
  { secret, instance, clock }: { secret: string; instance: string; clock: Clock },
  post: Post,
): Pick<Mothership, 'token' | 'forgetToken'> => {
  let current: { token: Promise<string>; until: number } | undefined
  const fetchToken = async (): Promise<{ token: string; seconds: number }> => {
    const { status, body } = await post('/auth/token', JSON.stringify({ agentSecret: secret, instance }), {})
    if (status === 401 || status === 403) throw new SecretRefused()
    const { accessToken, expiresIn } = (body ?? {}) as { accessToken?: unknown; expiresIn?: unknown }
    if (status !== 200 || typeof accessToken !== 'string') throw statusFault(status, body)
    return { token: accessToken, seconds: typeof expiresIn === 'number' ? expiresIn : 60 }
  }
  return {
    token: () => {
      if (current && clock.now() < current.until) return current.token
      const fetching = fetchToken()
      const mine = { token: fetching.then(({ token }) => token), until: Infinity }
      current = mine
      fetching.then(
        ({ seconds }) => (mine.until = clock.now() + seconds * 1_000 * USED_LIFE),
        () => {
          if (current === mine) current = undefined
        },
      )
      return mine.token
    },
    forgetToken: () => {
      current = undefined
    },
  }
}

const dataOf = ({ status, body }: Answer): unknown => {
  const { data, errors } = (body ?? {}) as {
    data?: unknown
    errors?: { message?: string; extensions?: { code?: string } }[]
  }
  const [error] = errors ?? []
  if (error)
    throw new MothershipFault(error.extensions?.code ?? statusFault(status).code, error.message ?? 'it did not say why')
  if (status !== 200 || data === undefined || data === null) throw statusFault(status)
  return data
}

/** What a status says where the answer itself says nothing, e.g. a proxy's. */
const statusFault = (status: number, body?: unknown): MothershipFault => {
  const code =
    status === 401 ? 'UNAUTHENTICATED' : status === 429 ? 'RATE_LIMITED' : status >= 500 ? 'UNAVAILABLE' : 'REFUSED'
  const { error } = (body ?? {}) as { error?: { message?: unknown } }
  const said = typeof error?.message === 'string' ? `: ${error.message}` : ''
  return new MothershipFault(code, `the mothership answered with status ${status}${said}`)
}

const parse = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}

const texts = new WeakMap<DocumentNode, string>()
const textOf = (document: DocumentNode): string => {
  const text = texts.get(document) ?? print(document)
  texts.set(document, text)
  return text
}

const reason = (error: unknown): string =>
  error instanceof Error ? ('code' in error && typeof error.code === 'string' ? error.code : error.name) : 'unknown'
