import { Phase } from '../directive.ts'
import type { CheckOf } from '../rule.ts'
import { type CompiledCheck, fail, list, NO_PLAN, pass, unknown } from './check.ts'

/** Where in the trace each step stands the first time, as a JSON Pointer into it. */
const placesOf = (names: readonly string[], at: string): Map<string, string> => {
  const places = new Map<string, string>()
  for (const [place, name] of names.entries()) {
    if (!places.has(name)) places.set(name, `${at}/${place}`)
  }
  return places
}

const pick = (places: ReadonlyMap<string, string>, steps: readonly string[]): Record<string, string> =>
  Object.fromEntries(
    steps.flatMap((step) => {
      const at = places.get(step)
      return at === undefined ? [] : [[step, at] as const]
    }),
  )

/**
 * Over the names of the declared plan (PLAN) or of the steps that were taken (DURING, RESULT). What was not sent cannot
 * show that a step was left out, so it fails. In DURING only a forbidden step can fail: a required one may still come.
 */
export const compile =
  ({ require = [], forbid = [] }: CheckOf<'steps'>): CompiledCheck =>
  ({ phase, trace }) => {
    const isPlan = phase === Phase.PLAN
    const names = isPlan ? trace.plan : trace.steps?.map((step) => step.name)
    const places = placesOf(names ?? [], isPlan ? '/plan' : '/steps')
    const taken = forbid.filter((step) => places.has(step))
    if (taken.length > 0) {
      return fail(
        isPlan
          ? `The plan has ${list(taken)}. Plan without.`
          : `${list(taken)} was done, which is forbidden. Do without it.`,
        { value: { forbidden: pick(places, taken) } },
      )
    }
    const missing = require.filter((step) => !places.has(step))
    const found = { value: { ...(missing.length > 0 && { missing }), found: pick(places, require), of: names?.length } }
    if (phase === Phase.DURING) {
      return missing.length > 0
        ? unknown(`${list(missing)} was not done yet.`, found)
        : pass('No forbidden step was taken so far.', found)
    }
    if (names === undefined) {
      return fail(isPlan ? NO_PLAN : 'The trace has no steps. Send what was done.')
    }
    if (missing.length > 0) {
      return fail(
        isPlan ? `The plan lacks ${list(missing)}. Add it.` : `${list(missing)} was not done. Do it and trace it.`,
        found,
      )
    }
    return pass(isPlan ? 'The plan has what it must.' : 'The steps are as they must be.', found)
  }
