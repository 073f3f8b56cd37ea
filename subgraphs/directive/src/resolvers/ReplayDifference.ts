import type { ReplayDifferenceResolvers } from '../generated/resolvers.ts'

export const ReplayDifference: ReplayDifferenceResolvers = {
  task: ({ taskId }) => ({ id: taskId }),
}
