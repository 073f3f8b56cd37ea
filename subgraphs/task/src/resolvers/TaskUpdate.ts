import { NotFoundError } from '@mothership/platform/errors'
import type { Context } from '../context.ts'
import type { Task } from '../domain/task.ts'
import type { TaskUpdateResolvers } from '../generated/resolvers.ts'

const getTask = async (id: string, { loaders }: Context): Promise<Task> => {
  const task = await loaders.task.load(id)
  if (!task) throw new NotFoundError(`There is no task ${id}.`, { id })
  return task
}

export const TaskUpdate: TaskUpdateResolvers = {
  task: ({ taskId }, _, context) => getTask(taskId, context),
  event: async ({ taskId, news }, _, context) => news && { ...news, of: await getTask(taskId, context) },
}
