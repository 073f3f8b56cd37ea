import { Phase } from '../directive.ts'
import type { CheckOf } from '../rule.ts'
import { type CheckInput, type CompiledCheck, fail, NO_PLAN, unknown } from './check.ts'

/** Whether there is something to judge; a plan that was not declared meets no rubric, whoever judges. */
export const isJudgeable = ({ phase, trace }: Pick<CheckInput, 'phase' | 'trace'>): boolean =>
  phase !== Phase.PLAN || trace.plan !== undefined

/** A rubric that only a language model or a person can apply. */
export const compile =
  (_check: CheckOf<'judge'>): CompiledCheck =>
  (input) =>
    isJudgeable(input) ? unknown('No language model is configured to judge this. A person may decide.') : fail(NO_PLAN)
