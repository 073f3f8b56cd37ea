import { decodeCursor, encodeCursor } from './connection.ts'
import { BadUserInputError } from './errors.ts'
import { isUuid } from './uuid.ts'

/** A place in a list that is ordered by a time, and by an id where times are equal. */
export interface TimePlace {
  readonly at: Date
  readonly id: string
}

/** The cursor of a place. */
export const timeCursor = (at: Date, id: string): string => encodeCursor([at.toISOString(), id])

/** The place that a cursor holds; null: the beginning. Throws BadUserInputError where it is no cursor of such a list. */
export const placeOf = (cursor: string | null | undefined): TimePlace | null => {
  if (cursor == null) return null
  const [time, id] = decodeCursor(cursor, 2)
  const at = new Date(typeof time === 'string' ? time : Number.NaN)
  if (isInReach(at) && typeof id === 'string' && isUuid(id)) return { at, id }
  throw new BadUserInputError('after is not a cursor of this list. Hand back one that an earlier answer gave.', {
    path: 'after',
  })
}

/** A JavaScript date may be of a year that PostgreSQL does not read as it is written. */
const isInReach = (at: Date): boolean => {
  const year = at.getUTCFullYear()
  return year >= 1 && year <= 9999
}
