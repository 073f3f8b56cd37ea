import type { Contradiction as ContradictionModel } from '../domain/contradiction.ts'
import { pairId } from '../domain/pair.ts'
import { toImpact } from '../domain/reach.ts'
import type { Resolvers } from '../generated/resolvers.ts'
import { mustExist } from './Relation.ts'

/** How many beliefs a blast radius has. */
const MAX_BLAST = 100

const weakerOf = ({ first, second, stronger }: ContradictionModel): string => (stronger === first ? second : first)

export const Contradiction: NonNullable<Resolvers['Contradiction']> = {
  id: (contradiction) => pairId(contradiction),
  belief: async ({ stronger }, _, { loaders }) => mustExist(await loaders.at(null).belief.load(stronger)),
  with: async (contradiction, _, { loaders }) => mustExist(await loaders.at(null).belief.load(weakerOf(contradiction))),
  blastRadius: async ({ first, second, stronger }, _, { loaders }) => {
    const key = { owner: `${first},${second}`, direction: 'DOWNSTREAM', limit: MAX_BLAST } as const
    return toImpact(stronger, await loaders.reached.load(key), MAX_BLAST)
  },
}
