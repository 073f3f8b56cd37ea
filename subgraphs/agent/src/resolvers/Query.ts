import { pageSize, toConnection } from '@mothership/platform/connection'
import { placeOf, timeCursor } from '@mothership/platform/time-cursor'
import type { QueryResolvers } from '../generated/resolvers.ts'

export const Query: QueryResolvers = {
  agent: (_, { id }, { loaders }) => loaders.agent.load(id),

  agents: async (_, args, { store }) => {
    const first = pageSize(args.first)
    const after = placeOf(args.after)
    const filter = { state: args.state ?? null, skill: args.skill ?? null }
    return toConnection({
      rows: await store.pageOfAgents({ rows: first + 1, after, filter }),
      first,
      cursorOf: (agent) => timeCursor(agent.registeredAt, agent.id),
      totalCount: () => store.countAgents(filter),
      hasPreviousPage: after !== null,
    })
  },

  agentCredentials: async (_, args, { store }) => {
    const first = pageSize(args.first)
    const after = placeOf(args.after)
    return toConnection({
      rows: await store.pageOfCredentials(first + 1, after),
      first,
      cursorOf: (credential) => timeCursor(credential.issuedAt, credential.id),
      totalCount: () => store.countCredentials(),
      hasPreviousPage: after !== null,
    })
  },

  agentOf: (_, { credentialId, instance }, { store }) => store.findAgentOf(credentialId, instance ?? null),

  skillIds: (_, { first }, { store }) => store.findSkillIds(first),

  exchangeAgentSecret: async (_, { secret }, { store }) => {
    const credential = await store.findCredentialBySecret(secret)
    return credential && { credentialId: credential.id, name: credential.name }
  },
}
