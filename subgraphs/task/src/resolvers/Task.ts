import { cursorPosition, encodeCursor, pageSize, toConnection } from '@mothership/platform/connection'
import { hasResult } from '../domain/state.ts'
import { isOfAnother, shownError, shownWords } from '../domain/visibility.ts'
import { type ShownEvent, Stream, toNews } from '../events.ts'
import type { TaskResolvers } from '../generated/resolvers.ts'

export const Task: TaskResolvers = {
  __resolveReference: ({ id }, { loaders }) => loaders.task.load(id),
  input: async (task, _, { loaders }) => (await loaders.content.load(task)).input,
  result: async (task, _, { loaders }) => (hasResult(task.state) ? (await loaders.content.load(task)).result : null),
  trace: async (task, _, { loaders }) => (hasResult(task.state) ? (await loaders.content.load(task)).trace : null),
  progressMessage: (task, _, { maySee }) => shownWords(task.progressMessage, true, maySee(task)),
  error: (task, _, { maySee }) => shownError(task, maySee(task)),
  directive: ({ directiveId }) => (directiveId === null ? null : { id: directiveId }),
  agent: (task, _, { identity }) =>
    task.agentId === null || isOfAnother(task, identity) ? null : { id: task.agentId },
  compliance: ({ complianceId }) => (complianceId === null ? null : { id: complianceId }),
  reviewReason: (task) => (task.state === 'NEEDS_REVIEW' ? task.review.reason : null),
  completedAt: (task) =>
    task.state === 'COMPLETED' || task.state === 'FAILED' || task.state === 'CANCELLED' ? task.completedAt : null,
  events: async (task, { first, after }, { events }) => {
    const size = pageSize(first)
    const position = after == null ? 0 : cursorPosition(after)
    const stored =
      size === 0 ? [] : await events.read({ stream: Stream.TASK, after: position, limit: size + 1, entityId: task.id })
    return toConnection({
      rows: stored.map((event): ShownEvent => ({ ...toNews(event), of: task })),
      first: size,
      cursorOf: (event) => encodeCursor([event.position]),
      // Versions have no gaps.
      totalCount: task.version,
      hasPreviousPage: position > 0,
    })
  },
}
