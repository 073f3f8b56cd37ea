import { randomUUID } from 'node:crypto'
import type { Sql } from '@mothership/platform/database'

/** What a model was asked for. */
export type Purpose = 'DIRECTIVE' | 'JUDGE'

/** What one model was asked, all tries of it together. */
export interface UsageDraft {
  readonly provider: string
  readonly model: string
  readonly purpose: Purpose
  readonly directiveId: string | null
  readonly taskId: string | null
  readonly attempts: number
  readonly inputTokens: number
  readonly outputTokens: number
  /** Null: the model has no price. */
  readonly usd: number | null
  readonly succeeded: boolean
}

/** A sum over calls. `usd` is null where none of them had a price. */
export interface Usage {
  readonly calls: number
  readonly failedCalls: number
  readonly attempts: number
  readonly inputTokens: number
  readonly outputTokens: number
  readonly usd: number | null
}

export interface DayUsage extends Usage {
  /** YYYY-MM-DD, in UTC. */
  readonly day: string
}

const NONE: Usage = { calls: 0, failedCalls: 0, attempts: 0, inputTokens: 0, outputTokens: 0, usd: null }

const SUMS = `count(*)::float8 as calls, count(*) filter (where not succeeded)::float8 as "failedCalls",
  sum(attempts)::float8 as attempts, sum(input_tokens)::float8 as "inputTokens",
  sum(output_tokens)::float8 as "outputTokens", sum(usd)::float8 as usd`

/** The calls as sums, those that are kept one by one and those that are not any more. */
const ALL = (column: keyof typeof TYPES): string => {
  const where = `where ${column} in (select id::${TYPES[column]} from jsonb_array_elements_text($1::jsonb) as list (id))`
  return `select ${column} as id, 1 as calls, (not succeeded)::integer as failed_calls, attempts, input_tokens, output_tokens, usd
    from directive.model_usage ${where}
    union all
    select ${column}, calls, failed_calls, attempts, input_tokens, output_tokens, usd
    from directive.model_usage_sum ${where}`
}

const TYPES = { directive_id: 'uuid', task_id: 'text' } as const

export const TODAY = `(now() at time zone 'UTC')::date`

export type UsageStore = ReturnType<typeof createUsageStore>

/**
 * What the language models were asked and what it cost. `keptDays` before today are told day by day: what is older is
 * about to be folded, see retention.ts, and a day of which a part is gone must not be told as if it were whole.
 */
export const createUsageStore = (sql: Sql, { keptDays }: { keptDays: number }) => {
  const sumsBy = async (column: keyof typeof TYPES, ids: readonly string[]): Promise<Usage[]> => {
    const rows = await sql.query<Usage & { id: string }>(
      `select id::text as id, sum(calls)::float8 as calls, sum(failed_calls)::float8 as "failedCalls",
         sum(attempts)::float8 as attempts, sum(input_tokens)::float8 as "inputTokens",
         sum(output_tokens)::float8 as "outputTokens", sum(usd)::float8 as usd
       from (${ALL(column)}) as every_call group by id`,
      [JSON.stringify(ids)],
    )
    const sums = new Map(rows.map(({ id, ...usage }) => [id, usage]))
    return ids.map((id) => sums.get(id) ?? NONE)
  }
  return {
    recordUsage: async (draft: UsageDraft): Promise<void> => {
      const { provider, model, purpose, directiveId, taskId, attempts, inputTokens, outputTokens, usd } = draft
      await sql.query(
        `insert into directive.model_usage (id, at, day, provider, model, purpose, directive_id, task_id, attempts,
           input_tokens, output_tokens, usd, succeeded)
         values ($1, now(), ${TODAY}, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`,
        [
          randomUUID(),
          provider,
          model,
          purpose,
          directiveId,
          taskId,
          attempts,
          inputTokens,
          outputTokens,
          usd,
          draft.succeeded,
        ],
      )
    },

    /** The sum of the day, by the database's clock. */
    usageToday: async (): Promise<DayUsage> => {
      const [row] = await sql.query<DayUsage>(
        `select ${TODAY}::text as day, ${SUMS} from directive.model_usage where day = ${TODAY}`,
      )
      return row && row.calls > 0 ? row : { ...NONE, day: row?.day ?? '' }
    },

    /** For each directive, in the order of the ids. */
    usageOfDirectives: (ids: readonly string[]): Promise<Usage[]> => sumsBy('directive_id', ids),
    /** For each task, in the order of the ids. */
    usageOfTasks: (ids: readonly string[]): Promise<Usage[]> => sumsBy('task_id', ids),

    /** Days with calls, the newest first, before a day. */
    usageByDay: ({ rows, before }: { rows: number; before: string | null }): Promise<DayUsage[]> =>
      sql.query<DayUsage>(
        `select day::text as day, ${SUMS} from directive.model_usage
         where day >= ${TODAY} - $3::integer and ($1::date is null or day < $1::date)
         group by model_usage.day order by model_usage.day desc limit $2::integer`,
        [before, rows, keptDays],
      ),
    countUsageDays: async (): Promise<number> => {
      const [row] = await sql.query<{ count: number }>(
        `select count(distinct day)::integer as count from directive.model_usage where day >= ${TODAY} - $1::integer`,
        [keptDays],
      )
      return row?.count ?? 0
    },
  }
}
