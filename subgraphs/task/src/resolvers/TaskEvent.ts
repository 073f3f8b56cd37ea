import { encodeCursor } from '@mothership/platform/connection'
import { shownWords } from '../domain/visibility.ts'
import type { TaskEventResolvers } from '../generated/resolvers.ts'

export const TaskEvent: TaskEventResolvers = {
  cursor: ({ position }) => encodeCursor([position]),
  message: ({ message, isAgents, of }, _, { maySee }) => shownWords(message, isAgents, maySee(of)),
}
