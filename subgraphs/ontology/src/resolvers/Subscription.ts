import type { Context } from '../context.ts'
import type { Revision } from '../domain/change.ts'
import type { InboxChange } from '../domain/inbox-change.ts'
import type { Presence } from '../domain/presence.ts'
import type { Progress } from '../store/embeddings.ts'
import type { Resolvers } from '../generated/resolvers.ts'
import { mustExist } from './Relation.ts'

export const Subscription: NonNullable<Resolvers['Subscription']> = {
  ontologyChanged: {
    subscribe: (_, { after }, { watch }) => watch.revisions(after ?? null),
    resolve: (revision: Revision, _: unknown, { loaders }: Context) => {
      // One context serves the whole subscription: what it read for the last event is of the past.
      loaders.clear()
      return revision
    },
  },
  inboxChanged: {
    subscribe: (_, __, { watch }) => watch.inbox(),
    resolve: (change: InboxChange) => change,
  },
  proposalChanged: {
    subscribe: (_, { id }, { proposals }) => proposals.follow(id ?? null),
    resolve: async ({ id }: { id: string }, _: unknown, { loaders }: Context) => {
      loaders.clear()
      return mustExist(await loaders.proposals.proposal.load(id))
    },
  },
  curatorPresence: {
    subscribe: (_, __, { presence }) => presence.follow(),
    resolve: (list: Presence[]) => list,
  },
  embeddingProgress: {
    subscribe: (_, __, { embeddings }) => embeddings.follow(),
    resolve: (progress: Progress) => progress,
  },
}
