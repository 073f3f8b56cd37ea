import type { Resolvers } from '../generated/resolvers.ts'
import { mustExist } from './Relation.ts'

export const Impact: NonNullable<Resolvers['Impact']> = {
  belief: async ({ of }, _, { loaders }) => mustExist(await loaders.at(null).belief.load(of)),
}
