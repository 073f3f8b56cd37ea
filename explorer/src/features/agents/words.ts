import type { AgentState } from '../../generated/graphql.ts'
import type { Tone } from '../../ui/badge.tsx'

export const agentStateWords: Record<AgentState, { label: string; tone: Tone; meaning: string }> = {
  STARTING: { label: 'Starting', tone: 'neutral', meaning: 'Registered, not yet heard of again' },
  IDLE: { label: 'Idle', tone: 'success', meaning: 'Ready for a task' },
  BUSY: { label: 'Busy', tone: 'info', meaning: 'At work' },
  DEGRADED: { label: 'Degraded', tone: 'warning', meaning: 'Failing more often than it should' },
  DRAINING: { label: 'Draining', tone: 'accent', meaning: 'Finishes what it has and takes nothing new' },
  OFFLINE: { label: 'Offline', tone: 'danger', meaning: 'Not heard of for too long' },
}

export const canDrain = (state: AgentState): boolean => state !== 'DRAINING' && state !== 'OFFLINE'
