import type { CheckOf } from '../rule.ts'
import { type CompiledCheck, fail, list, pass } from './check.ts'

/** At least `min` pieces of evidence of the given types in the trace. */
export const compile =
  ({ types, min }: CheckOf<'evidence'>): CompiledCheck =>
  ({ trace }) => {
    const count = (trace.evidence ?? []).filter((piece) => types.includes(piece.type)).length
    if (count >= min) return pass(`${count} of the evidence that counts, at least ${min}.`)
    return fail(
      `The trace has ${count} of the evidence that counts; at least ${min} must be of ${list(types)}. Add it.`,
    )
  }
