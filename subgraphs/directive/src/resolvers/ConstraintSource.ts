import type { ConstraintSourceResolvers } from '../generated/resolvers.ts'
import { beliefReference } from '../context.ts'

export const ConstraintSource: ConstraintSourceResolvers = {
  belief: ({ beliefId }) => beliefReference(beliefId),
}
