import { BadUserInputError } from './errors.ts'

const DEFAULT_PAGE = 50
const MAX_PAGE = 500

/** The number of nodes that a page holds: 50 where none is asked for. Throws BadUserInputError outside 0 to 500. */
export const pageSize = (first: number | null | undefined): number => {
  const size = first ?? DEFAULT_PAGE
  if (size < 0 || size > MAX_PAGE) {
    throw new BadUserInputError(`first is ${size}; it may be 0 to ${MAX_PAGE}. Page on with after.`, { path: 'first' })
  }
  return size
}

type CursorPart = string | number | null

/** An opaque cursor of what places a node in its list. */
export const encodeCursor = (parts: readonly CursorPart[]): string =>
  Buffer.from(JSON.stringify(parts)).toString('base64url')

/** What `encodeCursor` was given. Throws BadUserInputError where it is no cursor of that many parts. */
export const decodeCursor = (cursor: string, count: number): CursorPart[] => {
  try {
    const parts: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString())
    if (Array.isArray(parts) && parts.length === count && parts.every(isCursorPart)) return parts
  } catch {
    // Falls through: what does not parse is no cursor.
  }
  throw new BadUserInputError('after is not a cursor of this list. Hand back one that an earlier answer gave.', {
    path: 'after',
  })
}

const isCursorPart = (part: unknown): part is CursorPart =>
  part === null || typeof part === 'number' || (typeof part === 'string' && !part.includes('\0'))

/** The position in the event log that a subscription's cursor holds. */
export const cursorPosition = (cursor: string): number => {
  const [position] = decodeCursor(cursor, 1)
  if (typeof position === 'number' && Number.isSafeInteger(position) && position >= 0) return position
  throw new BadUserInputError('after is not a cursor of this subscription.', { path: 'after' })
}

export interface Connection<T> {
  nodes: T[]
  edges: { node: T; cursor: string }[]
  pageInfo: { hasNextPage: boolean; hasPreviousPage: boolean; startCursor: string | null; endCursor: string | null }
  totalCount: number | (() => Promise<number> | number)
}

/**
 * A Relay connection of rows, of which the caller read one more than it was asked for.
 * A `totalCount` that is a function is called only where the client asks for it.
 */
export const toConnection = <T>(options: {
  rows: readonly T[]
  first: number
  cursorOf: (row: T) => string
  totalCount: Connection<T>['totalCount']
  hasPreviousPage?: boolean
}): Connection<T> => {
  const nodes = options.rows.slice(0, options.first)
  const edges = nodes.map((node) => ({ node, cursor: options.cursorOf(node) }))
  return {
    nodes,
    edges,
    pageInfo: {
      hasNextPage: options.rows.length > options.first,
      hasPreviousPage: options.hasPreviousPage ?? false,
      startCursor: edges[0]?.cursor ?? null,
      endCursor: edges.at(-1)?.cursor ?? null,
    },
    totalCount: options.totalCount,
  }
}
