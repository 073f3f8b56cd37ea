import { type Identity, Role, roleIncludes } from '@mothership/platform/identity'
import { type CheckOutcome, Outcome } from './checks/check.ts'
import { type Constraint, ConstraintOrigin } from './directive.ts'

/**
 * Whether somebody may read what a language model wrote into a directive. It was shown the task's input and may quote it,
 * so its words are for those who may see the input of every task, and for the agents that must meet them: these read the
 * directives of their own tasks alone, see readable.ts.
 */
const mayReadModels = ({ role }: Identity): boolean =>
  role === Role.SERVICE || role === Role.AGENT || roleIncludes(role, Role.OPERATOR)

/** Whether a constraint is shown to somebody without its own words. */
const isVeiled = ({ origin }: Pick<Constraint, 'origin'>, identity: Identity): boolean =>
  origin === ConstraintOrigin.MODEL && !mayReadModels(identity)

/** What is asked, as this person may read it. */
export const statementFor = (constraint: Constraint, identity: Identity): string => {
  if (!isVeiled(constraint, identity)) return constraint.statement
  const names = constraint.because.map(({ beliefName }) => `"${beliefName}"`)
  return `Added by a language model, from ${names.join(', ')}.`
}

/** How it is checked, as this person may read it: its kind alone, or all of it. */
export const checkFor = (constraint: Constraint, identity: Identity): object =>
  isVeiled(constraint, identity) ? { kind: constraint.check.kind } : constraint.check

const VEILED_REASON: Record<Outcome, string> = {
  [Outcome.PASS]: 'It is met.',
  [Outcome.FAIL]: 'It is not met.',
  [Outcome.UNKNOWN]: 'It could not be decided.',
}

/**
 * Where and why, as this person may read it. The reasons of all kinds of checks tell of the check: a pattern, a schema's
 * names and constants, an amount. So does the path, which the check names.
 */
export const foundFor = async (
  found: Pick<CheckOutcome, 'outcome' | 'path' | 'reason'>,
  identity: Identity,
  constraintOf: () => Promise<Constraint>,
): Promise<{ path: string | null; reason: string }> => {
  // Who may read it all, as the task subgraph with each of its checks, costs no look at the directive.
  if (mayReadModels(identity) || !isVeiled(await constraintOf(), identity)) return found
  return { path: null, reason: VEILED_REASON[found.outcome] }
}
