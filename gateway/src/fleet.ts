import type { Foundation } from '@mothership/platform/runtime'
import type { SubgraphClient, SubgraphName } from '@mothership/platform/subgraph-client'
import type { Disposer } from '@mothership/platform/time'

/** The four subgraphs, wherever they run, and what the gateway itself stands on. */
export interface Fleet {
  readonly foundation: Foundation
  readonly clients: Readonly<Record<SubgraphName, SubgraphClient>>
  /** Null where every subgraph can serve, else what is waited for. */
  ready(): Promise<string | null>
  dispose: Disposer
}
