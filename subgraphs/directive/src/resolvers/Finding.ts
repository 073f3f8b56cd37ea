import type { FindingResolvers } from '../generated/resolvers.ts'

export const Finding: FindingResolvers = {
  constraint: async ({ constraintId, directiveId }, _, { loaders }) => {
    const directive = await loaders.directive.load(directiveId)
    const constraint = directive?.constraints.find(({ id }) => id === constraintId)
    if (!constraint) throw new Error(`the directive ${directiveId} has no constraint ${constraintId}`)
    return constraint
  },
}
