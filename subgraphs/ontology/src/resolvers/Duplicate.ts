import { pairId } from '../domain/pair.ts'
import type { Resolvers } from '../generated/resolvers.ts'
import { mustExist } from './Relation.ts'

export const Duplicate: NonNullable<Resolvers['Duplicate']> = {
  id: (duplicate) => pairId(duplicate),
  belief: async ({ better }, _, { loaders }) => mustExist(await loaders.at(null).belief.load(better)),
  with: async ({ first, second, better }, _, { loaders }) =>
    mustExist(await loaders.at(null).belief.load(better === first ? second : first)),
}
