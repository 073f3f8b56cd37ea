import type { TaskResolvers } from '../generated/resolvers.ts'

export const Task: TaskResolvers = {
  __resolveReference: ({ id }) => ({ id }),
  modelUsage: ({ id }, _, { loaders }) => loaders.usageOfTask.load(id),
}
