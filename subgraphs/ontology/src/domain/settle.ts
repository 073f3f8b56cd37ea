import { isContraction } from './contraction.ts'
import type { Network } from './network.ts'
import { strengthOf, toUnit } from './strength.ts'
import { sizeOf, type Span, spanOf, type Workspace } from './workspace.ts'

const TOLERANCE = 1e-12
/** How often the strengths of a cycle are computed at the most, and of a large one: in relations that are read. */
const MAX_ROUNDS = 40_000
const MAX_READS = 1_000_000_000
/** By how much the moves shrink from one look for a contraction to the next. */
const LOOK_AGAIN = 0.4
const FIRST_STEP = 0.25
/** The largest error of one step of the integration in any strength; and that as a part of the largest move. */
const MAX_ERROR = 1e-4
const MAX_ERROR_OF_MOVE = 0.1

/** Writes the strengths of a component, whose inputs are there. Returns false where it is a cycle that did not settle. */
export const computeComponent = (network: Network, room: Workspace, component: number): boolean => {
  const span = spanOf(network, component)
  if (span.last - span.first > 1) return settle(network, room, span)
  const { strengths, slopes } = room
  strengths[span.first] = 0
  measure(network, room, span, slopes[0])
  strengths[span.first] = strengthOf(network.credences[span.first] as number, room.energies[span.first] as number)
  return true
}

/**
 * Integrates ds/dt = strengthOf(s) - s from the credences. Always from the credences, never from an earlier result: a
 * symmetric cycle has several fixed points. As soon as where it stands is within a box that the equation provably
 * contracts (`isContraction`), the flow can end in no other fixed point than the box's only one, and that is reached by
 * putting in what comes out, at a fraction of the cost. Returns whether no strength moves by more than 1e-12 in the end.
 * No step depends on the order of the nodes.
 */
const settle = (network: Network, room: Workspace, span: Span): boolean => {
  const { strengths, start, slopes } = room
  const [moves, , , movesThen] = slopes
  const { first, last } = span
  const mostReads = Math.min(MAX_READS, room.most - room.computed)
  const maxRounds = Math.min(MAX_ROUNDS, Math.ceil(mostReads / sizeOf(network, span)))
  for (let n = first; n < last; n++) start[n] = strengths[n] = network.credences[n] as number
  let move = measure(network, room, span, moves)
  let step = FIRST_STEP
  let [look, rounds] = [Infinity, 1]
  while (move > TOLERANCE && rounds < maxRounds) {
    // Looking costs as much as some steps: not again until the moves are much smaller.
    if (move <= look) {
      if (isContraction(network, room, span)) return iterate(network, room, span, maxRounds - rounds)
      look = move * LOOK_AGAIN
    }
    const { error, moveThen } = tryStep(network, room, span, step)
    rounds += 3
    const allowed = Math.min(MAX_ERROR, MAX_ERROR_OF_MOVE * move)
    if (error <= allowed) {
      start.set(strengths.subarray(first, last), first)
      moves.set(movesThen.subarray(first, last), first)
      move = moveThen
    }
    step *= Math.min(5, Math.max(0.2, 0.9 * Math.cbrt(allowed / error)))
  }
  return finish(room, span, move <= TOLERANCE)
}

/**
 * One step of Bogacki and Shampine (1989), of order 3 with an error of order 2, from `start` and the moves there. Its
 * last stage is at where it leads, and so the first of the next step.
 */
const tryStep = (network: Network, room: Workspace, span: Span, step: number): { error: number; moveThen: number } => {
  const { strengths, start, slopes } = room
  const [k1, k2, k3, k4] = slopes
  advance(room, span, k1, step / 2)
  measure(network, room, span, k2)
  advance(room, span, k2, (3 / 4) * step)
  measure(network, room, span, k3)
  for (let n = span.first; n < span.last; n++) {
    const slope = (2 / 9) * (k1[n] as number) + (1 / 3) * (k2[n] as number) + (4 / 9) * (k3[n] as number)
    strengths[n] = (start[n] as number) + step * slope
  }
  const moveThen = measure(network, room, span, k4)
  let error = Number.MIN_VALUE
  for (let n = span.first; n < span.last; n++) {
    const early = (1 / 12) * (k2[n] as number) + (1 / 9) * (k3[n] as number) - (5 / 72) * (k1[n] as number)
    error = Math.max(error, Math.abs(step * (early - (1 / 8) * (k4[n] as number))))
  }
  return { error, moveThen }
}

const advance = ({ strengths, start }: Workspace, { first, last }: Span, slope: Float64Array, length: number): void => {
  for (let n = first; n < last; n++) strengths[n] = (start[n] as number) + length * (slope[n] as number)
}

/** Writes the energies, their inputs summed in their order, and where each strength moves; returns the largest move. */
const measure = (network: Network, room: Workspace, span: Span, moves: Float64Array): number => {
  const { first, last } = span
  const { credences, starts, sources, weights } = network
  const { strengths, energies } = room
  let largest = 0
  let at = starts[first] as number
  room.computed += sizeOf(network, span)
  for (let n = first; n < last; n++) {
    let energy = 0
    for (const end = starts[n + 1] as number; at < end; at++) {
      energy += (weights[at] as number) * (strengths[sources[at] as number] as number)
    }
    const move = strengthOf(credences[n] as number, energy) - (strengths[n] as number)
    energies[n] = energy
    moves[n] = move
    largest = Math.max(largest, Math.abs(move))
  }
  return largest
}

const finish = ({ strengths }: Workspace, { first, last }: Span, hasSettled: boolean): boolean => {
  for (let n = first; n < last; n++) strengths[n] = toUnit(strengths[n] as number)
  return hasSettled
}

/** Puts in what comes out until no strength moves. The first moves were measured already. */
const iterate = (network: Network, room: Workspace, span: Span, maxRounds: number): boolean => {
  const { strengths, slopes } = room
  const [moves] = slopes
  for (let round = 0; ; round++) {
    for (let n = span.first; n < span.last; n++) strengths[n] = (strengths[n] as number) + (moves[n] as number)
    const hasSettled = measure(network, room, span, moves) <= TOLERANCE
    if (hasSettled || round >= maxRounds) return finish(room, span, hasSettled)
  }
}
