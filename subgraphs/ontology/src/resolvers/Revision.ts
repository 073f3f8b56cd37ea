import { encodeCursor, pageSize, toConnection } from '@mothership/platform/connection'
import type { Resolvers } from '../generated/resolvers.ts'
import { afterNumber } from './cursors.ts'

export const Revision: NonNullable<Resolvers['Revision']> = {
  changes: async ({ number, changeCount }, { first, after }, { loaders }) => {
    const size = pageSize(first)
    const key = { owner: String(number), after: afterNumber(after) ?? -1, limit: size + 1 }
    const rows = await loaders.changePage.load(key)
    return toConnection({
      rows,
      first: size,
      cursorOf: ({ ordinal }) => encodeCursor([ordinal]),
      totalCount: changeCount,
      hasPreviousPage: after !== null && after !== undefined,
    })
  },
}
