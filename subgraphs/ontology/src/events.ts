import type { EventDraft } from '@mothership/platform/events'
import type { Revision } from './domain/change.ts'

/** The stream of this subgraph. */
export const ONTOLOGY_STREAM = 'ontology'

/** The ontology is one entity: its version is the number of its newest revision. */
export const ONTOLOGY_ID = 'ontology'

/** The topics of the stream, with what an event of each carries. */
interface OntologyEvents {
  'ontology.revised': { number: number; author: string; changeCount: number }
}

/** The one event of a revision. What changed is asked for by its number: the list may be long. */
export const revised = ({ number, author, changeCount }: Revision): EventDraft => {
  const payload: OntologyEvents['ontology.revised'] = { number, author, changeCount }
  return { entityId: ONTOLOGY_ID, version: number, type: 'ontology.revised', payload, payloadVersion: 1 }
}
