import type { Resolvers } from '../generated/resolvers.ts'
import { mustExist } from './Relation.ts'

export const ValueLink: NonNullable<Resolvers['ValueLink']> = {
  belief: async ({ belief, asOf }, _, { loaders }) => mustExist(await loaders.at(asOf).belief.load(belief)),
  value: async ({ value, asOf }, _, { loaders }) => mustExist(await loaders.at(asOf).value.load(value)),
}
