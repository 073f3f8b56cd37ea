import type { BeliefConflictResolvers } from '../generated/resolvers.ts'
import { beliefReference } from '../context.ts'

export const BeliefConflict: BeliefConflictResolvers = {
  belief: ({ beliefId }) => beliefReference(beliefId),
  with: ({ withId }) => beliefReference(withId),
}
