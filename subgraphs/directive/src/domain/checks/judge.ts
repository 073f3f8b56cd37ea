import type { CheckOf } from '../rule.ts'
import { type CompiledCheck, unknown } from './check.ts'

/** A rubric that only a language model or a person can apply. */
export const compile =
  (_check: CheckOf<'judge'>): CompiledCheck =>
  () =>
    unknown('No language model is configured to judge this. A person may decide.')
