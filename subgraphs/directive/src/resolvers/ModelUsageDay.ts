import type { ModelUsageDayResolvers } from '../generated/resolvers.ts'

export const ModelUsageDay: ModelUsageDayResolvers = {
  usage: (day) => day,
}
