import type { DayUsage, UsageStore } from '../store/model-usage.ts'
import type { Budget } from './settings.ts'

/** For how long the sum of the day is remembered. Other processes may spend meanwhile, as may what is in flight. */
const REMEMBER_MILLISECONDS = 1000

/**
 * What the day (UTC) may cost. It is looked up before a call; what is in flight then, in any process, may overshoot it by
 * as much as it costs.
 */
export const createBudget = (budget: Budget, store: UsageStore) => {
  let known: { at: number; day: DayUsage } | null = null

  /** What was used today. */
  const today = async (): Promise<DayUsage> => {
    if (known && performance.now() - known.at < REMEMBER_MILLISECONDS) return known.day
    const day = await store.usageToday()
    known = { at: performance.now(), day }
    return day
  }
  return {
    today,
    /** Why nothing may be asked now; null: something may. */
    closed: async (): Promise<string | null> => {
      if (budget.tokens === null && budget.usd === null) return null
      const { inputTokens, outputTokens, usd } = await today()
      const tokens = inputTokens + outputTokens
      if (budget.tokens !== null && tokens >= budget.tokens) {
        return `The budget of the day is used up: ${tokens} of ${budget.tokens} tokens. It begins anew at midnight UTC.`
      }
      if (budget.usd !== null && (usd ?? 0) >= budget.usd) {
        return `The budget of the day is used up: ${(usd ?? 0).toFixed(2)} of ${budget.usd} USD. It begins anew at midnight UTC.`
      }
      return null
    },
    /** Something was spent: the sum is read again. */
    forget: (): void => {
      known = null
    },
  }
}

export type DayBudget = ReturnType<typeof createBudget>
