import { pageSize, toConnection } from '@mothership/platform/connection'
import { placeOf, timeCursor } from '@mothership/platform/time-cursor'
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
  replay: (_, { id }, { loaders }) => loaders.replay.load(id),
  replays: async (_, { first, after }, { replayStore }) => {
    const size = pageSize(first)
    const place = placeOf(after)
    return toConnection({
      rows: await replayStore.pageOfReplays({ rows: size + 1, after: place }),
      first: size,
      cursorOf: ({ startedAt, id }) => timeCursor(startedAt, id),
      totalCount: replayStore.countReplays,
      hasPreviousPage: place !== null,
    })
  },
  overriddenOften: async (_, { first, after, beliefId }, { store }) => {
    const records = await store.findOverriddenOften({ first, after: after ?? null, beliefId: beliefId ?? null })
    return records.map((record) => ({ beliefId: record.id, record }))
  },
  validateRules: (_, { rules }) => validateRules(rules),
}
