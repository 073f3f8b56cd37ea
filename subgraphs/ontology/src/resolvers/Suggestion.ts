import { reasonOf, suggestionId } from '../domain/suggestion.ts'
import type { Resolvers } from '../generated/resolvers.ts'
import { mustExist } from './Relation.ts'

export const Suggestion: NonNullable<Resolvers['Suggestion']> = {
  id: (suggestion) => suggestionId(suggestion),
  belief: async ({ beliefId }, _, { loaders }) => mustExist(await loaders.at(null).belief.load(beliefId)),
  reason: (suggestion) => reasonOf(suggestion),
}
