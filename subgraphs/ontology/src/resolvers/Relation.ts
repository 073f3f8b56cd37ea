import type { Resolvers } from '../generated/resolvers.ts'

export const Relation: NonNullable<Resolvers['Relation']> = {
  from: async ({ from, asOf }, _, { loaders }) => mustExist(await loaders.at(asOf).belief.load(from)),
  to: async ({ to, asOf }, _, { loaders }) => mustExist(await loaders.at(asOf).belief.load(to)),
}

/** Values and beliefs keep their rows for ever, and relations refer to rows. */
export const mustExist = <T>(node: T | null): T => {
  if (node === null) throw new Error('a relation or link refers to nothing')
  return node
}
