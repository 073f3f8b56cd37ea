import type { Terms } from './terms.ts'

/** How the lending of a task to an agent ended. */
export type EndReason =
  /** The agent gave a result. */
  | 'RESULT'
  /** The agent said that it can not do it. */
  | 'FAILURE'
  /** The agent was silent for the length of its lease. */
  | 'EXPIRED'
  /** The agent registered again, or went away. */
  | 'REVOKED'
  /** A person called the task off. */
  | 'CANCELLED'
  /** The server ended it: a broken constraint, an overrun budget or deadline. */
  | 'STOPPED'

/** A task lent to an agent, once. Its id is the assignment's. */
export interface Attempt {
  readonly id: string
  readonly taskId: string
  /** 1 for the task's first attempt; goes on where a person retried the task. */
  readonly number: number
  readonly agentId: string
  readonly credentialId: string
  readonly tokenHash: string
  readonly assignedAt: Date
  readonly startedAt: Date | null
  readonly leaseExpiresAt: Date
  readonly revokedAt: Date | null
  readonly progressEventAt: Date | null
  /** The agent said more since than was told. */
  readonly isProgressUntold: boolean
  readonly plan: readonly string[] | null
  readonly hasCheckedPlan: boolean
  /** A MUST that nobody could judge while it ran: a person looks at the result. */
  readonly unjudged: string | null
  /** The size of the steps that it reported so far, as JSON. */
  readonly stepsBytes: number
  /** How much of that was checked while it ran: what could not be is checked with the next word of its agent. */
  readonly checkedBytes: number
  readonly end: { readonly reason: EndReason; readonly at: Date } | null
  /** SHA-256 of the agent's last word. */
  readonly answerHash: string | null
  /** From its assignment to the agent's last word, by the database's clock. */
  readonly milliseconds: number | null
}

export interface TaskFailure {
  readonly code: string
  readonly message: string
  /** The message is an agent's: it may quote the input. */
  readonly isAgents: boolean
}

/** What a person is asked to decide on: a directive that contradicts itself, an attempt that broke a rule, a result. */
export interface Review {
  readonly about: 'DIRECTIVE' | 'ATTEMPT' | 'RESULT'
  readonly reason: string
  /** The check that asks for it; left out: none does, e.g. a directive contradicts itself. */
  readonly reportId?: string
  /** Nothing failed: nobody could judge. Left out: something did, or it is older than this. */
  readonly isUnjudged?: true
  /** The plan that is in question, as `planHashOf` has it; left out: none is. */
  readonly planHash?: string
}

/** What a person decided about a task that waited for it. */
export interface Reviewed {
  readonly decision: 'APPROVE' | 'REJECT'
  readonly about: Review['about']
  /** Whose decision it is. */
  readonly by: string
  /** Why, in the person's words. */
  readonly note: string | null
  readonly at: Date
  /** The check that asked for the decision; null: none did. */
  readonly complianceId: string | null
}

interface TaskFacts {
  readonly id: string
  readonly type: string
  readonly priority: number
  readonly maxAttempts: number
  readonly submittedBy: string
  readonly idempotencyKey: string | null
  readonly deadline: Date | null
  readonly correlationId: string
  readonly createdAt: Date
  readonly updatedAt: Date
  /** The version of its last event. */
  readonly version: number
  /** Attempts begun in this round; a person's retry begins another round. */
  readonly attempts: number
  /** Attempts of earlier rounds. */
  readonly earlierAttempts: number
  readonly progress: number | null
  readonly progressMessage: string | null
  readonly agentId: string | null
  readonly credentialId: string | null
  readonly directiveId: string | null
  readonly terms: Terms | null
  readonly complianceId: string | null
  /** What was found last of an attempt that failed, for the next one. */
  readonly feedbackId: string | null
  /** The last decision of a person; it stays where the task is retried. */
  readonly reviewed: Reviewed | null
  /** The plan that a person let through, as `planHashOf` has it; null: none. It stays where the task is retried. */
  readonly approvedPlan: string | null
}

/** What differs by state: the attempt is there exactly while it matters, an error exactly where it failed. */
export type TaskPhase =
  | { readonly state: 'SUBMITTED' | 'DIRECTED'; readonly attempt: null }
  | { readonly state: 'ASSIGNED'; readonly attempt: Attempt }
  | { readonly state: 'RUNNING'; readonly attempt: Attempt }
  | { readonly state: 'VALIDATING'; readonly attempt: Attempt }
  | { readonly state: 'NEEDS_REVIEW'; readonly attempt: Attempt | null; readonly review: Review }
  | { readonly state: 'COMPLETED' | 'CANCELLED'; readonly attempt: Attempt | null; readonly completedAt: Date }
  | {
      readonly state: 'FAILED'
      readonly attempt: Attempt | null
      readonly completedAt: Date
      readonly error: TaskFailure
    }

/** A task without its input and result, which are read only where they are asked for. */
export type Task = TaskFacts & TaskPhase

export type LentTask = Task & { readonly state: 'ASSIGNED' | 'RUNNING' }
export type ValidatingTask = Task & { readonly state: 'VALIDATING' }
