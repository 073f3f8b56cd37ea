import type { EventLog } from '@mothership/platform/events'
import type { RequestContext } from '@mothership/platform/subgraph'
import type { Compliance } from './compliance.ts'
import type { Directives } from './directives.ts'
import type { Finding } from './domain/compliance.ts'
import type { Loaders } from './loaders.ts'
import type { Replays } from './replays.ts'
import type { Models } from './models/models.ts'
import type { DirectiveStore } from './store.ts'
import type { ReplayStore } from './store/replays.ts'

/** A belief, which the ontology knows; here only its id is known. */
export interface BeliefReference {
  readonly __typename: 'Belief'
  readonly id: string
}

/** The reference by which the ontology resolves a belief. */
export const beliefReference = (id: string): BeliefReference => ({ __typename: 'Belief', id })

/** A task, which the task subgraph knows; here only what its models used is known. */
export interface TaskReference {
  readonly id: string
}

/** A finding with the directive that its constraint stands in. */
export interface FindingOfReport extends Finding {
  readonly directiveId: string
}

/** What the resolvers of one request share. */
export interface Context extends RequestContext {
  readonly directives: Directives
  readonly compliance: Compliance
  readonly replays: Replays
  readonly models: Models
  readonly store: DirectiveStore
  readonly replayStore: ReplayStore
  readonly events: EventLog
  readonly loaders: Loaders
}
