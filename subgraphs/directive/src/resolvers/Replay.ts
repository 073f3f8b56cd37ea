import { decodeCursor, encodeCursor, pageSize, toConnection } from '@mothership/platform/connection'
import { BadUserInputError } from '@mothership/platform/errors'
import type { ReplayResolvers } from '../generated/resolvers.ts'

/** The place in the list that a cursor holds; 0: the beginning. Throws BadUserInputError. */
const afterOrdinal = (after: string | null | undefined): number => {
  if (after == null) return 0
  const [ordinal] = decodeCursor(after, 1)
  if (typeof ordinal === 'number' && Number.isSafeInteger(ordinal) && ordinal >= 0 && ordinal < 2 ** 31) return ordinal
  throw new BadUserInputError('after is not a cursor of this list. Hand back one that an earlier answer gave.', {
    path: 'after',
  })
}

export const Replay: ReplayResolvers = {
  __resolveReference: ({ id }, { loaders }) => loaders.replay.load(id),
  ontologyRevision: ({ baseRevision }) => baseRevision,
  differences: async ({ id }, { first, after }, { replayStore }) => {
    const size = pageSize(first)
    const ordinal = afterOrdinal(after)
    return toConnection({
      rows: await replayStore.pageOfDifferences({ replayId: id, after: ordinal, rows: size + 1 }),
      first: size,
      cursorOf: (difference) => encodeCursor([difference.ordinal]),
      totalCount: () => replayStore.countDifferences(id),
      hasPreviousPage: ordinal > 0,
    })
  },
}
