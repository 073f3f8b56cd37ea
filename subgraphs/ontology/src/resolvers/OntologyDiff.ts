import { encodeCursor, pageSize, toConnection } from '@mothership/platform/connection'
import type { Resolvers } from '../generated/resolvers.ts'
import { afterPlace } from './cursors.ts'

export const OntologyDiff: NonNullable<Resolvers['OntologyDiff']> = {
  added: async (diff) => (await diff.counts()).added,
  removed: async (diff) => (await diff.counts()).removed,
  changed: async (diff) => (await diff.counts()).changed,
  entries: async (diff, { first, after }) => {
    const size = pageSize(first)
    return toConnection({
      rows: await diff.page({ after: afterPlace(after), limit: size + 1 }),
      first: size,
      cursorOf: ({ place: { rank, key, id } }) => encodeCursor([rank, key, id]),
      totalCount: async () => {
        const { added, removed, changed } = await diff.counts()
        return added + removed + changed
      },
      hasPreviousPage: after !== null && after !== undefined,
    })
  },
}
