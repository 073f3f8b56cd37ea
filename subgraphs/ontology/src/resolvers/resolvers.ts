import type { Resolvers } from '../generated/resolvers.ts'
import { Belief } from './Belief.ts'
import { Change } from './Change.ts'
import { GoverningBelief } from './GoverningBelief.ts'
import { Mutation } from './Mutation.ts'
import { OntologyDiff } from './OntologyDiff.ts'
import { OntologyNode } from './OntologyNode.ts'
import { Query } from './Query.ts'
import { Relation } from './Relation.ts'
import { Revision } from './Revision.ts'
import { SearchHit } from './SearchHit.ts'
import { StrengthExplanation } from './StrengthExplanation.ts'
import { Subscription } from './Subscription.ts'
import { Value } from './Value.ts'
import { ValueLink } from './ValueLink.ts'

/** Every type that is more than its properties. */
export const resolvers: Resolvers = {
  Belief,
  Change,
  GoverningBelief,
  Mutation,
  OntologyDiff,
  OntologyNode,
  Query,
  Relation,
  Revision,
  SearchHit,
  StrengthExplanation,
  Subscription,
  Value,
  ValueLink,
}
