import type { Network } from './network.ts'
import { slopeOf, steepestNear } from './strength.ts'
import { sizeOf, type Span, type Workspace } from './workspace.ts'

/** How often the size of the box is improved before it is given up. */
const MAX_ROUNDS = 12
/** How much a round may still enlarge it. */
const IS_STEADY = 1.2
/** The least half-width of the box on any side, as a part of the largest move. */
const LEAST_WIDTH = 0.01
/** Below 1, or there would be a box without a single fixed point. */
const LARGEST_FACTOR = 1 - 1e-6

/**
 * Whether the strengths s of a cycle stand in a box, |x - s| <= width for each belief, that the equation F maps into
 * itself and contracts: |F(s) - s| + L * width <= width, where L has the steepest slopes within the box, without their
 * signs (Banach, in the norm that `width` weighs). F has exactly one fixed point in it then. The flow towards F leaves
 * no such box, for the box is convex, and so ends there as well.
 *
 * The box is twice what the moves add up to, each carried on by the slopes at s. It expects the moves and energies at s
 * in the room, and works in what the integration does not need meanwhile.
 */
export const isContraction = (network: Network, room: Workspace, { first, last }: Span): boolean => {
  const { credences } = network
  const { energies, slopes } = room
  const [moves, incoming, width, next] = slopes
  let largest = 0
  for (let n = first; n < last; n++) largest = Math.max(largest, Math.abs(moves[n] as number))
  const least = largest * LEAST_WIDTH
  for (let n = first; n < last; n++) next[n] = Math.abs(moves[n] as number) + least
  for (let round = 0, growth = Infinity; growth > IS_STEADY; round++) {
    if (round === MAX_ROUNDS) return false
    growth = 0
    room.computed += sizeOf(network, { first, last })
    width.set(next.subarray(first, last), first)
    carry(network, slopes, { first, last })
    for (let n = first; n < last; n++) {
      const through = slopeOf(credences[n] as number, energies[n] as number) * (incoming[n] as number)
      next[n] = Math.abs(moves[n] as number) + least + through
      growth = Math.max(growth, (next[n] as number) / (width[n] as number))
    }
  }
  for (let n = first; n < last; n++) {
    const [whole, reach] = [2 * (width[n] as number), 2 * (incoming[n] as number)]
    const spread = steepestNear(credences[n] as number, energies[n] as number, reach) * reach
    if (Math.abs(moves[n] as number) + spread > whole || spread > LARGEST_FACTOR * whole) return false
  }
  return true
}

/** Writes, for each belief, the sum of weight times width over its inputs from the cycle. */
const carry = (network: Network, slopes: Workspace['slopes'], { first, last }: Span): void => {
  const { starts, sources, weights } = network
  const [, incoming, width] = slopes
  for (let n = first; n < last; n++) {
    let sum = 0
    for (let at = starts[n] as number, end = starts[n + 1] as number; at < end; at++) {
      const source = sources[at] as number
      if (source >= first && source < last) sum += Math.abs(weights[at] as number) * (width[source] as number)
    }
    incoming[n] = sum
  }
}
