import type { EventDraft, StoredEvent } from '@mothership/platform/events'
import { z } from 'zod'
import type { ComplianceReport } from './domain/compliance.ts'
import type { Directive } from './domain/directive.ts'

/** What happens to a directive. */
const DirectiveChange = { CREATED: 'CREATED', CHECKED: 'CHECKED' } as const

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

const payload = z.object({ taskType: z.string() })

/** The task type of the directive that an event is about. */
export const taskTypeOf = (event: StoredEvent): string | null => payload.safeParse(event.payload).data?.taskType ?? null
