import type { Resolvers } from '../generated/resolvers.ts'
import { Belief } from './Belief.ts'
import { BeliefConflict } from './BeliefConflict.ts'
import { ComplianceReport } from './ComplianceReport.ts'
import { Constraint } from './Constraint.ts'
import { ConstraintSource } from './ConstraintSource.ts'
import { Directive } from './Directive.ts'
import { Finding } from './Finding.ts'
import { Mutation } from './Mutation.ts'
import { ModelUsageDay } from './ModelUsageDay.ts'
import { Query } from './Query.ts'
import { Replay } from './Replay.ts'
import { ReplayDifference } from './ReplayDifference.ts'
import { Subscription } from './Subscription.ts'
import { SuppressedBelief } from './SuppressedBelief.ts'
import { Task } from './Task.ts'

/** Every type that is more than its properties. */
export const resolvers: Resolvers = {
  Belief,
  BeliefConflict,
  ComplianceReport,
  Constraint,
  ConstraintSource,
  Directive,
  Finding,
  ModelUsageDay,
  Mutation,
  Query,
  Replay,
  ReplayDifference,
  Subscription,
  SuppressedBelief,
  Task,
}
