import { AsyncLocalStorage } from 'node:async_hooks'
import { randomUUID } from 'node:crypto'
import { destination, pino, type Logger } from 'pino'
import { Registry, collectDefaultMetrics } from 'prom-client'

export type { Logger } from 'pino'
export type Metrics = Registry

/** The header that carries a correlation id between processes. */
export const CORRELATION_HEADER = 'x-correlation-id'

const correlation = new AsyncLocalStorage<string>()

/** The correlation id of the work in progress; a fresh one outside of any. */
export const correlationId = (): string => correlation.getStore() ?? randomUUID()

/** The correlation id of the work in progress; null outside of any. */
export const currentCorrelationId = (): string | null => correlation.getStore() ?? null

/** Runs work under a correlation id: its logs, events, jobs and calls to peers carry it. */
export const withCorrelationId = <T>(id: string, work: () => T): T => correlation.run(id, work)

/** Runs work that serves many requests, whichever of them woke it: it has no correlation id. */
export const withoutCorrelationId = <T>(work: () => T): T => correlation.exit(work)

/** A correlation id that came from outside, where it is one that we would log; a fresh one otherwise. */
export const acceptCorrelationId = (given: unknown): string =>
  typeof given === 'string' && /^[\w.:-]{1,100}$/.test(given) ? given : randomUUID()

/** What must never be written to a log, wherever it stands in what is logged. */
const SECRETS = ['authorization', 'password', 'secret', 'token', 'accessToken', 'refreshToken', 'agentSecret']

/**
 * A logger that adds the correlation id to each line and censors secrets.
 * It writes to standard error: standard output belongs to what a person reads.
 */
export const createLogger = (options: { name: string; level: string }): Logger =>
  pino(
    {
      name: options.name,
      level: options.level,
      redact: { paths: SECRETS.flatMap((key) => [key, `*.${key}`, `*.*.${key}`]), censor: '[secret]' },
      serializers: { error: describeError },
      mixin: () => {
        const id = correlation.getStore()
        return id === undefined ? {} : { correlationId: id }
      },
    },
    destination({ dest: 2, sync: true }),
  )

/** What a log keeps of an error: libraries hang whole queries with their values on theirs. */
const describeError = (error: unknown): unknown => {
  if (!(error instanceof Error)) return error
  const { name: type, message, stack } = error
  const code = 'code' in error ? error.code : undefined
  return { type, message, ...(code !== undefined && { code }), stack }
}

/** The process's metrics, for Prometheus. */
export const createMetrics = (): Metrics => {
  const metrics = new Registry()
  collectDefaultMetrics({ register: metrics })
  return metrics
}
