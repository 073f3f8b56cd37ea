import type { Opposition } from './polarity.ts'
import type { Pair } from './pair.ts'

/**
 * From this cosine similarity on, two beliefs are near in meaning. A statement and its denial come to 0.8 to 0.96 with
 * the model of this project; two beliefs of one subject that say different things to 0.7 and less.
 */
export const LEAST_NEARNESS = 0.7
/** From this similarity on, two beliefs may be duplicates: below it, most pairs merely share a subject. */
export const LEAST_DUPLICATE = 0.8
/** How many neighbours a belief is compared with: who repeats a belief more often is found from the other side. */
export const NEIGHBORS = 10

/** Two live beliefs that are near in meaning. */
export interface NearPair extends Pair {
  readonly similarity: number
  /** Null where their words do not oppose each other. */
  readonly opposition: Opposition | null
}
