import type { Resolvers } from '../generated/resolvers.ts'
import { Agent } from './Agent.ts'
import { AgentHealth } from './AgentHealth.ts'
import { AgentUpdate } from './AgentUpdate.ts'
import { Mutation } from './Mutation.ts'
import { Query } from './Query.ts'
import { Subscription } from './Subscription.ts'

/** Every type that is more than its properties. */
export const resolvers: Resolvers = { Agent, AgentHealth, AgentUpdate, Mutation, Query, Subscription }
