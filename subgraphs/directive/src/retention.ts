import { setImmediate as nextTurn } from 'node:timers/promises'
import type { Runtime } from '@mothership/platform/subgraph'
import { disposeAll, every, once, type Disposer } from '@mothership/platform/time'
import { RETENTION_JOB, type RetentionStore } from './store/retention.ts'

/** A job goes on for so long and sends the next one: none is near the 5 minutes of a job. */
const SLICE_MILLISECONDS = 60_000
/** How often what has grown too old is looked for, besides at each start. */
const LOOK_MILLISECONDS = 3_600_000

/** Forgets what is not kept any more, in the background, a batch at a time. */
export const startRetention = async (
  { jobs, logger }: Pick<Runtime, 'jobs' | 'logger'>,
  store: RetentionStore,
): Promise<Disposer> => {
  const ending = new AbortController()

  /** One job is enough for all processes; one too many finds nothing to do. */
  const request = async (): Promise<void> => {
    if (ending.signal.aborted || (await jobs.isQueued(RETENTION_JOB))) return
    await store.requestRetention()
  }
  const work = async (): Promise<void> => {
    const end = performance.now() + SLICE_MILLISECONDS
    // What a process leaves that ends, the next look finds.
    while (!ending.signal.aborted) {
      if (!(await store.forgetSome())) return
      if (performance.now() > end) return request()
      await nextTurn()
    }
  }
  await jobs.work(RETENTION_JOB, work, { asOne: true })
  await request()
  const stopLooking = every(LOOK_MILLISECONDS, request, logger)
  return once(async () => {
    ending.abort()
    await disposeAll([stopLooking])
  })
}
