import type { Runtime } from '@mothership/platform/subgraph'
import { PrismaClient } from '@mothership/prisma'
import { forgetOldClaims } from './model-claims.ts'
import { foldOldUsage } from './model-usage-sum.ts'
import { forgetOld } from './replay-rows.ts'

/** The job that forgets what is not kept any more. */
export const RETENTION_JOB = 'directive.retention'

/** So many calls go with one statement, */
const MOST_CALLS = 1000
/** and so many replays, of which each may have found 1,000 differences. */
const MOST_REPLAYS = 5

type OwnTables = Pick<PrismaClient, '$transaction' | '$queryRawUnsafe' | '$executeRawUnsafe'>

export type RetentionStore = ReturnType<typeof createRetentionStore>

/** The only way to what is forgotten in time. What tasks were told, and how they were judged, never is. */
export const createRetentionStore = (
  { database, jobs }: Pick<Runtime, 'database' | 'jobs'>,
  { usageDays }: { usageDays: number },
) => {
  const prisma: OwnTables = database.client(PrismaClient)
  return {
    /** Forgets some of what is too old. Answers whether there may be more. Any number of processes may do so at once. */
    forgetSome: async (): Promise<boolean> => {
      const calls = await foldOldUsage(database, { keptDays: usageDays, most: MOST_CALLS })
      const replays = await forgetOld(prisma, MOST_REPLAYS)
      await forgetOldClaims(database)
      return calls === MOST_CALLS || replays === MOST_REPLAYS
    },

    /** Sends the job. */
    requestRetention: (): Promise<void> => prisma.$transaction((tx) => jobs.send(tx, RETENTION_JOB, null)),
  }
}
