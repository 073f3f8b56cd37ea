import { cursorPosition, encodeCursor } from '@mothership/platform/connection'
import { NotFoundError } from '@mothership/platform/errors'
import type { StoredEvent } from '@mothership/platform/events'
import { mapAsync, startWith } from '@mothership/platform/iterate'
import { Stream, toNews, type Update } from '../events.ts'
import type { SubscriptionResolvers } from '../generated/resolvers.ts'
import { followAvailability } from '../steps/availability.ts'

const toUpdate = (event: StoredEvent): Update => ({
  cursor: encodeCursor([event.position]),
  taskId: event.entityId,
  news: toNews(event),
})

export const Subscription: SubscriptionResolvers = {
  taskUpdates: {
    subscribe: async (_, { id, type, after }, { events, loaders }) => {
      // Before the task is read: what happens in between is told twice rather than not at all.
      const position = after == null ? await events.head() : cursorPosition(after)
      const task = id == null ? null : await loaders.task.load(id)
      if (id != null && !task) throw new NotFoundError(`There is no task ${id}.`, { id })
      const stored = events.follow({ stream: Stream.TASK, after: position, entityId: task?.id })
      const updates = mapAsync(stored, toUpdate, {
        filter: (event) => type == null || toNews(event).taskType === type,
      })
      const asItStands: Update[] = task ? [{ cursor: encodeCursor([position]), taskId: task.id, news: null }] : []
      return mapAsync(startWith(asItStands, updates), (taskUpdates) => ({ taskUpdates }))
    },
  },
  assignmentsAvailable: {
    subscribe: async (_, _arguments, context) =>
      mapAsync(await followAvailability(context, context.identity), (assignmentsAvailable) => ({
        assignmentsAvailable,
      })),
  },
}
