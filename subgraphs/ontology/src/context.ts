import type { Identity } from '@mothership/platform/identity'
import type { RequestContext } from '@mothership/platform/subgraph'
import type { Coverage } from './coverage.ts'
import type { Drafts } from './drafts.ts'
import type { Edits } from './edits.ts'
import type { EmbeddingProgress } from './embedding-progress.ts'
import type { Exchange } from './exchange.ts'
import type { Inbox } from './inbox.ts'
import type { Loaders } from './loaders.ts'
import type { PresenceService } from './presence.ts'
import type { Proposals } from './proposals.ts'
import type { Governing } from './governing.ts'
import type { OntologySearch } from './search.ts'
import type { OntologyStore } from './store.ts'
import type { Suggestions } from './suggestions.ts'
import type { Watch } from './watch.ts'
import type { WhatIf } from './what-if.ts'

/** What the resolvers of one request stand on. */
export interface Context extends RequestContext {
  readonly store: OntologyStore
  readonly edits: Edits
  readonly drafts: Drafts
  readonly exchange: Exchange
  readonly inbox: Inbox
  readonly search: OntologySearch
  readonly govern: Governing
  readonly coverage: (identity: Identity) => Coverage
  readonly embeddings: EmbeddingProgress
  readonly suggestions: Suggestions
  readonly watch: Watch
  readonly proposals: Proposals
  readonly presence: PresenceService
  readonly whatIf: WhatIf
  readonly loaders: Loaders
}
