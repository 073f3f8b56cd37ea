import type { EventDraft, StoredEvent } from '@mothership/platform/events'
import { z } from 'zod'
import { type Agent, AgentState } from './domain/agent.ts'
import type { TaskEvent } from './domain/health.ts'

/** What happens to an agent. Heartbeats are no events. */
export const AgentChange = {
  REGISTERED: 'REGISTERED',
  STATE_CHANGED: 'STATE_CHANGED',
  CONFIGURED: 'CONFIGURED',
  DRAINING: 'DRAINING',
  RESUMED: 'RESUMED',
  RESTARTING: 'RESTARTING',
  OFFLINE: 'OFFLINE',
} as const
export type AgentChange = (typeof AgentChange)[keyof typeof AgentChange]

/** What happens to a credential: kept for the record, in the same stream; its entity is the credential. */
export const CredentialChange = {
  ISSUED: 'CREDENTIAL_ISSUED',
  ROTATED: 'CREDENTIAL_ROTATED',
  REVOKED: 'CREDENTIAL_REVOKED',
} as const
export type CredentialChange = (typeof CredentialChange)[keyof typeof CredentialChange]

const PAYLOAD_VERSION = 1

/** The event of a change, of the agent as it is after it. */
export const agentEvent = (agent: Agent, change: AgentChange): EventDraft => ({
  entityId: agent.id,
  version: agent.eventVersion,
  type: change,
  payload: { agentId: agent.id, change, state: agent.state, restarts: agent.restarts },
  payloadVersion: PAYLOAD_VERSION,
})

/** The event of a change of a credential, and by whom. */
export const credentialEvent = (
  credential: { id: string; name: string; eventVersion: number },
  change: CredentialChange,
  by: string,
): EventDraft => ({
  entityId: credential.id,
  version: credential.eventVersion,
  type: change,
  payload: { credentialId: credential.id, name: credential.name, by },
  payloadVersion: PAYLOAD_VERSION,
})

const agentPayload = z.object({ agentId: z.string(), change: z.enum(AgentChange), state: z.enum(AgentState) })

/** What an event of the agent stream says of an agent; null: it is of a credential. */
export const readAgentEvent = (event: StoredEvent): z.infer<typeof agentPayload> | null =>
  agentPayload.safeParse(event.payload).data ?? null

const taskPayload = z.object({
  to: z.string().nullish(),
  message: z.string().nullish(),
  agentId: z.uuid().nullish(),
  milliseconds: z.number().nonnegative().nullish(),
  data: z.unknown(),
})
const coded = z.object({ code: z.string() })

/** An event of the task stream, as far as agents are concerned. */
export interface TaskNews extends TaskEvent {
  readonly taskId: string
  readonly agentId: string | null
  /** The state that it put the task in; null: it left the state alone. */
  readonly to: string | null
}

/** Reads an event of the task stream. What it does not name is null. */
export const readTaskEvent = (event: StoredEvent): TaskNews => {
  const payload = taskPayload.safeParse(event.payload).data
  return {
    taskId: event.entityId,
    type: event.type,
    at: event.at,
    agentId: payload?.agentId ?? null,
    to: payload?.to ?? null,
    message: payload?.message ?? null,
    milliseconds: payload?.milliseconds ?? null,
    code: coded.safeParse(payload?.data).data?.code ?? null,
  }
}

/** An event of an agent, on its way to a subscriber. */
export interface AgentUpdate {
  readonly cursor: string
  readonly agentId: string
  readonly change: AgentChange
  readonly state: AgentState
  readonly at: Date
}
