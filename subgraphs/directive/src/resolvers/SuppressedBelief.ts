import type { SuppressedBeliefResolvers } from '../generated/resolvers.ts'
import { beliefReference } from '../context.ts'

export const SuppressedBelief: SuppressedBeliefResolvers = {
  belief: ({ beliefId }) => beliefReference(beliefId),
  by: ({ by }) => (by === null ? null : beliefReference(by)),
}
