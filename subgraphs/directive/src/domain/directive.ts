import type { Check } from './rule.ts'

/** How binding a belief is. */
export const Level = { MUST: 'MUST', SHOULD: 'SHOULD' } as const
export type Level = (typeof Level)[keyof typeof Level]

/** When a constraint is checked. */
export const Phase = { PLAN: 'PLAN', DURING: 'DURING', RESULT: 'RESULT' } as const
export type Phase = (typeof Phase)[keyof typeof Phase]

/** What the failure of a constraint leads to. */
export const OnFail = { REJECT: 'REJECT', RETRY: 'RETRY', ESCALATE: 'ESCALATE', WARN: 'WARN' } as const
export type OnFail = (typeof OnFail)[keyof typeof OnFail]

export const DirectiveStatus = { ACTIVE: 'ACTIVE', SUPERSEDED: 'SUPERSEDED', STALE: 'STALE' } as const
export type DirectiveStatus = (typeof DirectiveStatus)[keyof typeof DirectiveStatus]

/** A belief as it was when the directive was compiled; `weight` is its rank, in [0, 1]. */
export interface ConstraintSource {
  readonly beliefId: string
  readonly beliefName: string
  readonly beliefRevision: number
  readonly strength: number
  readonly weight: number
}

/** What wrote a constraint: the compiler, by a belief's own rule, or a language model, which can only add. */
export const ConstraintOrigin = { COMPILED: 'COMPILED', MODEL: 'MODEL' } as const
export type ConstraintOrigin = (typeof ConstraintOrigin)[keyof typeof ConstraintOrigin]

export interface Constraint {
  readonly id: string
  readonly origin: ConstraintOrigin
  readonly statement: string
  readonly level: Level
  readonly phase: Phase
  readonly onFail: OnFail
  readonly check: Check
  readonly because: readonly ConstraintSource[]
}

/** A candidate that gave no constraint. `by` is null where it was beyond the limit. */
export interface SuppressedBelief {
  readonly beliefId: string
  readonly by: string | null
  readonly reason: string
}

/** Two MUSTs that contradict each other: a person decides before the task runs. */
export interface BeliefConflict {
  readonly beliefId: string
  readonly withId: string
  readonly reason: string
}

/** How many relevant beliefs without task types were not even candidates: there were too many. */
export interface CutBeliefs {
  readonly mustsCut: number
  readonly shouldsCut: number
}

/** What the compiler makes of its candidates. */
export interface DirectiveContent extends CutBeliefs {
  readonly constraints: readonly Constraint[]
  readonly suppressed: readonly SuppressedBelief[]
  readonly conflicts: readonly BeliefConflict[]
}

export interface Engine {
  readonly provider: 'compiler' | 'openai' | 'anthropic' | 'google'
  readonly model: string | null
  readonly cached: boolean
  readonly attempts: number
  /** Why no language model took part; null: one did. */
  readonly reason: string | null
  /** How many of a model's proposals were not taken. */
  readonly dropped: number
}

/** The engine of a directive that no language model took part in, and why. */
export const compilerAlone = (reason: string): Engine => ({
  provider: 'compiler',
  model: null,
  cached: false,
  attempts: 1,
  reason,
  dropped: 0,
})

export interface Directive extends DirectiveContent {
  readonly id: string
  readonly taskType: string
  readonly taskId: string | null
  /** What the task was given: the checks read it, nobody is shown it here. */
  readonly input: unknown
  readonly ontologyRevision: number
  /** Whether the meaning of the task and of all beliefs was known: where not, beliefs without task types may be missing. */
  readonly isByMeaning: boolean
  readonly status: DirectiveStatus
  readonly engine: Engine
  readonly createdAt: Date
}
