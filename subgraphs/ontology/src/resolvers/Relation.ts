import type { Resolvers } from '../generated/resolvers.ts'

export const Relation: NonNullable<Resolvers['Relation']> = {
  from: async ({ from }, _, { loaders }) => mustExist(await loaders.belief.load(from)),
  to: async ({ to }, _, { loaders }) => mustExist(await loaders.belief.load(to)),
}

/** Values and beliefs keep their rows for ever, and relations refer to rows. */
export const mustExist = <T>(node: T | null): T => {
  if (node === null) throw new Error('a relation or link refers to nothing')
  return node
}
