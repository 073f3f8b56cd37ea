import type { Agent } from './agent.ts'

/** How many durations the median is taken over. */
const DURATIONS_KEPT = 200

/** So many failures, without a success between them and all within the window, make an agent DEGRADED. */
const DEGRADING_FAILURES = 3
const FAILURE_WINDOW_MILLISECONDS = 5 * 60_000

const LONGEST_ERROR = 500

/** What task events add up to. */
export type AgentRecord = Pick<
  Agent,
  'completed' | 'failed' | 'violations' | 'durations' | 'lastError' | 'recentFailures' | 'degradedUntil'
>

/** What a task event says of the agent that held the task. */
export interface TaskEvent {
  readonly type: string
  readonly at: Date
  readonly message: string | null
  readonly milliseconds: number | null
  /** The code with which the agent failed the task, where the event names one. */
  readonly code: string | null
}

/** The code with which the SDK reports that an agent broke; any other is an answer, of a task that cannot be done. */
const BROKE = 'INTERNAL'

/** Whether an event is the agent's own fault. */
const isFault = ({ type, code }: TaskEvent): boolean =>
  type === 'VIOLATION' || type === 'LEASE_EXPIRED' || ((type === 'FAILED' || type === 'RETRIED') && code === BROKE)

/** The record with one more event in it. Pure; an event that says nothing of the agent gives the record back. */
export const recordEvent = <R extends AgentRecord>(record: R, event: TaskEvent): R => {
  switch (event.type) {
    case 'COMPLETED':
      return {
        ...record,
        completed: record.completed + 1,
        durations:
          event.milliseconds === null
            ? record.durations
            : [...record.durations, Math.round(event.milliseconds)].slice(-DURATIONS_KEPT),
        recentFailures: [],
        degradedUntil: null,
      }
    case 'FAILED':
      return {
        ...withFailure(record, event),
        failed: record.failed + 1,
        lastError: event.message?.slice(0, LONGEST_ERROR) ?? record.lastError,
      }
    case 'VIOLATION':
      return { ...withFailure(record, event), violations: record.violations + 1 }
    case 'LEASE_EXPIRED':
    case 'RETRIED':
      return withFailure(record, event)
    default:
      return record
  }
}

const withFailure = <R extends AgentRecord>(record: R, event: TaskEvent): R => {
  if (!isFault(event)) return record
  const recentFailures = [...record.recentFailures, event.at.getTime()].slice(-DEGRADING_FAILURES)
  const first = recentFailures.length < DEGRADING_FAILURES ? undefined : recentFailures[0]
  return {
    ...record,
    recentFailures,
    degradedUntil: first === undefined ? null : new Date(first + FAILURE_WINDOW_MILLISECONDS),
  }
}

/** The median in milliseconds; null of nothing. */
export const medianMilliseconds = (durations: readonly number[]): number | null => {
  const sorted = [...durations].sort((a, b) => a - b)
  const middle = sorted.length >> 1
  const high = sorted[middle]
  const low = sorted[sorted.length % 2 === 0 ? middle - 1 : middle]
  return high === undefined || low === undefined ? null : (low + high) / 2
}

/** States of a task in which it is in an agent's hands. */
const HELD = new Set(['ASSIGNED', 'RUNNING'])

/** Whether an event leaves its task in an agent's hands; null: it does not say. */
export const leavesHeld = (to: string | null): boolean | null => (to === null ? null : HELD.has(to))

const COUNTED = new Set(['COMPLETED', 'FAILED', 'VIOLATION', 'LEASE_EXPIRED', 'RETRIED'])

/** Progress and the like say nothing of an agent's record. */
export const concernsAgents = (event: { readonly type: string; readonly to: string | null }): boolean =>
  event.to !== null || COUNTED.has(event.type)
