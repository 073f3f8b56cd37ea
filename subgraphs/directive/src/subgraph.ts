import { defineSubgraph } from '@mothership/platform/subgraph'
import { createCompliance } from './compliance.ts'
import { type Context, createLoaders } from './context.ts'
import { createDirectives } from './directives.ts'
import { Belief } from './resolvers/Belief.ts'
import { BeliefConflict } from './resolvers/BeliefConflict.ts'
import { ComplianceReport } from './resolvers/ComplianceReport.ts'
import { ConstraintSource } from './resolvers/ConstraintSource.ts'
import { Directive } from './resolvers/Directive.ts'
import { Finding } from './resolvers/Finding.ts'
import { Mutation } from './resolvers/Mutation.ts'
import { Query } from './resolvers/Query.ts'
import { Subscription } from './resolvers/Subscription.ts'
import { SuppressedBelief } from './resolvers/SuppressedBelief.ts'
import { createDirectiveStore } from './store.ts'

const resolvers = {
  Belief,
  BeliefConflict,
  ComplianceReport,
  ConstraintSource,
  Directive,
  Finding,
  Mutation,
  Query,
  Subscription,
  SuppressedBelief,
}

/** Compiles directives from beliefs, and checks what agents do against them. */
export const directiveSubgraph = defineSubgraph<Context>({
  name: 'directive',
  schema: new URL('../schema.graphql', import.meta.url),
  start: async ({ database, events, peers }) => {
    const store = createDirectiveStore({ database, events })
    const directives = createDirectives({ store, peers })
    const compliance = createCompliance({ store })
    return {
      resolvers,
      context: (request) => ({ ...request, store, events, directives, compliance, loaders: createLoaders(store) }),
      ready: async () => null,
      dispose: async () => undefined,
    }
  },
})
