import pRetry, { AbortError } from 'p-retry'
import { sleep } from './time.ts'

/** The service answered, but not with what was asked for: not JSON, cut off, or against the schema. Worth another try. */
export class UnusableAnswerError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options)
    this.name = 'UnusableAnswerError'
  }
}

/** One try took longer than it may. */
export class CallTimeoutError extends Error {
  readonly milliseconds: number
  constructor(milliseconds: number) {
    super(`did not answer within ${Number((milliseconds / 1000).toFixed(1))} s`)
    this.name = 'CallTimeoutError'
    this.milliseconds = milliseconds
  }
}

/** The longest Retry-After that is waited for: a service that asks for more is given up at once, never asked too early. */
const MAX_RETRY_AFTER_MILLISECONDS = 10_000
const BASE_MILLISECONDS = 500
const MAX_MILLISECONDS = 8000

type Retrying = Readonly<{
  /** Tries in all, the first one included. */
  attempts: number
  /** What one try may take; its signal aborts then. */
  timeoutMilliseconds: number
  /** Ends the try that runs, and every wait: nothing is tried again. `retrying` then throws the signal's reason. */
  signal?: AbortSignal | undefined
  /** The first wait, which doubles up to 16 times as much, times a random factor between 1 and 2. 500 where it is not given. */
  baseMilliseconds?: number | undefined
  maxRetryAfterMilliseconds?: number | undefined
}>

/**
 * Calls a paid service of others, again where that may help: after 429, 5xx, a failed connection, a time-out and an
 * UnusableAnswerError. Any other failure (a bad request, a bad key, a model that is not there) is thrown at once, as it
 * came. The only place that retries: set the clients' own retries to 0.
 */
export const retrying = <T>(
  call: (attempt: Readonly<{ number: number; signal: AbortSignal }>) => Promise<T>,
  options: Retrying,
): Promise<T> => {
  const { attempts, timeoutMilliseconds, signal, baseMilliseconds = BASE_MILLISECONDS } = options
  const longest = options.maxRetryAfterMilliseconds ?? MAX_RETRY_AFTER_MILLISECONDS
  return pRetry(
    async (number) => {
      try {
        return await limited((own) => call({ number, signal: own }), timeoutMilliseconds, signal)
      } catch (error) {
        if (isWorthAnotherTry(error) && (retryAfter(error) ?? 0) <= longest) throw error
        throw new AbortError(toError(error))
      }
    },
    {
      retries: attempts - 1,
      minTimeout: baseMilliseconds,
      maxTimeout: Math.min(MAX_MILLISECONDS, baseMilliseconds * 16),
      randomize: true,
      signal,
      // The back-off comes on top: who was told the same time must not come back all at once.
      onFailedAttempt: async ({ error, retriesLeft }) => {
        if (retriesLeft > 0) await sleep(retryAfter(error) ?? 0, signal)
      },
    },
  )
}

/** A client that does not heed its signal is left alone when the time is over: what it answers later is dropped. */
const limited = <T>(
  call: (signal: AbortSignal) => Promise<T>,
  milliseconds: number,
  outer: AbortSignal | undefined,
): Promise<T> =>
  new Promise((resolve, reject) => {
    const own = new AbortController()
    const end = (reason: unknown): void => {
      reject(toError(reason))
      own.abort(reason)
    }
    const onOuter = (): void => end(outer?.reason)
    const timer = setTimeout(() => end(new CallTimeoutError(milliseconds)), milliseconds)
    outer?.addEventListener('abort', onOuter, { once: true })
    void (async () => {
      try {
        resolve(await call(own.signal))
      } catch (error) {
        reject(toError(error))
      } finally {
        clearTimeout(timer)
        outer?.removeEventListener('abort', onOuter)
      }
    })()
  })

const toError = (error: unknown): Error => (error instanceof Error ? error : new Error(String(error)))

const isWorthAnotherTry = (error: unknown): boolean => {
  if (error instanceof UnusableAnswerError || error instanceof CallTimeoutError) return true
  const status = statusOf(error)
  if (status !== null) return (status === 429 && !isOutOfQuota(error)) || status === 408 || status >= 500
  return error instanceof SyntaxError || isConnectionFailure(error)
}

/** OpenAI's 429 for an account without money: no wait helps. */
const isOutOfQuota = (error: unknown): boolean => field(error, 'code') === 'insufficient_quota'

const field = (value: unknown, name: string): unknown =>
  typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[name] : undefined

/** An error, and what caused it: clients wrap each other's. */
const chain = (error: unknown): unknown[] => {
  const links: unknown[] = []
  for (let link = error; link !== undefined && link !== null && links.length < 8; link = field(link, 'cause'))
    links.push(link)
  return links
}

/** The HTTP status that a client's error tells of, wherever it keeps it; null where no answer came. */
export const statusOf = (error: unknown): number | null => {
  for (const link of chain(error)) {
    const places = [field(link, 'status'), field(link, 'statusCode'), field(field(link, 'response'), 'status')]
    const status = places.map(Number).find((number) => Number.isInteger(number) && number >= 100 && number < 600)
    if (status !== undefined) return status
  }
  return null
}

const headerOf = (error: unknown, name: string): string | null => {
  for (const link of chain(error)) {
    for (const headers of [field(link, 'headers'), field(field(link, 'response'), 'headers')]) {
      const value = headers instanceof Headers ? headers.get(name) : field(headers, name)
      if (typeof value === 'string') return value
    }
  }
  return null
}

/** What Retry-After says, in milliseconds: seconds or a date; null where it is not there or says nothing. */
const retryAfter = (error: unknown): number | null => {
  const text = headerOf(error, 'retry-after')?.trim()
  if (text === undefined || text === '') return null
  const milliseconds = /^\d+(\.\d+)?$/.test(text) ? Number(text) * 1000 : Date.parse(text) - Date.now()
  return Number.isNaN(milliseconds) ? null : Math.max(0, milliseconds)
}

const CONNECTION_CODE = /^(UND_ERR_|ECONN|EPIPE|ETIMEDOUT|ENOTFOUND|EAI_AGAIN|EHOST|ENET)/
const CONNECTION_MESSAGE =
  /^(fetch failed|terminated|other side closed|socket hang up|premature close|connection error\.?)$/i

const isConnectionFailure = (error: unknown): boolean =>
  chain(error).some((link) => {
    const [code, message] = [field(link, 'code'), field(link, 'message')]
    return (
      (typeof code === 'string' && CONNECTION_CODE.test(code)) ||
      (typeof message === 'string' && CONNECTION_MESSAGE.test(message))
    )
  })

/**
 * Why a call failed, in words of our own: what a service writes may repeat the key or what it was asked.
 * Fits after the service's name, e.g. "answered 429".
 */
export const describeRemoteFailure = (error: unknown): string => {
  if (error instanceof UnusableAnswerError || error instanceof CallTimeoutError) return error.message
  const status = statusOf(error)
  if (status === 401 || status === 403) return `refused the key (${status})`
  if (status === 404) return 'does not know this model or address (404)'
  if (status !== null) return `answered ${status}`
  if (error instanceof SyntaxError) return 'answered what is not JSON'
  return isConnectionFailure(error) ? 'could not be reached' : 'could not be asked'
}
