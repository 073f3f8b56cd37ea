import { cursorPosition, encodeCursor } from '@mothership/platform/connection'
import type { StoredEvent } from '@mothership/platform/events'
import { NotFoundError } from '@mothership/platform/errors'
import { mapAsync } from '@mothership/platform/iterate'
import type { Context } from '../context.ts'
import { STREAM, taskTypeOf } from '../events.ts'
import type { SubscriptionResolvers } from '../generated/resolvers.ts'

// A loader keeps what it loaded for a request; a subscription outlives it, and must show the directive as it is now.
const toUpdate = async (event: StoredEvent, { store }: Context) => {
  const [directive] = await store.findDirectives([event.entityId])
  return { directiveUpdates: { cursor: encodeCursor([event.position]), directive, change: event.type, at: event.at } }
}

export const Subscription: SubscriptionResolvers = {
  directiveUpdates: {
    subscribe: async (_, { id, taskType, after }, context) => {
      const { events, loaders } = context
      const start = after == null ? await events.head() : cursorPosition(after)
      const directive = id == null ? null : await loaders.directive.load(id)
      if (id != null && !directive) throw new NotFoundError(`There is no directive ${id}.`, { id })
      const source = events.follow({ stream: STREAM, after: start, entityId: directive?.id })
      return mapAsync(source, (event) => toUpdate(event, context), {
        filter: (event) => taskType == null || taskTypeOf(event) === taskType,
      })
    },
  },
}
