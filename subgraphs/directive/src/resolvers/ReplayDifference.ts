import { Role, roleIncludes } from '@mothership/platform/identity'
import { findingsFor } from '../domain/replay.ts'
import type { ReplayDifferenceResolvers } from '../generated/resolvers.ts'

export const ReplayDifference: ReplayDifferenceResolvers = {
  task: ({ taskId }) => ({ id: taskId }),
  findings: ({ findings }, _, { identity }) =>
    findingsFor(findings, { maySeeWork: roleIncludes(identity.role, Role.OPERATOR) }),
}
