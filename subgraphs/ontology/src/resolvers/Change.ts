import type { Resolvers } from '../generated/resolvers.ts'

export const Change: NonNullable<Resolvers['Change']> = {
  nodeId: ({ id }) => id,
}
