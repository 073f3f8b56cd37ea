import type { Pair } from './pair.ts'

/** Two beliefs that say nearly the same. */
export interface Duplicate extends Pair {
  readonly similarity: number
  /** Which of the two has more relations and links. */
  readonly better: string
}
