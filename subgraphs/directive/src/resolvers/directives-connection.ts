import { type Connection, pageSize, toConnection } from '@mothership/platform/connection'
import { placeOf, timeCursor } from '@mothership/platform/time-cursor'
import { unavailable } from '@mothership/platform/unavailable'
import { type Directive, DirectiveStatus } from '../domain/directive.ts'
import type { DirectiveFilter, DirectiveStore } from '../store.ts'

// Nothing compiles a kept directive again in this version: an empty list would say that all of them still stand.
const assertTold = (status: DirectiveFilter['status']): void => {
  if (status === DirectiveStatus.STALE || status === DirectiveStatus.SUPERSEDED) {
    throw unavailable(`Telling which directives are ${status}`)
  }
}

/** A page of directives, newest first; they are counted only where somebody asks. Throws UnavailableError. */
export const directivesConnection = async (
  store: DirectiveStore,
  page: { first?: number | null | undefined; after?: string | null | undefined; filter: DirectiveFilter },
): Promise<Connection<Directive>> => {
  const { filter } = page
  assertTold(filter.status)
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
