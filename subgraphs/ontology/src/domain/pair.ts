import { isUuid } from '@mothership/platform/uuid'

/** Two beliefs by their ids, the lower one first: the same pair, whichever is named first. */
export interface Pair {
  readonly first: string
  readonly second: string
}

/** The opaque id of a pair: always the same for the same two. */
export const pairId = ({ first, second }: Pair): string => Buffer.from(`${first}:${second}`).toString('base64url')

/** The pair of an id; null where it is the id of none. */
export const pairOfId = (id: string): Pair | null => {
  const [first = '', second = '', ...rest] = Buffer.from(id, 'base64url').toString().split(':')
  return rest.length === 0 && isUuid(first) && isUuid(second) && first < second ? { first, second } : null
}
