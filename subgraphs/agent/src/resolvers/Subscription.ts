import { cursorPosition, encodeCursor } from '@mothership/platform/connection'
import { NotFoundError } from '@mothership/platform/errors'
import type { StoredEvent } from '@mothership/platform/events'
import { mapAsync } from '@mothership/platform/iterate'
import { type AgentUpdate, readAgentEvent } from '../events.ts'
import type { SubscriptionResolvers } from '../generated/resolvers.ts'

const toUpdate = (event: StoredEvent): AgentUpdate => {
  const payload = readAgentEvent(event)
  if (payload === null) throw new Error(`the event at ${event.position} is not of an agent`)
  return { ...payload, cursor: encodeCursor([event.position]), at: event.at }
}

export const Subscription: SubscriptionResolvers = {
  agentUpdates: {
    subscribe: async (_, { id, after }, { events, loaders }) => {
      const position = after == null ? await events.head() : cursorPosition(after)
      const agent = id == null ? null : await loaders.agent.load(id)
      if (id != null && !agent) throw new NotFoundError(`There is no agent ${id}.`, { id })
      const stored = events.follow({ stream: 'agent', after: position, entityId: agent?.id })
      const updates = mapAsync(stored, toUpdate, { filter: (event) => readAgentEvent(event) !== null })
      return mapAsync(updates, (agentUpdates) => ({ agentUpdates }))
    },
  },
}
