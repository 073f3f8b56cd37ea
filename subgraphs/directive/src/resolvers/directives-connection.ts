import { type Connection, pageSize, toConnection } from '@mothership/platform/connection'
import { placeOf, timeCursor } from '@mothership/platform/time-cursor'
import type { Directive } from '../domain/directive.ts'
import type { DirectiveFilter, DirectiveStore } from '../store.ts'

/** A page of directives, newest first; they are counted only where somebody asks. */
export const directivesConnection = async (
  store: DirectiveStore,
  page: { first?: number | null | undefined; after?: string | null | undefined; filter: DirectiveFilter },
): Promise<Connection<Directive>> => {
  const { filter } = page
  const first = pageSize(page.first)
  const after = placeOf(page.after)
  const rows = await store.pageOfDirectives({ rows: first + 1, after, filter })
  return toConnection({
    rows,
    first,
    cursorOf: ({ createdAt, id }) => timeCursor(createdAt, id),
    totalCount: () => store.countDirectives(filter),
    hasPreviousPage: after !== null,
  })
}
