import { decodeCursor, encodeCursor } from '@mothership/platform/connection'
import { BadUserInputError } from '@mothership/platform/errors'
import { isUuid } from '@mothership/platform/uuid'
import type { DiffPlace } from '../domain/diff.ts'
import { ALL_THINGS } from '../domain/thing.ts'
import type { WeightCursor } from '../store/pages.ts'

const foreign = (): BadUserInputError =>
  new BadUserInputError('after is not a cursor of this list. Hand back one that an earlier answer gave.', {
    path: 'after',
  })

/** The cursor of a list that has the heaviest first. */
export const weightCursor = ({ weight, id }: WeightCursor): string => encodeCursor([weight, id])

/** Reads such a cursor. Throws BadUserInputError. */
export const afterWeight = (after: string | null | undefined): WeightCursor | null => {
  if (after === null || after === undefined) return null
  const [weight, id] = decodeCursor(after, 2)
  if (typeof weight !== 'number' || typeof id !== 'string' || !isUuid(id)) throw foreign()
  return { weight, id }
}

/** Reads the cursor of a list by name. Throws BadUserInputError. */
export const afterText = (after: string | null | undefined): string | null => {
  if (after === null || after === undefined) return null
  const [text] = decodeCursor(after, 1)
  if (typeof text !== 'string') throw foreign()
  return text
}

/** Reads the cursor of a list by number. Throws BadUserInputError. */
export const afterNumber = (after: string | null | undefined): number | null => {
  if (after === null || after === undefined) return null
  const [number] = decodeCursor(after, 1)
  if (typeof number !== 'number' || !Number.isSafeInteger(number)) throw foreign()
  return number
}

/** Reads the cursor of what differs. Throws BadUserInputError. */
export const afterPlace = (after: string | null | undefined): DiffPlace | null => {
  if (after === null || after === undefined) return null
  const [rank, key, id] = decodeCursor(after, 3)
  if (typeof rank !== 'number' || !ALL_THINGS[rank] || typeof key !== 'string') throw foreign()
  if (typeof id !== 'string' || !isUuid(id)) throw foreign()
  return { rank, key, id }
}
