import { Phase } from '../directive.ts'
import type { CheckOf } from '../rule.ts'
import { type CompiledCheck, fail, list, NO_PLAN, pass, unknown } from './check.ts'

/**
 * Over the names of the declared plan (PLAN) or of the steps that were taken (DURING, RESULT). What was not sent cannot
 * show that a step was left out, so it fails. In DURING only a forbidden step can fail: a required one may still come.
 */
export const compile =
  ({ require = [], forbid = [] }: CheckOf<'steps'>): CompiledCheck =>
  ({ phase, trace }) => {
    const isPlan = phase === Phase.PLAN
    const names = isPlan ? trace.plan : trace.steps?.map((step) => step.name)
    const done = new Set(names)
    const taken = forbid.filter((step) => done.has(step))
    if (taken.length > 0) {
      return fail(
        isPlan
          ? `The plan has ${list(taken)}. Plan without.`
          : `${list(taken)} was done, which is forbidden. Do without it.`,
      )
    }
    const missing = require.filter((step) => !done.has(step))
    if (phase === Phase.DURING) {
      return missing.length > 0
        ? unknown(`${list(missing)} was not done yet.`)
        : pass('No forbidden step was taken so far.')
    }
    if (names === undefined) {
      return fail(isPlan ? NO_PLAN : 'The trace has no steps. Send what was done.')
    }
    if (missing.length > 0) {
      return fail(
        isPlan ? `The plan lacks ${list(missing)}. Add it.` : `${list(missing)} was not done. Do it and trace it.`,
      )
    }
    return pass(isPlan ? 'The plan has what it must.' : 'The steps are as they must be.')
  }
