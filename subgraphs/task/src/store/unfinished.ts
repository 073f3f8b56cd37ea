import { RateLimitedError } from '@mothership/platform/errors'
import type { Tx } from './client.ts'

/**
 * How the tasks of one person are counted: together with others who submit for that person, or alone, so that no two count
 * the same place. TOGETHER will do as long as more places are free than transactions can be under way at a time.
 */
export const Counting = { TOGETHER: 'TOGETHER', ALONE: 'ALONE' } as const
export type Counting = (typeof Counting)[keyof typeof Counting]

/** With fewer free places than this, more than all connections of all processes, tasks are counted alone. */
const MANY = 500

const LOCKS = { TOGETHER: 'pg_advisory_xact_lock_shared', ALONE: 'pg_advisory_xact_lock' } as const

/** Until the transaction ends: who counts alone waits for those who count together, and they for it. */
export const lockCounting = async (tx: Tx, submittedBy: string, counting: Counting): Promise<void> =>
  void (await tx.$executeRawUnsafe(
    `select ${LOCKS[counting]}(hashtextextended($1::text, 0))`,
    `unfinished:${submittedBy}`,
  ))

/** Whether there are so many free places that others may count at the same time. Throws RateLimitedError where none is left. */
export const hasManyPlaces = async (tx: Tx, submittedBy: string, most: number): Promise<boolean> => {
  // In a statement after the lock's: that one would not see what was written while it waited.
  const [row] = await tx.$queryRawUnsafe<{ count: number }[]>(
    `select count(*)::integer as count from (
       select from task.task where submitted_by = $1::text and completed_at is null limit $2::integer
     ) as unfinished`,
    submittedBy,
    most,
  )
  const free = most - (row?.count ?? 0)
  if (free > 0) return free > MANY
  throw new RateLimitedError(
    `${submittedBy} has ${most} unfinished tasks, and may have no more: wait until some are finished, or cancel some, and try again.`,
  )
}
