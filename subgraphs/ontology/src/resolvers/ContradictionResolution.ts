import type { Resolvers } from '../generated/resolvers.ts'

export const ContradictionResolution: NonNullable<Resolvers['ContradictionResolution']> = {
  revision: ({ revision }, _, { loaders }) => (revision === null ? null : loaders.revision.load(revision)),
}
