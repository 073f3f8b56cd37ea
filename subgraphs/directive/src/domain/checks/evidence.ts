import type { CheckOf } from '../rule.ts'
import { type CompiledCheck, fail, list, pass } from './check.ts'

/** How many there are of each type, those of which there are any first. */
const countsOf = (types: readonly string[], pieces: readonly { readonly type: string }[]): Record<string, number> => {
  const found = new Map(types.map((type) => [type, 0]))
  for (const { type } of pieces) found.set(type, (found.get(type) ?? 0) + 1)
  return Object.fromEntries([...found].sort(([, one], [, other]) => other - one))
}

/** At least `min` pieces of evidence of the given types in the trace. */
export const compile =
  ({ types, min }: CheckOf<'evidence'>): CompiledCheck =>
  ({ trace }) => {
    const counted = (trace.evidence ?? []).filter((piece) => types.includes(piece.type))
    const count = counted.length
    const value = countsOf(types, counted)
    if (count >= min) return pass(`${count} of the evidence that counts, at least ${min}.`, { value })
    return fail(
      `The trace has ${count} of the evidence that counts; at least ${min} must be of ${list(types)}. Add it.`,
      { value },
    )
  }
