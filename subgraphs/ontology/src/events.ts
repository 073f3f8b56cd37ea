import type { EventDraft } from '@mothership/platform/events'
import type { JsonValue } from '@mothership/platform/json'
import type { Revision } from './domain/change.ts'
import type { InboxAction, InboxChange } from './domain/inbox-change.ts'
import { ProposalEvent, type ProposalStep } from './domain/proposal.ts'
import type { OntologySettings } from './domain/settings.ts'

/** The stream of this subgraph. */
export const ONTOLOGY_STREAM = 'ontology'

/** The ontology is one entity: its version is the number of its newest revision. */
export const ONTOLOGY_ID = 'ontology'

/** The topics of the stream, with what an event of each carries. */
interface OntologyEvents {
  'ontology.revised': { number: number; author: string; changeCount: number }
  'inbox.changed': { action: InboxAction; itemId: string; by: string }
  'settings.changed': { directEdits: string; requiredApprovals: number; by: string }
}

/** The one event of a revision. What changed is asked for by its number: the list may be long. */
export const revised = ({ number, author, changeCount }: Revision): EventDraft => {
  const payload: OntologyEvents['ontology.revised'] = { number, author, changeCount }
  return { entityId: ONTOLOGY_ID, version: number, type: 'ontology.revised', payload, payloadVersion: 1 }
}

/** The event of a step in the life of a proposal, which is an entity of its own. */
export const stepped = ({ proposal, event, by }: ProposalStep): EventDraft => ({
  entityId: proposal.id,
  version: proposal.eventCount,
  type: event,
  payload: { by, version: proposal.version },
  payloadVersion: 1,
})

const PROPOSAL_EVENTS: readonly string[] = Object.values(ProposalEvent)

/** Whether an event of the stream is one of a proposal. */
export const isOfProposal = ({ type }: { type: string }): boolean => PROPOSAL_EVENTS.includes(type)

/** What people decide about in the inbox is one entity. Its version is its own: a revision may come of a decision, or not. */
export const INBOX_ID = 'inbox'

/** The event of a decision of the inbox. */
export const inboxChanged = ({ action, itemId, by }: InboxChange, version: number): EventDraft => {
  const payload: OntologyEvents['inbox.changed'] = { action, itemId, by }
  return { entityId: INBOX_ID, version, type: 'inbox.changed', payload, payloadVersion: 1 }
}

/** Such an event as it was written. */
export const toInboxChange = ({ payload }: { payload: JsonValue }): InboxChange =>
  payload as OntologyEvents['inbox.changed']

/** The settings are one entity, too. */
const SETTINGS_ID = 'settings'

/** The event of a change of the settings. */
export const settingsChanged = (
  settings: OntologySettings,
  { by, version }: { by: string; version: number },
): EventDraft => {
  const payload: OntologyEvents['settings.changed'] = { ...settings, by }
  return { entityId: SETTINGS_ID, version, type: 'settings.changed', payload, payloadVersion: 1 }
}

/** Said on the bus, as a "look": somebody came, went or looks at something else. */
export const PRESENCE_TOPIC = 'ontology.presence'
