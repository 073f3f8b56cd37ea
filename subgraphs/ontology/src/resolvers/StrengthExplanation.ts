import { contributionsTo } from '../domain/strength.ts'
import type { Resolvers } from '../generated/resolvers.ts'

/** Its parent is the belief. */
export const StrengthExplanation: NonNullable<Resolvers['StrengthExplanation']> = {
  contributions: async ({ id, credence, asOf }, _, { loaders }) =>
    contributionsTo(credence, await loaders.at(asOf).inputs.load(id)),
}
