import type { DirectiveResolvers } from '../generated/resolvers.ts'

export const Directive: DirectiveResolvers = {
  __resolveReference: ({ id }, { loaders }) => loaders.directive.load(id),
  modelUsage: ({ id }, _, { loaders }) => loaders.usageOfDirective.load(id),
}
