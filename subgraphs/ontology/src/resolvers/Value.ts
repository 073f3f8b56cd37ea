import { pageSize, toConnection } from '@mothership/platform/connection'
import type { Resolvers } from '../generated/resolvers.ts'
import { afterWeight, weightCursor } from './cursors.ts'

export const Value: NonNullable<Resolvers['Value']> = {
  __resolveReference: ({ id }, { loaders }) => loaders.at(null).value.load(id),
  beliefs: async ({ id, asOf }, { first, after }, { loaders }) => {
    const size = pageSize(first)
    const view = loaders.at(asOf)
    const rows = await view.linkPage.load({ owner: id, after: afterWeight(after), limit: size + 1 })
    return toConnection({
      rows,
      first: size,
      cursorOf: weightCursor,
      totalCount: async () => (await view.linkCount.load(id))[0]?.count ?? 0,
      hasPreviousPage: after !== null && after !== undefined,
    })
  },
}
