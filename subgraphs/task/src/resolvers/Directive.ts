import type { DirectiveResolvers } from '../generated/resolvers.ts'
import { ANY_TASK } from '../store/reads.ts'
import { tasksConnection } from './tasks-connection.ts'

export const Directive: DirectiveResolvers = {
  __resolveReference: ({ id }) => ({ id }),
  tasks: ({ id }, page, context) => tasksConnection(context, page, { ...ANY_TASK, directiveId: id }),
}
