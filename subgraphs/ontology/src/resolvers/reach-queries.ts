import { toImpact } from '../domain/reach.ts'
import type { Resolvers } from '../generated/resolvers.ts'
import { within } from './within.ts'

const MAX_REACHED = 2000
const MAX_PATH = 20

/** What is asked about how beliefs bear on each other over several relations. */
export const reachQueries: Pick<NonNullable<Resolvers['Query']>, 'impact' | 'path'> = {
  impact: async (_, { beliefId, direction, limit: given }, { loaders }) => {
    const limit = within('limit', given ?? 300, [1, MAX_REACHED])
    const belief = await loaders.at(null).belief.load(beliefId)
    if (belief === null) return null
    const reached = await loaders.reached.load({ owner: belief.id, direction: direction ?? 'DOWNSTREAM', limit })
    return toImpact(belief.id, reached, limit)
  },
  path: async (_, { from, to, maxLength }, { store, loaders }) => {
    const length = within('maxLength', maxLength ?? 10, [1, MAX_PATH])
    const [first, last] = await Promise.all([from, to].map((id) => loaders.at(null).belief.load(id)))
    return first && last ? store.findPath({ from: first.id, to: last.id, maxLength: length }) : null
  },
}
