import { decodeCursor, encodeCursor } from '@mothership/platform/connection'
import { BadUserInputError } from '@mothership/platform/errors'
import { isUuid } from '@mothership/platform/uuid'
import type { DiffPlace } from '../domain/diff.ts'
import type { Pair } from '../domain/pair.ts'
import { ALL_THINGS } from '../domain/thing.ts'
import type { WeightCursor } from '../store/pages.ts'
import type { SuggestionCursor } from '../store/suggestions.ts'

const foreign = (): BadUserInputError =>
  new BadUserInputError('after is not a cursor of this list. Hand back one that an earlier answer gave.', {
    path: 'after',
  })

/** Whether a number may be one that the store counts by: a larger one would not fit a column. */
const isCount = (part: unknown): part is number => Number.isInteger(part) && Number(part) >= 0 && Number(part) < 2 ** 31

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
  if (!isCount(number)) throw foreign()
  return number
}

/** Reads the cursor of a list by two numbers. Throws BadUserInputError. */
export const afterNumbers = (after: string | null | undefined): [number, number] | null => {
  if (after === null || after === undefined) return null
  const [first, second] = decodeCursor(after, 2)
  if (!isCount(first) || !isCount(second)) throw foreign()
  return [first, second]
}

/** Reads the cursor of what differs. Throws BadUserInputError. */
export const afterPlace = (after: string | null | undefined): DiffPlace | null => {
  if (after === null || after === undefined) return null
  const [rank, key, id] = decodeCursor(after, 3)
  if (typeof rank !== 'number' || !ALL_THINGS[rank] || typeof key !== 'string') throw foreign()
  if (typeof id !== 'string' || !isUuid(id)) throw foreign()
  return { rank, key, id }
}

/** Reads the cursor of a list of pairs, placed by a number. Throws BadUserInputError. */
export const afterPair = (after: string | null | undefined): (Pair & { number: number }) | null => {
  if (after === null || after === undefined) return null
  const [number, first, second] = decodeCursor(after, 3)
  if (typeof number !== 'number' || typeof first !== 'string' || typeof second !== 'string') throw foreign()
  if (!isUuid(first) || !isUuid(second)) throw foreign()
  return { number, first, second }
}

/** Reads the cursor of the list of suggestions. Throws BadUserInputError. */
export const afterSuggestion = (after: string | null | undefined): SuggestionCursor | null => {
  if (after === null || after === undefined) return null
  const [overridden, beliefId] = decodeCursor(after, 2)
  if (!isCount(overridden) || typeof beliefId !== 'string' || !isUuid(beliefId)) throw foreign()
  return { overridden, beliefId }
}
