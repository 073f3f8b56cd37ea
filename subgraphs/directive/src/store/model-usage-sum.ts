import type { Sql } from '@mothership/platform/database'
import { TODAY } from './model-usage.ts'

/**
 * Takes away calls that are older than what is kept day by day, and adds them to the sum of their directive and task in
 * the same statement: what those used stays as it was told. What belongs to nothing that was kept goes with its day.
 * Another process that is at it is not waited for: it has other calls. Answers how many went.
 */
export const foldOldUsage = async (
  sql: Sql,
  { keptDays, most }: { keptDays: number; most: number },
): Promise<number> => {
  const [row] = await sql.query<{ count: number }>(
    `with old as (
       select id from directive.model_usage where day < ${TODAY} - $1::integer
       order by day limit $2::integer for update skip locked
     ), gone as (
       delete from directive.model_usage u using old where u.id = old.id returning u.*
     ), folded as (
       insert into directive.model_usage_sum as s
         (directive_id, task_id, calls, failed_calls, attempts, input_tokens, output_tokens, usd)
       select directive_id, task_id, count(*), count(*) filter (where not succeeded), sum(attempts), sum(input_tokens),
              sum(output_tokens), sum(usd)
       from gone
       where exists (select from directive.directive d where d.id = gone.directive_id) or exists (
         select from directive.directive d where d.task_id = gone.task_id and d.status <> 'SUPERSEDED'
       )
       group by directive_id, task_id
       -- In one order: two processes that add to the same sums must not wait for each other.
       order by directive_id, task_id
       on conflict (directive_id, task_id) do update set
         calls = s.calls + excluded.calls, failed_calls = s.failed_calls + excluded.failed_calls,
         attempts = s.attempts + excluded.attempts, input_tokens = s.input_tokens + excluded.input_tokens,
         output_tokens = s.output_tokens + excluded.output_tokens,
         usd = case when s.usd is null then excluded.usd else s.usd + coalesce(excluded.usd, 0) end
     )
     select count(*)::integer as count from gone`,
    [keptDays, most],
  )
  return row?.count ?? 0
}
