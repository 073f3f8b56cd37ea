/** What an agent is up to; the schema says what each means. */
export const AgentState = {
  STARTING: 'STARTING',
  IDLE: 'IDLE',
  BUSY: 'BUSY',
  DEGRADED: 'DEGRADED',
  DRAINING: 'DRAINING',
  OFFLINE: 'OFFLINE',
} as const
export type AgentState = (typeof AgentState)[keyof typeof AgentState]

/** How often an agent says that it lives, in milliseconds. */
export const HEARTBEAT_MILLISECONDS = 5_000

/** Silence of so many milliseconds makes an agent OFFLINE. */
export const SILENCE_MILLISECONDS = 30_000

/** One task type that an agent can do. The schemas are JSON Schemas. */
export interface Skill {
  readonly id: string
  readonly description: string
  readonly inputSchema: unknown
  readonly outputSchema: unknown
}

/** An agent as it is kept; times are by the database's clock. */
export interface Agent {
  readonly id: string
  readonly credentialId: string
  readonly instance: string
  readonly name: string
  readonly version: string
  readonly skills: readonly Skill[]
  readonly concurrency: number
  readonly configSchema: unknown
  readonly config: Readonly<Record<string, unknown>>
  readonly state: AgentState
  readonly hasBeaten: boolean
  readonly hasLeft: boolean
  readonly isDraining: boolean
  readonly isRestarting: boolean
  readonly load: number
  readonly active: number
  readonly completed: number
  readonly failed: number
  readonly violations: number
  readonly durations: readonly number[]
  readonly lastError: string | null
  readonly recentFailures: readonly number[]
  readonly degradedUntil: Date | null
  readonly registeredAt: Date
  readonly lastSeenAt: Date
  readonly restarts: number
  readonly eventVersion: number
}

/** What the state of an agent follows from. */
export type StateFacts = Pick<
  Agent,
  'hasBeaten' | 'hasLeft' | 'isDraining' | 'isRestarting' | 'active' | 'degradedUntil' | 'lastSeenAt'
>

/** The state of an agent at `now`. One that is asked to restart drains first. */
export const deriveState = (agent: StateFacts, now: Date): AgentState => {
  if (agent.hasLeft || now.getTime() - agent.lastSeenAt.getTime() > SILENCE_MILLISECONDS) return AgentState.OFFLINE
  if (agent.isDraining || agent.isRestarting) return AgentState.DRAINING
  if (agent.degradedUntil !== null && now < agent.degradedUntil) return AgentState.DEGRADED
  if (agent.active > 0) return AgentState.BUSY
  return agent.hasBeaten ? AgentState.IDLE : AgentState.STARTING
}

/** Who acts as an agent: a credential, and the instance where its token names one. */
export interface AgentCaller {
  readonly credentialId: string
  readonly instance: string | undefined
}

/**
 * An agent acts only as itself. A token that names no instance does not say which of its credential's it is: `othersRun`
 * tells whether there are others, and it is none of them then.
 */
export const identify = (
  agent: Pick<Agent, 'credentialId' | 'instance'>,
  caller: AgentCaller,
  othersRun: boolean,
): 'itself' | 'another' | 'unclear' => {
  if (agent.credentialId !== caller.credentialId) return 'another'
  if (caller.instance === undefined) return othersRun ? 'unclear' : 'itself'
  return agent.instance === caller.instance ? 'itself' : 'another'
}
