import { pageSize, toConnection } from '@mothership/platform/connection'
import { levelOf } from '../domain/node.ts'
import type { Match } from '../domain/search.ts'
import type { Resolvers } from '../generated/resolvers.ts'
import { afterWeight, weightCursor } from './cursors.ts'

export const Belief: NonNullable<Resolvers['Belief']> = {
  __resolveReference: ({ id }, { loaders }) => loaders.at(null).belief.load(id),
  level: (belief) => levelOf(belief),
  relatedValues: async ({ id, asOf, deletedAt }, { includeDeleted }, { loaders }) => {
    const { links, formerLinks } = loaders.at(asOf)
    const present = await links.load(id)
    return deletedAt === null && !includeDeleted ? present : [...present, ...(await formerLinks.load(id))]
  },
  relations: async ({ id, asOf }, { direction, first, after }, { loaders }) => {
    const size = pageSize(first)
    const view = loaders.at(asOf)
    const key = { owner: id, direction: direction ?? 'BOTH' }
    const rows = await view.relationPage.load({ ...key, after: afterWeight(after), limit: size + 1 })
    return toConnection({
      rows,
      first: size,
      cursorOf: weightCursor,
      totalCount: async () => (await view.relationCount.load(key))[0]?.count ?? 0,
      hasPreviousPage: after !== null && after !== undefined,
    })
  },
  unmetDependencies: ({ id, asOf }, _, { loaders }) => loaders.at(asOf).unmetDependencies.load(id),
  explanation: (belief) => belief,
  similar: async ({ id }, { first }, { loaders }): Promise<Match[]> => {
    const near = await loaders.similar.load({ owner: id, first: pageSize(first) })
    return near
      .filter(({ similarity }) => similarity > 0)
      .map((one) => ({ id: one.id, kind: one.kind, score: Math.min(1, one.similarity), matchedBy: ['MEANING'] }))
  },
}
