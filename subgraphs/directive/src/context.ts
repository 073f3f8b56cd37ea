import type { RequestContext } from '@mothership/platform/subgraph'
import DataLoader from 'dataloader'
import type { Compliance } from './compliance.ts'
import type { Directives } from './directives.ts'
import type { ComplianceReport, Finding } from './domain/compliance.ts'
import type { Directive } from './domain/directive.ts'
import type { EventLog } from '@mothership/platform/events'
import type { DirectiveStore } from './store.ts'

/** A belief, which the ontology knows; here only its id is known. */
export interface BeliefReference {
  readonly __typename: 'Belief'
  readonly id: string
}

/** The reference by which the ontology resolves a belief. */
export const beliefReference = (id: string): BeliefReference => ({ __typename: 'Belief', id })

/** A finding with the directive that its constraint stands in. */
export interface FindingOfReport extends Finding {
  readonly directiveId: string
}

/** What the resolvers of one request share. */
export interface Context extends RequestContext {
  readonly directives: Directives
  readonly compliance: Compliance
  readonly store: DirectiveStore
  readonly events: EventLog
  readonly loaders: Loaders
}

export interface Loaders {
  readonly directive: DataLoader<string, Directive | null>
  readonly report: DataLoader<string, ComplianceReport | null>
}

const batch =
  <T extends { readonly id: string }>(find: (ids: readonly string[]) => Promise<T[]>) =>
  async (ids: readonly string[]): Promise<(T | null)[]> => {
    const byId = new Map((await find(ids)).map((found) => [found.id, found]))
    // The database writes UUIDs in lower case.
    return ids.map((id) => byId.get(id.toLowerCase()) ?? null)
  }

/** Loaders of one request: what it asks for at once is read at once. */
export const createLoaders = (store: DirectiveStore): Loaders => ({
  directive: new DataLoader(batch(store.findDirectives)),
  report: new DataLoader(batch(store.findReports)),
})
