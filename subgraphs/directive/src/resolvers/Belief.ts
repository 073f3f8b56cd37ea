import { isUuid } from '@mothership/platform/uuid'
import type { BeliefResolvers } from '../generated/resolvers.ts'
import { beliefReference } from '../context.ts'
import { NO_RECORD } from '../domain/record.ts'
import { directivesConnection } from './directives-connection.ts'

const NO_BELIEF = '00000000-0000-0000-0000-000000000000'

export const Belief: BeliefResolvers = {
  __resolveReference: ({ id }) => beliefReference(id),
  record: async ({ id }, _, { loaders }) => (await loaders.record.load(id)) ?? NO_RECORD,
  directives: ({ id }, { first, after, status }, { store }) =>
    directivesConnection(store, { first, after, filter: { beliefId: isUuid(id) ? id : NO_BELIEF, status } }),
}
