/** When a constraint is checked. */
export type ConstraintPhase = 'PLAN' | 'DURING' | 'RESULT'
/** What follows where a constraint fails. */
export type OnFail = 'REJECT' | 'RETRY' | 'ESCALATE' | 'WARN'

/** A constraint, as far as the server itself acts on it. */
export interface DirectedConstraint {
  readonly level: 'MUST' | 'SHOULD'
  readonly phase: ConstraintPhase
  readonly onFail: OnFail
  readonly check: unknown
}

/** What the server itself does of a directive, kept with the task. */
export interface Terms {
  /** The tightest time that a MUST gives an attempt; null: none. */
  readonly budget: { readonly milliseconds: number; readonly onFail: OnFail } | null
  /** The phases before the result that have constraints to check. */
  readonly phases: readonly ('PLAN' | 'DURING')[]
  /** No MUST asks anything of plans: an attempt starts without a check, and its plan is checked with its result. */
  readonly isPlanFree?: true
}

/** Reads off a directive what the server has to do: a SHOULD holds nothing up, so its budget ends no attempt and its plan is not waited for. */
export const termsOf = (constraints: readonly DirectedConstraint[]): Terms => {
  const budgets = constraints
    .filter(({ level, phase }) => level === 'MUST' && phase !== 'PLAN')
    .flatMap(({ check, onFail }) => {
      const milliseconds = budgetOf(check)
      return milliseconds === null ? [] : [{ milliseconds, onFail }]
    })
    .sort((a, b) => a.milliseconds - b.milliseconds)
  const phases = (['PLAN', 'DURING'] as const).filter((phase) => constraints.some((it) => it.phase === phase))
  const isPlanFree = !constraints.some(({ level, phase }) => level === 'MUST' && phase === 'PLAN')
  return { budget: budgets[0] ?? null, phases, ...(isPlanFree && { isPlanFree }) }
}

const budgetOf = (check: unknown): number | null => {
  if (typeof check !== 'object' || check === null) return null
  const { kind, milliseconds } = check as { kind?: unknown; milliseconds?: unknown }
  return kind === 'budget' && typeof milliseconds === 'number' && milliseconds >= 0 ? milliseconds : null
}
