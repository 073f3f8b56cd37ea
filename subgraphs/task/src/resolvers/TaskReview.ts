import type { TaskReviewResolvers } from '../generated/resolvers.ts'

export const TaskReview: TaskReviewResolvers = {
  compliance: ({ complianceId }) => (complianceId === null ? null : { id: complianceId }),
}
