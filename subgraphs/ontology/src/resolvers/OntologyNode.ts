import { type Belief, isBelief, type Value } from '../domain/node.ts'
import type { Resolvers } from '../generated/resolvers.ts'

export const OntologyNode: NonNullable<Resolvers['OntologyNode']> = {
  __resolveType: (node) => (isBelief(node as Value | Belief) ? 'Belief' : 'Value'),
}
