import type { PrismaSql } from '@mothership/platform/database'
import { BadUserInputError } from '@mothership/platform/errors'
import type { TimePlace } from '@mothership/platform/time-cursor'

/** A page's tasks bring their contents: some megabytes each. */
const MOST = 20
const MOST_COUNTED = 1000

/** An attempt that gave a result, as its check saw it. */
export interface CheckedAttempt {
  readonly number: number
  readonly result: unknown
  readonly trace: unknown
  readonly plan: string[] | null
  readonly milliseconds: number
}

/** A task that is over. */
export interface FinishedTask {
  readonly id: string
  readonly type: string
  readonly completedAt: Date
  readonly attempt: CheckedAttempt | null
}

type Row = Omit<FinishedTask, 'attempt'> & Omit<CheckedAttempt, 'number'> & { readonly number: number | null }

const OVER = `t.completed_at is not null and t.directive_id is not null
  and ($1::timestamptz is null or t.completed_at < $1::timestamptz)`

/** A page of the tasks that are over, the last one first, in one statement. Throws BadUserInputError. */
export const findFinished = async (
  sql: PrismaSql,
  { first, after, before }: { first: number; after: TimePlace | null; before: Date | null },
): Promise<FinishedTask[]> => {
  if (first < 1 || first > MOST) {
    throw new BadUserInputError(`first is ${first}; it may be 1 to ${MOST}.`, { path: 'first' })
  }
  const rows = await sql.$queryRawUnsafe<Row[]>(
    `select t.id::text, t.type, t.completed_at as "completedAt", a.*
     from task.task t
     left join lateral (
       select number, result, coalesce(trace, jsonb_build_object('plan', plan, 'steps', steps)) as trace,
              coalesce(plan, trace -> 'plan') as plan, coalesce(milliseconds, 0) as milliseconds
       from task.attempt where task_id = t.id and end_reason = 'RESULT' order by number desc limit 1
     ) a on true
     where ${OVER} and ($2::timestamptz is null or (t.completed_at, t.id) < ($2::timestamptz, $3::uuid))
     order by t.completed_at desc, t.id desc limit $4::integer`,
    before?.toISOString() ?? null,
    after?.at.toISOString() ?? null,
    after?.id ?? null,
    first,
  )
  return rows.map(({ number, result, trace, plan, milliseconds, ...task }) => ({
    ...task,
    attempt: number === null ? null : { number, result, trace, plan, milliseconds },
  }))
}

/** How many tasks are over, counted up to 1,000. */
export const countFinished = async (sql: PrismaSql, before: Date | null): Promise<number> => {
  const [row] = await sql.$queryRawUnsafe<{ count: number }[]>(
    `select count(*)::integer as count from (select from task.task t where ${OVER} limit ${MOST_COUNTED}) as counted`,
    before?.toISOString() ?? null,
  )
  return row?.count ?? 0
}
