import type { TaskState } from './state.ts'
import type { Attempt, Task } from './task.ts'

/** What can happen to a task. */
export const TaskEventType = {
  SUBMITTED: 'SUBMITTED',
  DIRECTED: 'DIRECTED',
  ASSIGNED: 'ASSIGNED',
  STARTED: 'STARTED',
  PROGRESS: 'PROGRESS',
  RESULT_RECEIVED: 'RESULT_RECEIVED',
  COMPLETED: 'COMPLETED',
  RETRIED: 'RETRIED',
  LEASE_EXPIRED: 'LEASE_EXPIRED',
  VIOLATION: 'VIOLATION',
  NEEDS_REVIEW: 'NEEDS_REVIEW',
  REVIEWED: 'REVIEWED',
  FAILED: 'FAILED',
  CANCELLED: 'CANCELLED',
} as const
export type TaskEventType = (typeof TaskEventType)[keyof typeof TaskEventType]

/** The payload of an event of the stream `task`, version 1. */
export interface TaskEventPayload {
  /** The states that it led from and to; both null where the task stayed in its state. */
  from: TaskState | null
  to: TaskState | null
  message: string | null
  /** The message is an agent's: it may quote the input. */
  isAgents: boolean
  /** What belongs to it; never a part of an input or a result. */
  data: Record<string, string | number | boolean | null> | null
  /** The agent that it is about; null where no agent had the task. */
  agentId: string | null
  /** The number of the attempt that it is about. */
  attempt: number | null
  /** How long the attempt took, from its assignment to the agent's last word. */
  milliseconds: number | null
  taskType: string
}

export interface TaskEvent extends TaskEventPayload {
  readonly type: TaskEventType
  readonly version: number
}

/** An event before it is numbered: a transition where it has `to`, else the reason of the one that follows. */
export interface Happening {
  type: TaskEventType
  to?: TaskState
  message?: string
  isAgents?: boolean
  data?: TaskEventPayload['data']
}

/** Numbers what happened to a task, and says to which attempt. */
export const toEvents = (
  before: Task,
  after: Task,
  attempt: Attempt | null,
  happenings: readonly Happening[],
): TaskEvent[] =>
  happenings.map((it, index) => ({
    type: it.type,
    version: before.version + index + 1,
    from: it.to === undefined ? null : before.state,
    to: it.to ?? null,
    message: it.message ?? null,
    isAgents: it.isAgents ?? false,
    data: it.data ?? null,
    agentId: attempt?.agentId ?? null,
    attempt: attempt?.number ?? null,
    milliseconds: attempt?.milliseconds ?? null,
    taskType: after.type,
  }))
