import type { AssignmentResolvers } from '../generated/resolvers.ts'

export const Assignment: AssignmentResolvers = {
  id: ({ attempt }) => attempt.id,
  attempt: ({ task }) => task.attempts,
  leaseExpiresAt: ({ attempt }) => attempt.leaseExpiresAt,
  directive: ({ task }) => {
    if (task.directiveId === null) throw new Error(`task ${task.id} was lent without a directive`)
    return { id: task.directiveId }
  },
  feedback: ({ task }) => (task.feedbackId === null ? null : { id: task.feedbackId }),
}
