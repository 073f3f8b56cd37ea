import { CombinedGraphQLErrors, ServerError } from '@apollo/client/errors'

/** An error in words: what happened, what the person can do, and what to quote to whoever runs the server. */
export type ErrorWords = { title: string; advice: string; reference: string | null }

const adviceByCode: Record<string, string> = {
  BAD_USER_INPUT: 'Correct what it names, then try again.',
  NOT_FOUND: 'It may have been removed. Go back to the list and open it again.',
  CONFLICT: 'Somebody else changed it meanwhile. Reload, look at it again, and repeat what you wanted to do.',
  UNAUTHENTICATED: 'Your session has ended. Sign in again.',
  FORBIDDEN: 'Your role does not allow this. Ask an administrator for the role that does.',
  RATE_LIMITED: 'Too many requests in a short time. Wait a few seconds, then try again.',
  QUERY_TOO_COSTLY: 'This asked for too much at once. Narrow it down, then try again.',
  UNAVAILABLE: 'A part of the system is not ready. Wait a moment, then try again.',
  INTERNAL_SERVER_ERROR: 'This is our fault, and it has been logged. Try again; if it stays, quote the reference.',
}

const titleByCode: Record<string, string> = {
  FORBIDDEN: 'You may not do this',
  UNAUTHENTICATED: 'You are signed out',
  INTERNAL_SERVER_ERROR: 'Something went wrong on the server',
}

/** The `extensions.code` of the first GraphQL error, or null where the failure is none of the schema's. */
export const errorCode = (error: unknown): string | null => {
  if (!CombinedGraphQLErrors.is(error)) return null
  const code = error.errors[0]?.extensions?.['code']
  return typeof code === 'string' ? code : null
}

/** Turns whatever was thrown into words; never shows a stack or a raw object. */
export const describeError = (error: unknown): ErrorWords => {
  if (CombinedGraphQLErrors.is(error)) return describeGraphQLError(error)
  if (ServerError.is(error)) {
    return {
      title: `The server answered ${error.statusCode}`,
      advice: error.statusCode >= 500 ? 'It may be starting or restarting. Try again in a moment.' : 'Reload the page.',
      reference: null,
    }
  }
  if (error instanceof TypeError) {
    return {
      title: 'The mothership cannot be reached',
      advice: 'Check that it is running and that you are connected, then try again.',
      reference: null,
    }
  }
  const title = error instanceof Error && error.message ? error.message : 'Something unexpected happened'
  return { title, advice: 'Try again. If it stays, reload the page.', reference: null }
}

const describeGraphQLError = (error: CombinedGraphQLErrors): ErrorWords => {
  const first = error.errors[0]
  const code = errorCode(error) ?? ''
  const reference = first?.extensions?.['correlationId']
  return {
    title: titleByCode[code] ?? first?.message ?? 'The request failed',
    advice: adviceByCode[code] ?? 'Try again. If it stays, reload the page.',
    reference: typeof reference === 'string' ? reference : null,
  }
}
