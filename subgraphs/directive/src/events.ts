import type { EventDraft, StoredEvent } from '@mothership/platform/events'
import { z } from 'zod'
import type { ComplianceReport } from './domain/compliance.ts'
import type { Directive } from './domain/directive.ts'
import type { ReviewDecision } from './domain/record.ts'
import { isOver, type Replay } from './domain/replay.ts'

/** What happens to a directive. */
const DirectiveChange = { CREATED: 'CREATED', CHECKED: 'CHECKED', STALE: 'STALE', ACTIVE: 'ACTIVE' } as const

/** The stream of this subgraph; its entities are directives. */
export const STREAM = 'directive'

const PAYLOAD_VERSION = 1

export const createdEvent = (directive: Directive): EventDraft => ({
  entityId: directive.id,
  version: 1,
  type: DirectiveChange.CREATED,
  payload: {
    taskType: directive.taskType,
    taskId: directive.taskId,
    ontologyRevision: directive.ontologyRevision,
    conflicts: directive.conflicts.length,
  },
  payloadVersion: PAYLOAD_VERSION,
})

export const checkedEvent = (
  directive: { taskType: string; version: number },
  report: ComplianceReport,
): EventDraft => ({
  entityId: report.directiveId,
  version: directive.version,
  type: DirectiveChange.CHECKED,
  payload: {
    taskType: directive.taskType,
    taskId: report.taskId,
    attempt: report.attempt,
    phase: report.phase,
    verdict: report.verdict,
    reportId: report.id,
  },
  payloadVersion: PAYLOAD_VERSION,
})

/** What happens to a replay. */
const ReplayChange = { STARTED: 'REPLAY_STARTED', MOVED: 'REPLAY_MOVED', ENDED: 'REPLAY_ENDED' } as const

/** Whether an event is about a directive: the stream has those of replays too. */
export const isOfDirective = ({ type }: StoredEvent): boolean => Object.keys(DirectiveChange).includes(type)

/** The event of a replay that started, moved on or ended. */
export const replayEvent = (replay: Replay, version: number): EventDraft => ({
  entityId: replay.id,
  version,
  type: version === 1 ? ReplayChange.STARTED : isOver(replay) ? ReplayChange.ENDED : ReplayChange.MOVED,
  payload: { state: replay.state, done: replay.done, total: replay.total, author: replay.author },
  payloadVersion: PAYLOAD_VERSION,
})

/** The streams of others that this subgraph follows. */
export const ONTOLOGY_STREAM = 'ontology'
export const TASK_STREAM = 'task'

/** The revision that an event of the ontology tells of; null: it tells of something else. */
export const revisionOf = ({ type, version }: StoredEvent): number | null =>
  type === 'ontology.revised' ? version : null

const transition = z.object({ from: z.string().nullish(), to: z.string() })
const FINAL = new Set(['COMPLETED', 'FAILED', 'CANCELLED'])

/** Whether a task in this state is finished, unless a person retries it. */
export const isFinal = (state: string): boolean => FINAL.has(state)

/**
 * Which tasks some events leave finished, and which were finished and are begun anew. The events of a task stand in their
 * order, and what happened to it last counts.
 */
export const endsOf = (news: readonly StoredEvent[]): { finished: string[]; resumed: string[] } => {
  const left = new Map<string, 'finished' | 'resumed'>()
  for (const { entityId, payload: given } of news) {
    const { data } = transition.safeParse(given)
    if (data && isFinal(data.to)) left.set(entityId, 'finished')
    else if (data?.from && isFinal(data.from)) left.set(entityId, 'resumed')
  }
  const those = (which: string) => [...left].flatMap(([taskId, found]) => (found === which ? [taskId] : []))
  return { finished: those('finished'), resumed: those('resumed') }
}

const reviewed = z.object({
  attempt: z.number().nullable(),
  data: z.object({ decision: z.enum(['APPROVE', 'REJECT']), about: z.enum(['DIRECTIVE', 'ATTEMPT', 'RESULT']) }),
})

/** A person's decision about a task that waited for it. */
export interface ReviewNews extends ReviewDecision {
  readonly taskId: string
  /** From 1; null: no agent had the task yet. */
  readonly attempt: number | null
  readonly at: Date
}

/** The decision that an event of a task tells of; null: it tells of something else. */
export const reviewOf = ({ type, entityId, at, payload: given }: StoredEvent): ReviewNews | null => {
  const { data } = type === 'REVIEWED' ? reviewed.safeParse(given) : {}
  return data ? { taskId: entityId, attempt: data.attempt, at, ...data.data } : null
}

/** The event of a directive that became STALE, or ACTIVE again. */
export const statusEvent = (
  directive: { id: string; taskType: string; version: number },
  status: 'STALE' | 'ACTIVE',
): EventDraft => ({
  entityId: directive.id,
  version: directive.version,
  type: DirectiveChange[status],
  payload: { taskType: directive.taskType },
  payloadVersion: PAYLOAD_VERSION,
})

const payload = z.object({ taskType: z.string() })

/** The task type of the directive that an event is about. */
export const taskTypeOf = (event: StoredEvent): string | null => payload.safeParse(event.payload).data?.taskType ?? null
