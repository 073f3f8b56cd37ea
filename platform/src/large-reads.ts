import type { AnswerSize } from './answer-size.ts'
import { UnavailableError } from './errors.ts'
import { createPlaces } from './places.ts'

/** So many that may be of some megabytes each are read at a time: the largest batch of a loader of these. */
export const LARGE_AT_A_TIME = 10
/** So many such reads of a process, whoever asks. */
const READERS = 2
const WAIT_MILLISECONDS = 20_000

/** Reads what may be large, in its turn, and only where the answer still has room for it. */
export type ReadLarge = <T>(read: () => Promise<T>) => Promise<T>

/** The large reads of a process. Of many that are asked for together, those at the front are counted before the rest is read. */
export const createLargeReads = (): ((answer: AnswerSize) => ReadLarge) => {
  const places = createPlaces(READERS)
  return (answer) => async (read) => {
    answer.assertRoom()
    const leave = await places.take({ waitMilliseconds: WAIT_MILLISECONDS })
    if (!leave) throw new UnavailableError('Too much that is large is being read. Try again in a moment.')
    try {
      answer.assertRoom()
      return await read()
    } finally {
      leave()
    }
  }
}
