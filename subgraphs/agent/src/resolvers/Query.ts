import { decodeCursor, encodeCursor, pageSize, toConnection } from '@mothership/platform/connection'
import { BadUserInputError } from '@mothership/platform/errors'
import { isId } from '../domain/agent.ts'
import type { QueryResolvers } from '../generated/resolvers.ts'

/** Both lists are placed by a time and an id. */
const placeOf = (cursor: string | null | undefined): { at: Date; id: string } | null => {
  if (cursor == null) return null
  const [time, id] = decodeCursor(cursor, 2)
  const at = new Date(typeof time === 'string' ? time : Number.NaN)
  if (Number.isNaN(at.getTime()) || typeof id !== 'string' || !isId(id)) {
    throw new BadUserInputError('after is not a cursor of this list.', { path: 'after' })
  }
  return { at, id }
}

export const Query: QueryResolvers = {
  agent: (_, { id }, { agents }) => agents.load(id),

  agents: async (_, args, { store }) => {
    const first = pageSize(args.first)
    const place = placeOf(args.after)
    const filter = { state: args.state ?? null, skill: args.skill ?? null }
    const after = place && { registeredAt: place.at, id: place.id }
    return toConnection({
      rows: await store.pageOfAgents({ rows: first + 1, after, filter }),
      first,
      cursorOf: (agent) => encodeCursor([agent.registeredAt.toISOString(), agent.id]),
      totalCount: () => store.countAgents(filter),
      hasPreviousPage: place !== null,
    })
  },

  agentCredentials: async (_, args, { store }) => {
    const first = pageSize(args.first)
    const place = placeOf(args.after)
    return toConnection({
      rows: await store.pageOfCredentials(first + 1, place && { issuedAt: place.at, id: place.id }),
      first,
      cursorOf: (credential) => encodeCursor([credential.issuedAt.toISOString(), credential.id]),
      totalCount: () => store.countCredentials(),
      hasPreviousPage: place !== null,
    })
  },

  agentOf: (_, { credentialId, instance }, { store }) => store.findAgentOf(credentialId, instance ?? null),

  exchangeAgentSecret: async (_, { secret }, { store }) => {
    const credential = await store.findCredentialBySecret(secret)
    return credential && { credentialId: credential.id, name: credential.name }
  },
}
