import type { EventDraft, StoredEvent } from '@mothership/platform/events'
import { z } from 'zod'
import { type TaskEvent, TaskEventType } from './domain/event.ts'
import { TaskState } from './domain/state.ts'
import type { Task } from './domain/task.ts'

/** The streams that this subgraph writes and consumes. */
export const Stream = { TASK: 'task', AGENT: 'agent' } as const

/** What is said on the bus, as a "look": it may be lost, and whoever listens also looks by itself. */
export const Topic = {
  /** A task has a step that is due. */
  STEPS: 'task.steps',
  /** The tasks that wait for an agent are others now. */
  QUEUE: 'task.queue',
} as const

const PAYLOAD_VERSION = 1

/** An event as the log takes it. */
export const toDraft = (taskId: string, event: TaskEvent): EventDraft => {
  const { type, version, ...payload } = event
  return { entityId: taskId, version, type, payload, payloadVersion: PAYLOAD_VERSION }
}

/** An event as the log gave it, with its position. */
export interface TaskNews extends TaskEvent {
  readonly taskId: string
  readonly position: number
  readonly at: Date
}

const eventType = z.enum(TaskEventType)
const payload = z.object({
  from: z.enum(TaskState).nullable(),
  to: z.enum(TaskState).nullable(),
  message: z.string().nullable(),
  isAgents: z.boolean(),
  data: z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()])).nullable(),
  agentId: z.string().nullable(),
  attempt: z.number().nullable(),
  milliseconds: z.number().nullable(),
  taskType: z.string(),
})

/** Reads an event of this subgraph's own stream. Throws where it is none that `toDraft` wrote. */
export const toNews = (event: StoredEvent): TaskNews => ({
  ...payload.parse(event.payload),
  type: eventType.parse(event.type),
  version: event.version,
  taskId: event.entityId,
  position: event.position,
  at: event.at,
})

/** The agent that lost all it held with this event of the agent stream; null: none did. */
export const agentLost = (event: StoredEvent): { agentId: string; at: Date } | null =>
  event.type === 'REGISTERED' || event.type === 'OFFLINE' ? { agentId: event.entityId, at: event.at } : null

/** An event for a reader, who may see its words or not by whose task it is. */
export interface ShownEvent extends TaskNews {
  readonly of: Task
}

/** What a subscription delivers: the task is read when it is sent. */
export interface Update {
  readonly cursor: string
  readonly taskId: string
  /** Null: the task as it stands. */
  readonly news: TaskNews | null
}
