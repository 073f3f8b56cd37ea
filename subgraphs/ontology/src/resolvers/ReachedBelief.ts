import type { Resolvers } from '../generated/resolvers.ts'
import { mustExist } from './Relation.ts'

export const ReachedBelief: NonNullable<Resolvers['ReachedBelief']> = {
  belief: async ({ id }, _, { loaders }) => mustExist(await loaders.at(null).belief.load(id)),
}
