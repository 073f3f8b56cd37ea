import { pageSize, toConnection } from '@mothership/platform/connection'
import type { Resolvers } from '../generated/resolvers.ts'
import { afterWeight, weightCursor } from './cursors.ts'

export const Value: NonNullable<Resolvers['Value']> = {
  __resolveReference: ({ id }, { loaders }) => loaders.value.load(id),
  // Every view is of now: looking back is UNAVAILABLE.
  asOf: () => null,
  beliefs: async ({ id }, { first, after }, { loaders }) => {
    const size = pageSize(first)
    const rows = await loaders.linkPage.load({ owner: id, after: afterWeight(after), limit: size + 1 })
    return toConnection({
      rows,
      first: size,
      cursorOf: weightCursor,
      totalCount: async () => (await loaders.linkCount.load(id))[0]?.count ?? 0,
      hasPreviousPage: after !== null && after !== undefined,
    })
  },
}
