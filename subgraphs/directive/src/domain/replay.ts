import type { Outcome } from './checks/check.ts'
import type { Verdict } from './compliance.ts'
import type { BeliefConflict, Constraint } from './directive.ts'

export const ReplayState = {
  RUNNING: 'RUNNING',
  COMPLETED: 'COMPLETED',
  FAILED: 'FAILED',
  CANCELLED: 'CANCELLED',
} as const
export type ReplayState = (typeof ReplayState)[keyof typeof ReplayState]

/** What tasks would have come to under a draft of the ontology. */
export interface Replay {
  readonly id: string
  readonly author: string
  readonly state: ReplayState
  /** The draft, as the ontology takes it. */
  readonly changes: readonly object[]
  readonly baseRevision: number
  readonly proposalId: string | null
  readonly last: number
  readonly total: number
  readonly done: number
  /** Where the next page of tasks begins; null: at the first one. */
  readonly cursor: string | null
  readonly directivesDiffering: number
  readonly verdictsDiffering: number
  readonly reason: string | null
  readonly startedAt: Date
  readonly endedAt: Date | null
}

/** What would become of a constraint; `before` is null where it would come, `after` where it would go. */
export interface ReplayConstraint {
  readonly change: 'ADDED' | 'REMOVED' | 'CHANGED'
  readonly before: Constraint | null
  readonly after: Constraint | null
}

/** A check that would come out otherwise. */
export interface ReplayFinding {
  /** Whether the task was never asked for it so: the constraint would come, or ask for something else. Old rows lack it. */
  readonly isOfDraft?: boolean
  readonly constraint: Constraint
  readonly before: Outcome | null
  readonly after: Outcome | null
  readonly path: string | null
  readonly reason: string
}

/** What would differ for one task. */
export interface ReplayDifference {
  readonly taskId: string
  readonly taskType: string
  readonly verdictBefore: Verdict | null
  readonly verdictAfter: Verdict | null
  readonly isFromDraft: boolean
  readonly constraints: readonly ReplayConstraint[]
  readonly findings: readonly ReplayFinding[]
  readonly conflicts: readonly BeliefConflict[]
  readonly ontologyRevision: number
}

/**
 * The findings for who may see what tasks were given and gave, or may not. A check that somebody thinks up tells with each
 * outcome a little of what it looks at: asked often enough, all of it.
 */
export const findingsFor = (
  findings: readonly ReplayFinding[],
  { maySeeWork }: { maySeeWork: boolean },
): ReplayFinding[] => findings.filter(({ isOfDraft }) => maySeeWork || isOfDraft === false)

/** The place of a difference in its replay, from 1. */
export type PlacedDifference = ReplayDifference & { readonly ordinal: number }

export const isOver = ({ state }: Pick<Replay, 'state'>): boolean => state !== ReplayState.RUNNING

/** How many replays of one person run at a time, and how many in all. */
export const MOST_OF_ONE = 2
export const MOST_RUNNING = 10
/** How many tasks a replay may look at. */
export const MOST_TASKS = 1000

/** How long those that are over are kept, and how many of them. */
export const KEPT_DAYS = 30
export const MOST_KEPT = 200
