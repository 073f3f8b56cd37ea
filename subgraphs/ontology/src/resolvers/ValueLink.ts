import type { Resolvers } from '../generated/resolvers.ts'
import { mustExist } from './Relation.ts'

export const ValueLink: NonNullable<Resolvers['ValueLink']> = {
  belief: async ({ belief }, _, { loaders }) => mustExist(await loaders.belief.load(belief)),
  value: async ({ value }, _, { loaders }) => mustExist(await loaders.value.load(value)),
}
