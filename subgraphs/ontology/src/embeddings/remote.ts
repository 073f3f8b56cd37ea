import { CircuitOpenError, createCircuitBreaker } from '@mothership/platform/circuit-breaker'
import { describeRemoteFailure, retrying, statusOf, UnusableAnswerError } from '@mothership/platform/remote-calls'
import { once } from '@mothership/platform/time'
import { ZodError } from 'zod'
import type { RemoteEmbeddings } from '../environment.ts'
import { DIMENSIONS, type EmbeddingModel, ModelUnavailableError } from './model.ts'

/** How a provider is asked over HTTP, and how its answers are read. */
export interface EmbeddingsProtocol {
  /** Its name, as people know it. */
  readonly service: string
  requestOf(
    configuration: RemoteEmbeddings,
    texts: readonly string[],
  ): { url: string; headers: Readonly<Record<string, string>>; body: unknown }
  /** The vectors in the order of the texts. Throws UnusableAnswerError or a ZodError. */
  vectorsOf(answer: unknown): number[][]
  /** Whether an answer that is no success says that the key is none; `answer` is undefined where it is not JSON. */
  isKeyRefused(status: number, answer: unknown): boolean
}

/** Documents at a time, of two texts each: a curator's own edit waits for one such call of a bulk. */
const BATCH = 32
/** Texts in one call. Google takes 100. */
const MOST_TEXTS = 64
/** A text is cut to this many characters. */
const MOST_CHARACTERS = 2000
/** 64 vectors of 512 numbers are some 400 KB of JSON. */
const MOST_BYTES = 8_000_000

/** All tries of a call together stay below the 30 s for which documents are claimed. */
const PATIENT = { attempts: 2, timeoutMilliseconds: 10_000, maxRetryAfterMilliseconds: 5000 }
/** Somebody waits for a search, and a peer for 10 s at most. */
const URGENT = { attempts: 2, timeoutMilliseconds: 2500, maxRetryAfterMilliseconds: 500, baseMilliseconds: 200 }
/** A service that failed this often is left alone for so long: meanwhile searches go by words at once. */
const BREAKER = { failures: 3, openMilliseconds: 15_000 }

/** A provider's answer that is no success. Its text is not kept: it may repeat the key. */
class HttpFailure extends Error {
  readonly status: number
  readonly headers: Headers
  readonly code: string | undefined
  constructor({ status, headers }: Response, code: string | undefined) {
    super(`it answered ${status}`)
    this.name = 'HttpFailure'
    this.status = status
    this.headers = headers
    this.code = code
  }
}

/** A model of a provider, asked over HTTP. */
export const createRemoteModel = (protocol: EmbeddingsProtocol, configuration: RemoteEmbeddings): EmbeddingModel => {
  const ending = new AbortController()
  const breaker = createCircuitBreaker({ ...BREAKER, isFailure: (error) => !isTextRefused(error) })
  const ask = async (texts: readonly string[], isUrgent: boolean): Promise<number[][]> => {
    const limits = isUrgent ? URGENT : PATIENT
    try {
      return await breaker.run(() =>
        retrying(({ signal }) => askOnce(protocol, configuration, { texts, signal }), {
          ...limits,
          signal: ending.signal,
        }),
      )
    } catch (error) {
      if (ending.signal.aborted || isTextRefused(error)) throw error
      const isRepeated = error instanceof CircuitOpenError
      const why = isRepeated ? error.message : describeRemoteFailure(error)
      throw new ModelUnavailableError(`${protocol.service} ${why}.`, { cause: error, isRepeated })
    }
  }
  return {
    name: `${configuration.provider}/${configuration.model}@${DIMENSIONS}`,
    batch: BATCH,
    embed: async (given, { isUrgent = false } = {}) => {
      const texts = given.map((text) => text.slice(0, MOST_CHARACTERS).toWellFormed())
      const vectors: number[][] = []
      for (let at = 0; at < texts.length; at += MOST_TEXTS) {
        vectors.push(...(await ask(texts.slice(at, at + MOST_TEXTS), isUrgent)))
      }
      return vectors
    },
    dispose: once(async () => ending.abort(new Error('the embedding model was disposed of'))),
  }
}

/** The provider does not take these texts; it would take others. */
const isTextRefused = (error: unknown): boolean => [400, 413, 422].includes(statusOf(error) ?? 0)

const askOnce = async (
  protocol: EmbeddingsProtocol,
  configuration: RemoteEmbeddings,
  { texts, signal }: { texts: readonly string[]; signal: AbortSignal },
): Promise<number[][]> => {
  const { url, headers, body } = protocol.requestOf(configuration, texts)
  const response = await fetch(url, {
    method: 'POST',
    headers: { ...headers, 'content-type': 'application/json' },
    body: JSON.stringify(body),
    // A key goes nowhere but where the configuration says.
    redirect: 'error',
    signal,
  })
  const text = await readBounded(response)
  if (!response.ok) throw failureOf(protocol, response, text)
  return checked(read(protocol, text), texts.length)
}

const readBounded = async (response: Response): Promise<string> => {
  const parts: Uint8Array[] = []
  let length = 0
  const body: AsyncIterable<Uint8Array> | null = response.body
  for await (const part of body ?? []) {
    length += part.length
    if (length > MOST_BYTES) throw new UnusableAnswerError(`answered more than ${MOST_BYTES / 1_000_000} MB`)
    parts.push(part)
  }
  return Buffer.concat(parts).toString('utf8')
}

const failureOf = (protocol: EmbeddingsProtocol, response: Response, text: string): HttpFailure => {
  let answer: unknown
  try {
    answer = JSON.parse(text)
  } catch {
    answer = undefined
  }
  if (protocol.isKeyRefused(response.status, answer)) {
    return new HttpFailure(new Response(null, { status: 401 }), undefined)
  }
  const code = (answer as { error?: { code?: unknown } } | null | undefined)?.error?.code
  return new HttpFailure(response, typeof code === 'string' ? code : undefined)
}

const read = (protocol: EmbeddingsProtocol, text: string): number[][] => {
  try {
    return protocol.vectorsOf(JSON.parse(text))
  } catch (error) {
    // What they say of an answer repeats parts of it.
    if (error instanceof SyntaxError) throw new UnusableAnswerError('answered what is not JSON')
    if (error instanceof ZodError) throw new UnusableAnswerError('answered something else than vectors')
    throw error
  }
}

/** The vectors of an answer, of length 1. Throws UnusableAnswerError where they are not what was asked for. */
const checked = (vectors: readonly number[][], count: number): number[][] => {
  if (vectors.length !== count) {
    throw new UnusableAnswerError(`answered with ${vectors.length} vectors for ${count} texts`)
  }
  return vectors.map((vector) => {
    if (vector.length !== DIMENSIONS) {
      throw new UnusableAnswerError(`answered with vectors of ${vector.length} numbers instead of ${DIMENSIONS}`)
    }
    const length = Math.hypot(...vector)
    if (!Number.isFinite(length) || length === 0)
      throw new UnusableAnswerError('answered with a vector without direction')
    return vector.map((part) => part / length)
  })
}
