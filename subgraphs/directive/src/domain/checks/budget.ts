import type { CheckOf } from '../rule.ts'
import { type CheckInput, type CompiledCheck, fail, pass, unknown } from './check.ts'

const MEASURES = ['milliseconds', 'tokens', 'usd'] as const
type Measure = (typeof MEASURES)[number]

// Time is by our clock; tokens and money are what the agent says.
const used = (input: CheckInput, measure: Measure): number | null =>
  measure === 'milliseconds' ? input.elapsedMilliseconds : (input.trace[measure] ?? null)

/** What was used against what is allowed. What is not known is UNKNOWN, unless something else is over already. */
export const compile =
  (check: CheckOf<'budget'>): CompiledCheck =>
  (input) => {
    const measures = MEASURES.filter((measure) => check[measure] !== undefined)
    const over = measures.find((measure) => (used(input, measure) ?? 0) > (check[measure] ?? Infinity))
    if (over) {
      const amount = `${used(input, over)} ${over}`
      return fail(`${amount} were used; ${check[over]} are allowed. Use less.`, { value: amount })
    }
    const missing = measures.filter((measure) => used(input, measure) === null)
    if (missing.length > 0) {
      return unknown(`How many ${missing.join(' and ')} were used is not known. Say so in the trace.`)
    }
    const amounts = measures.map((measure) => `${used(input, measure)} ${measure}`)
    return pass('Within the budget.', { value: amounts.join(', ') })
  }
