import type { QueryResolvers } from '../generated/resolvers.ts'
import { validateRules } from '../domain/validate-rules.ts'
import { directivesConnection } from './directives-connection.ts'
import { modelUsageConnection } from './model-usage-connection.ts'

export const Query: QueryResolvers = {
  directive: (_, { id }, { loaders }) => loaders.directive.load(id),
  directives: (_, { first, after, taskType, status }, { store }) =>
    directivesConnection(store, { first, after, filter: { taskType, status } }),
  languageModels: (_, __, { models }) => models.states(),
  modelBudget: (_, __, { models }) => models.today(),
  modelUsage: (_, page, { store }) => modelUsageConnection(store, page),
  previewDirective: (_, { taskType, input }, { directives, identity }) =>
    directives.preview({ taskType, input }, identity),
  governedBeliefs: (_, { first, after }, { store }) => store.findGovernedBeliefs({ first, after: after ?? null }),
  validateRules: (_, { rules }) => validateRules(rules),
}
