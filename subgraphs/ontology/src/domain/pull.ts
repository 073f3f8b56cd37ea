import type { Network } from './network.ts'
import { type Span, spanOf } from './workspace.ts'
import { MAX_SLOPE, slopeOf } from './strength.ts'

/** Rounds in which the pulls of a cycle are added up. */
const PULL_ROUNDS = 60

/** The steepest that the strength of each node can change with its energy. */
export const steepestSlopes = ({ credences }: Network): Float64Array =>
  credences.map((credence) => MAX_SLOPE * Math.max(credence, 1 - credence))

/** How fast the strength of each node changes with its energy, and with its credence, at these strengths. */
export const slopesAt = (
  { credences, starts, sources, weights }: Network,
  strengths: Float64Array,
): { slopes: Float64Array; ofCredence: Float64Array } => {
  const slopes = new Float64Array(credences.length)
  const ofCredence = new Float64Array(credences.length)
  for (let n = 0; n < credences.length; n++) {
    let energy = 0
    for (let at = starts[n] as number; at < (starts[n + 1] as number); at++) {
      energy += (weights[at] as number) * (strengths[sources[at] as number] as number)
    }
    slopes[n] = slopeOf(credences[n] as number, energy)
    ofCredence[n] = 1 / (1 + energy * energy)
  }
  return { slopes, ofCredence }
}

/**
 * By how much the target's strength moves for each unit that a belief's own moves: the sum over all ways
 * from it of the products of weights and slopes. With the steepest slopes it is a bound. Infinite where a cycle may keep on adding to it: no
 * bound is known there.
 */
export const pullsOn = (network: Network, target: number, slopes: Float64Array): Float64Array => {
  const { credences, starts, sources, weights, components } = network
  const pulls = new Float64Array(credences.length)
  for (let component = components.length - 2; component >= 0; component--) {
    const { first, last } = spanOf(network, component)
    const own = pulls.slice(first, last)
    if (target >= first && target < last) own[target - first] = 1
    const settled = addUp(network, { first, last }, { own, slopes })
    for (let n = first; n < last; n++) {
      pulls[n] = settled[n - first] as number
      for (let at = starts[n] as number; at < (starts[n + 1] as number); at++) {
        const source = sources[at] as number
        if (source >= first || pulls[n] === 0) continue
        const through = Math.abs(weights[at] as number) * (slopes[n] as number) * (pulls[n] as number)
        pulls[source] = (pulls[source] as number) + through
      }
    }
  }
  return pulls
}

/** Adds up what goes round within a component. */
const addUp = (
  { starts, sources, weights }: Network,
  { first, last }: Span,
  { own, slopes }: { own: Float64Array; slopes: Float64Array },
): Float64Array => {
  if (last - first === 1 || own.every((pull) => pull === 0)) return own
  let pulls = own.slice()
  for (let round = 0; round < PULL_ROUNDS; round++) {
    const next = own.slice()
    for (let n = first; n < last; n++) {
      const through = (slopes[n] as number) * (pulls[n - first] as number)
      for (let at = starts[n] as number; at < (starts[n + 1] as number); at++) {
        const source = (sources[at] as number) - first
        if (source < 0 || source >= own.length) continue
        next[source] = (next[source] as number) + Math.abs(weights[at] as number) * through
      }
    }
    const isSteady = next.every((pull, n) => pull <= (pulls[n] as number) * (1 + 1e-9))
    pulls = next
    // From here on it would grow by less than what is rounded away.
    if (isSteady) return pulls.map((pull) => pull * (1 + 1e-6))
  }
  return pulls.fill(Infinity)
}
