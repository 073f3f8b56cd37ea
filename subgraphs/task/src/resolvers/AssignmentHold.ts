import type { AssignmentHoldResolvers } from '../generated/resolvers.ts'

export const AssignmentHold: AssignmentHoldResolvers = {
  violation: ({ violationId }) => (violationId === null ? null : { id: violationId }),
}
