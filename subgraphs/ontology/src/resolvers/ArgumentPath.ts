import type { Resolvers } from '../generated/resolvers.ts'
import { mustExist } from './Relation.ts'

export const ArgumentPath: NonNullable<Resolvers['ArgumentPath']> = {
  beliefs: ({ beliefs }, _, { loaders }) =>
    Promise.all(beliefs.map(async (id) => mustExist(await loaders.at(null).belief.load(id)))),
}
