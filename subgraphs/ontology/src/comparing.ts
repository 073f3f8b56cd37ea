import type { Runtime } from '@mothership/platform/subgraph'
import { oppositionOf } from './domain/polarity.ts'
import { COMPARE_JOB, type OntologyStore } from './store.ts'

/** How many beliefs are compared with the others at a time. */
const BATCH = 100

/** Finds the beliefs that are near in meaning. */
export interface Comparing {
  /** Compares all beliefs whose meaning was not compared yet. Idempotent. */
  catchUp(): Promise<void>
}

/** Starts the background job that compares beliefs with the others once their meaning is known. It changes none. */
export const startComparing = async ({ jobs }: Runtime, store: OntologyStore): Promise<Comparing> => {
  const compare = async (ids: readonly string[]): Promise<void> => {
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
  await jobs.work<string[]>(COMPARE_JOB, (data) => compareAll([...new Set(data.flat())]))
  return {
    catchUp: async () => {
      let after: string | null = null
      do {
        const ids = await store.findUncompared({ after, limit: BATCH })
        await compareAll(ids)
        after = ids.at(-1) ?? null
      } while (after !== null)
    },
  }
}
