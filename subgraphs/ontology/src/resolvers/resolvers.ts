import type { Resolvers } from '../generated/resolvers.ts'
import { ArgumentPath } from './ArgumentPath.ts'
import { Belief } from './Belief.ts'
import { Change } from './Change.ts'
import { Contradiction } from './Contradiction.ts'
import { ContradictionResolution } from './ContradictionResolution.ts'
import { Duplicate } from './Duplicate.ts'
import { Coverage } from './Coverage.ts'
import { Impact } from './Impact.ts'
import { Mutation } from './Mutation.ts'
import { OntologyDiff } from './OntologyDiff.ts'
import { OntologyNode } from './OntologyNode.ts'
import { Proposal } from './Proposal.ts'
import { Query } from './Query.ts'
import { ReachedBelief } from './ReachedBelief.ts'
import { Relation } from './Relation.ts'
import { Revision } from './Revision.ts'
import { SearchHit } from './SearchHit.ts'
import { StrengthExplanation } from './StrengthExplanation.ts'
import { Subscription } from './Subscription.ts'
import { Suggestion } from './Suggestion.ts'
import { Value } from './Value.ts'
import { ValueLink } from './ValueLink.ts'

/** Every type that is more than its properties. */
export const resolvers: Resolvers = {
  ArgumentPath,
  Belief,
  Change,
  Contradiction,
  ContradictionResolution,
  Duplicate,
  Coverage,
  Impact,
  Mutation,
  OntologyDiff,
  OntologyNode,
  Proposal,
  Query,
  ReachedBelief,
  Relation,
  Revision,
  SearchHit,
  StrengthExplanation,
  Subscription,
  Suggestion,
  Value,
  ValueLink,
}
