import type { Resolvers } from '../generated/resolvers.ts'
import { Agent } from './Agent.ts'
import { Assignment } from './Assignment.ts'
import { AssignmentHold } from './AssignmentHold.ts'
import { Directive } from './Directive.ts'
import { Mutation } from './Mutation.ts'
import { Query } from './Query.ts'
import { Subscription } from './Subscription.ts'
import { Task } from './Task.ts'
import { TaskEvent } from './TaskEvent.ts'
import { TaskReview } from './TaskReview.ts'
import { TaskUpdate } from './TaskUpdate.ts'

/** Every type that is more than its properties. */
export const resolvers: Resolvers = {
  Agent,
  Assignment,
  AssignmentHold,
  Directive,
  Mutation,
  Query,
  Subscription,
  Task,
  TaskEvent,
  TaskReview,
  TaskUpdate,
}
