import type { Runtime } from '@mothership/platform/subgraph'
import { oppositionOf } from './domain/polarity.ts'
import { COMPARE_JOB, type OntologyStore } from './store.ts'

/** How many beliefs are compared with the others at a time. */
const BATCH = 100

/** The beliefs that were not compared yet, after an id. */
type Missing = { after: string | null }

/** Finds the beliefs that are near in meaning. */
export interface Comparing {
  /**
   * Has all beliefs compared whose meaning was not compared yet: few of them before it returns, so that a start does not
   * go on beside the first work; many in the background. Idempotent.
   */
  catchUp(): Promise<void>
}

/** Starts the background job that compares beliefs with the others once their meaning is known. It changes none. */
export const startComparing = async ({ jobs }: Runtime, store: OntologyStore): Promise<Comparing> => {
  const compare = async (ids: readonly string[]): Promise<void> => {
    if (ids.length === 0) return
    const { compared, pairs } = await store.compareMeanings(ids)
    if (compared.length === 0) return
    const textOf = ({ name, description }: (typeof pairs)[number]['one']): string => `${name}. ${description}`
    await store.storeNearPairs({
      compared,
      pairs: pairs.map((pair) => ({ ...pair, opposition: oppositionOf(textOf(pair.one), textOf(pair.other)) })),
    })
  }
  const compareAll = async (ids: readonly string[]): Promise<void> => {
    for (let place = 0; place < ids.length; place += BATCH) await compare(ids.slice(place, place + BATCH))
  }
  /** One batch a job: all of them would outlive the time that a job has. */
  const compareMissing = async ({ after }: Missing): Promise<void> => {
    const ids = await store.findUncompared({ after, limit: BATCH })
    await compareAll(ids)
    const last = ids.at(-1)
    if (last !== undefined) await store.requestComparison({ after: last })
  }
  await jobs.work<string[] | Missing>(COMPARE_JOB, async (data) => {
    await compareAll([...new Set(data.flatMap((given) => (Array.isArray(given) ? given : [])))])
    for (const given of data) if (!Array.isArray(given)) await compareMissing(given)
  })
  return {
    catchUp: async () => {
      const missing = await store.findUncompared({ after: null, limit: BATCH + 1 })
      if (missing.length > BATCH) await store.requestComparison({ after: null })
      else await compare(missing)
    },
  }
}
