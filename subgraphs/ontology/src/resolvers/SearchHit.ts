import type { Resolvers } from '../generated/resolvers.ts'
import { mustExist } from './Relation.ts'

export const SearchHit: NonNullable<Resolvers['SearchHit']> = {
  node: async ({ id, kind }, _, { loaders }) =>
    mustExist(await (kind === 'VALUE' ? loaders.at(null).value.load(id) : loaders.at(null).belief.load(id))),
}
