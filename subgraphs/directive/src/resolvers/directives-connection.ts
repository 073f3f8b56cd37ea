import { BadUserInputError } from '@mothership/platform/errors'
import { type Connection, decodeCursor, encodeCursor, pageSize, toConnection } from '@mothership/platform/connection'
import type { Directive } from '../domain/directive.ts'
import { isUuid } from '../domain/request.ts'
import type { DirectiveFilter, DirectivesPage, DirectiveStore } from '../store.ts'

const cursorOf = ({ createdAt, id }: Directive): string => encodeCursor([createdAt.toISOString(), id])

const afterOf = (cursor: string | null | undefined): DirectivesPage['after'] => {
  if (cursor == null) return null
  const [time, id] = decodeCursor(cursor, 2)
  const createdAt = new Date(String(time))
  if (typeof id === 'string' && isUuid(id) && !Number.isNaN(createdAt.getTime())) return { createdAt, id }
  throw new BadUserInputError('after is not a cursor of this list.', { path: 'after' })
}

/** A page of directives, newest first; they are counted only where somebody asks. */
export const directivesConnection = async (
  store: DirectiveStore,
  page: { first?: number | null | undefined; after?: string | null | undefined; filter: DirectiveFilter },
): Promise<Connection<Directive>> => {
  const { filter } = page
  const first = pageSize(page.first)
  const after = afterOf(page.after)
  const rows = await store.pageOfDirectives({ rows: first + 1, after, filter })
  return toConnection({
    rows,
    first,
    cursorOf,
    totalCount: () => store.countDirectives(filter),
    hasPreviousPage: after !== null,
  })
}
