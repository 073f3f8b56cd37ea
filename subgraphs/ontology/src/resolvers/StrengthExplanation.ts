import { pageSize } from '@mothership/platform/connection'
import { contributionsTo } from '../domain/strength.ts'
import type { Resolvers } from '../generated/resolvers.ts'

/** Its parent is the belief. */
export const StrengthExplanation: NonNullable<Resolvers['StrengthExplanation']> = {
  contributions: async ({ id, credence, asOf }, { first }, { loaders }) => {
    const most = pageSize(first)
    const inputs = await loaders.at(asOf).inputs.load({ owner: id, most })
    return contributionsTo(credence, { inputs, energy: inputs[0]?.energy ?? 0 }).slice(0, most)
  },
  contributionCount: async ({ id, asOf }, _, { loaders }) => {
    const [strongest] = await loaders.at(asOf).inputs.load({ owner: id, most: 1 })
    return strongest?.count ?? 0
  },
}
