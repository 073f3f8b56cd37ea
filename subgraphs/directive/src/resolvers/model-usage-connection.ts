import { type Connection, decodeCursor, encodeCursor, pageSize, toConnection } from '@mothership/platform/connection'
import { BadUserInputError } from '@mothership/platform/errors'
import type { DirectiveStore } from '../store.ts'
import type { DayUsage } from '../store/model-usage.ts'

/** A day of the calendar: no 30th of February, and no year 0, which PostgreSQL does not have. */
const isDay = (text: string): boolean => {
  const time = Date.parse(`${text}T00:00:00Z`)
  return !Number.isNaN(time) && new Date(time).toISOString().slice(0, 10) === text && !text.startsWith('0000')
}

const dayOf = (cursor: string): string => {
  const [day] = decodeCursor(cursor, 1)
  if (typeof day === 'string' && isDay(day)) return day
  throw new BadUserInputError('after is not a cursor of this list. Hand back one that an earlier answer gave.', {
    path: 'after',
  })
}

/** A page of the days with calls of language models, the newest first. */
export const modelUsageConnection = async (
  store: DirectiveStore,
  page: { first?: number | null | undefined; after?: string | null | undefined },
): Promise<Connection<DayUsage>> => {
  const first = pageSize(page.first)
  const before = page.after == null ? null : dayOf(page.after)
  return toConnection({
    rows: await store.usageByDay({ rows: first + 1, before }),
    first,
    cursorOf: ({ day }) => encodeCursor([day]),
    totalCount: () => store.countUsageDays(),
    hasPreviousPage: before !== null,
  })
}
