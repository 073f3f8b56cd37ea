import { GraphQLError, type GraphQLFormattedError } from 'graphql'
import { correlationId, type Logger } from './telemetry.ts'

/** The codes that clients see in `extensions.code`. */
export const ErrorCode = {
  BAD_USER_INPUT: 'BAD_USER_INPUT',
  NOT_FOUND: 'NOT_FOUND',
  CONFLICT: 'CONFLICT',
  UNAUTHENTICATED: 'UNAUTHENTICATED',
  FORBIDDEN: 'FORBIDDEN',
  RATE_LIMITED: 'RATE_LIMITED',
  QUERY_TOO_COSTLY: 'QUERY_TOO_COSTLY',
  STALE_ASSIGNMENT: 'STALE_ASSIGNMENT',
  UNAVAILABLE: 'UNAVAILABLE',
} as const
export type ErrorCode = (typeof ErrorCode)[keyof typeof ErrorCode]

/** What a caller may see of a failure besides its message, e.g. `{ path: 'changes[3].name' }`. */
export type ErrorDetails = Readonly<Record<string, unknown>>

/** A failure that callers tell apart. Anything else that is thrown is a bug, and is masked. */
export abstract class MothershipError extends Error {
  abstract readonly code: ErrorCode
  readonly details: ErrorDetails

  constructor(message: string, details: ErrorDetails = {}) {
    super(message)
    this.name = new.target.name
    this.details = details
  }
}

export class BadUserInputError extends MothershipError {
  readonly code = ErrorCode.BAD_USER_INPUT
}
export class NotFoundError extends MothershipError {
  readonly code = ErrorCode.NOT_FOUND
}
export class ConflictError extends MothershipError {
  readonly code = ErrorCode.CONFLICT
}
export class UnauthenticatedError extends MothershipError {
  readonly code = ErrorCode.UNAUTHENTICATED
}
export class ForbiddenError extends MothershipError {
  readonly code = ErrorCode.FORBIDDEN
}
export class RateLimitedError extends MothershipError {
  readonly code = ErrorCode.RATE_LIMITED
}
export class QueryTooCostlyError extends MothershipError {
  readonly code = ErrorCode.QUERY_TOO_COSTLY
}
export class StaleAssignmentError extends MothershipError {
  readonly code = ErrorCode.STALE_ASSIGNMENT
}
export class UnavailableError extends MothershipError {
  readonly code = ErrorCode.UNAVAILABLE
}

const CLASSES: Record<ErrorCode, new (message: string, details?: ErrorDetails) => MothershipError> = {
  BAD_USER_INPUT: BadUserInputError,
  NOT_FOUND: NotFoundError,
  CONFLICT: ConflictError,
  UNAUTHENTICATED: UnauthenticatedError,
  FORBIDDEN: ForbiddenError,
  RATE_LIMITED: RateLimitedError,
  QUERY_TOO_COSTLY: QueryTooCostlyError,
  STALE_ASSIGNMENT: StaleAssignmentError,
  UNAVAILABLE: UnavailableError,
}

const isErrorCode = (code: unknown): code is ErrorCode => typeof code === 'string' && code in ErrorCode

/** The error of a code that came over the wire; null where the code is none of ours. */
export const errorOfCode = (code: unknown, message: string, details: ErrorDetails = {}): MothershipError | null =>
  isErrorCode(code) ? new CLASSES[code](message, details) : null

const MASKED = 'Something went wrong on our side. Quote the correlation id when you report it.'

/** Codes of GraphQL and of Apollo that say nothing of our insides: the caller's own request, document or variables. */
const CALLERS_FAULT = new Set([
  'BAD_REQUEST',
  'GRAPHQL_PARSE_FAILED',
  'GRAPHQL_VALIDATION_FAILED',
  'OPERATION_RESOLUTION_FAILURE',
])

/** Codes of Apollo's protocol of persisted queries: clients look for exactly these, and send the whole query then. */
const PROTOCOL = new Set(['PERSISTED_QUERY_NOT_FOUND', 'PERSISTED_QUERY_NOT_SUPPORTED'])

/**
 * Maps an error of an execution to what a client may see: our own with their code and details, the caller's faults
 * as BAD_USER_INPUT, a bug masked and logged.
 */
export const presentError = (error: unknown, logger: Logger): GraphQLFormattedError => {
  const graphql = error instanceof GraphQLError ? error : new GraphQLError(String(error))
  const original = error instanceof GraphQLError ? (error.originalError ?? null) : error
  const place = {
    ...(graphql.path && { path: graphql.path }),
    ...(graphql.locations && { locations: graphql.locations }),
  }
  if (original instanceof MothershipError) {
    return { message: original.message, ...place, extensions: { ...original.details, code: original.code } }
  }
  const { code } = graphql.extensions
  if (isErrorCode(code)) {
    const { serviceName: _service, stacktrace: _stack, http: _http, ...extensions } = graphql.extensions
    return { message: graphql.message, ...place, extensions }
  }
  // Without an original error it was raised by GraphQL itself: a variable or literal that does not fit its type.
  const isCallersFault = typeof code === 'string' ? CALLERS_FAULT.has(code) : isInputCoercion(graphql, original)
  if (isCallersFault) {
    return { message: graphql.message, ...place, extensions: { code: ErrorCode.BAD_USER_INPUT } }
  }
  if (typeof code === 'string' && PROTOCOL.has(code))
    return { message: graphql.message, ...place, extensions: { code } }
  // Masked before, in the process where it happened: its log has the error under this id.
  if (code === 'INTERNAL_SERVER_ERROR' && typeof graphql.extensions['correlationId'] === 'string') {
    const { correlationId: id } = graphql.extensions
    return { message: MASKED, ...place, extensions: { code, correlationId: id } }
  }
  logger.error({ error: original ?? graphql, path: graphql.path }, 'a resolver failed')
  return {
    message: MASKED,
    ...place,
    extensions: { code: 'INTERNAL_SERVER_ERROR', correlationId: correlationId() },
  }
}

/** GraphQL reports input that it cannot coerce before any resolver ran: there is no path then. */
const isInputCoercion = (error: GraphQLError, original: unknown): boolean =>
  error.path === undefined && (original === null || original instanceof GraphQLError)
