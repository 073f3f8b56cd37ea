import { cursorPosition, encodeCursor } from '@mothership/platform/connection'
import type { StoredEvent } from '@mothership/platform/events'
import { NotFoundError } from '@mothership/platform/errors'
import { mapAsync, startWith } from '@mothership/platform/iterate'
import type { Replay } from '../domain/replay.ts'
import type { Context } from '../context.ts'
import { isOfDirective, STREAM, taskTypeOf } from '../events.ts'
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
        filter: (event) => isOfDirective(event) && (taskType == null || taskTypeOf(event) === taskType),
      })
    },
  },
  replayUpdates: {
    subscribe: async (_, { id, after }, { events, replayStore }) => {
      // Before the replay is read: what happens in between is told twice rather than not at all.
      const start = after == null ? await events.head() : cursorPosition(after)
      const find = async (): Promise<Replay | undefined> => (await replayStore.findReplays([id]))[0]
      const replay = await find()
      if (!replay) throw new NotFoundError(`There is no replay ${id}.`, { id })
      const positions = mapAsync(
        events.follow({ stream: STREAM, after: start, entityId: replay.id }),
        ({ position }) => position,
      )
      const source = after == null ? startWith([start], positions) : positions
      return mapAsync(source, async (position) => ({
        // One that was forgotten meanwhile is told as it last was.
        replayUpdates: { cursor: encodeCursor([position]), replay: (await find()) ?? replay },
      }))
    },
  },
}
