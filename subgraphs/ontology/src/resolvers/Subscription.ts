import type { Context } from '../context.ts'
import type { Revision } from '../domain/change.ts'
import type { Progress } from '../embedding-progress.ts'
import type { Resolvers } from '../generated/resolvers.ts'

export const Subscription: NonNullable<Resolvers['Subscription']> = {
  ontologyChanged: {
    subscribe: (_, { after }, { watch }) => watch.revisions(after ?? null),
    resolve: (revision: Revision, _: unknown, { loaders }: Context) => {
      // One context serves the whole subscription: what it read for the last event is of the past.
      loaders.clear()
      return revision
    },
  },
  embeddingProgress: {
    subscribe: (_, __, { embeddings }) => embeddings.follow(),
    resolve: (progress: Progress) => progress,
  },
}
