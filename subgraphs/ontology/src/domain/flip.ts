import { type Network, toNetwork } from './network.ts'
import { computeComponent } from './settle.ts'
import { createWorkspace, sizeOf, spanOf, type Workspace } from './workspace.ts'
import { pullsOn, slopesAt, steepestSlopes } from './pull.ts'
import { type Evidence, standingOf } from './strength.ts'

/** A change of one number: of a belief's credence, or of a relation's weight. */
export interface Flip {
  readonly kind: 'CREDENCE' | 'WEIGHT'
  /** Of the belief or the relation. */
  readonly id: string
  readonly before: number
  /** The nearest number at which the standing has turned. */
  readonly after: number
}

/** What bears on a belief, directly or not, the belief itself included. */
export interface Upstream {
  readonly beliefs: readonly { id: string; credence: number }[]
  readonly relations: readonly (Evidence & { fromStrength: number })[]
}

/** How close to where the standing turns a flip is. */
const TOLERANCE = 1e-9
/** A weight is above 0. */
const LEAST_WEIGHT = 1e-9
/** How many numbers on each side are tried where a strength need not move one way alone. */
const TRIES = 4
/**
 * How many strengths are computed, and relations read, at the most: about a second. The answer depends on nothing but
 * the graph: no clock is asked.
 */
const MAX_COMPUTED = 30_000_000

interface Candidate {
  readonly kind: Flip['kind']
  /** The input of the network, or the node. */
  readonly place: number
  /** The node that it bears on first. */
  readonly node: number
  readonly now: number
  readonly least: number
  /** The belief's strength moves by no more than this times the change. */
  readonly pull: number
  /** By how much it moves for a small change, about. */
  readonly likely: number
}

/**
 * The smallest change of one credence or one weight upstream that turns a belief's standing, found by computing the
 * strengths that it would make: a change is an answer only if it turns the standing, and one smaller by 1e-9 does not.
 * Numbers that cannot turn it within the best change so far are left out by a bound on what they move; of the others,
 * both directions are tried at several distances, for in a cycle, or where a belief bears on another in two ways, more of
 * a change need not move more. Null where nothing that was tried turns it. `isExhausted` says that the search ended
 * before all were tried.
 */
export const smallestFlip = (
  beliefId: string,
  { beliefs, relations }: Upstream,
): { flip: Flip | null; isExhausted: boolean } => {
  const held = new Map(relations.map(({ from, fromStrength }) => [from, fromStrength]))
  const network = toNetwork(beliefs, relations, held)
  const trial = createTrial(network, network.beliefs.indexOf(beliefs.findIndex(({ id }) => id === beliefId)))
  if (trial.isExhausted()) return { flip: null, isExhausted: true }
  const gap = Math.abs(trial.strength - 0.5)
  let best: { candidate: Candidate; after: number } | null = null
  let distance = Infinity
  for (const candidate of candidatesOf(network, trial)) {
    // What is rounded away when standings are compared is left to both sides.
    if (candidate.pull * Math.min(distance, 1) < gap - TOLERANCE) continue
    if (trial.isExhausted()) break
    for (const end of [candidate.least, 1]) {
      const after = nearestFlip(trial, candidate, { end, within: distance })
      if (after === null) continue
      best = { candidate, after }
      distance = Math.abs(after - candidate.now)
    }
  }
  const isExhausted = trial.isExhausted()
  if (best === null) return { flip: null, isExhausted }
  const { kind, place, now } = best.candidate
  const id =
    kind === 'CREDENCE'
      ? (beliefs[network.beliefs[place] as number] as { id: string }).id
      : (relations[network.relations[place] as number] as { id: string }).id
  return { flip: { kind, id, before: now, after: best.after }, isExhausted }
}

/**
 * The nearest number between now and an end, not farther than the best so far, at which the standing turns. Null also
 * where the search ended before it was found: strengths that were not computed to their end tell nothing.
 */
const nearestFlip = (
  trial: Trial,
  candidate: Candidate,
  { end, within }: { end: number; within: number },
): number | null => {
  const { now } = candidate
  const sign = Math.sign(end - now)
  const most = Math.min(Math.abs(end - now), within)
  if (most <= TOLERANCE) return null
  const at = (part: number): number => (part === most && most < within ? end : now + sign * part)
  let near = 0
  let far = 0
  for (let attempt = 1; attempt <= TRIES && far === 0; attempt++) {
    const part = attempt === TRIES ? most : (most * attempt) / TRIES
    const isTurned = trial.turns(candidate, at(part))
    if (trial.isExhausted()) return null
    if (isTurned) far = part
    else near = part
  }
  if (far === 0) return null
  while (far - near > TOLERANCE / 2) {
    const middle = (near + far) / 2
    if (middle === near || middle === far) break
    const isTurned = trial.turns(candidate, at(middle))
    if (trial.isExhausted()) return null
    if (isTurned) far = middle
    else near = middle
  }
  return far < within ? at(far) : null
}

interface Trial {
  /** The belief whose standing is to turn. */
  readonly target: number
  readonly strength: number
  /** All strengths as they are, by place. */
  readonly settled: Float64Array
  /** Whether it turns where a number is another. */
  turns(candidate: Candidate, number: number): boolean
  isExhausted(): boolean
}

/** Computes strengths anew from where a number was changed, by the code of an edit, and puts all back afterwards. */
const createTrial = (network: Network, target: number): Trial => {
  const room = createWorkspace(network, MAX_COMPUTED)
  const componentOf = new Int32Array(network.credences.length)
  for (let component = 0; component + 1 < network.components.length; component++) {
    const { first, last } = spanOf(network, component)
    componentOf.fill(component, first, last)
    computeComponent(network, room, component)
  }
  const settled = room.strengths.slice()
  const strength = settled[target] as number
  const standing = standingOf(strength)

  const compute = (node: number): number => {
    const isMoved = new Uint8Array(settled.length)
    room.computed += settled.length
    const start = componentOf[node] as number
    const end = componentOf[target] as number
    for (let component = start; component <= end; component++) {
      const span = spanOf(network, component)
      // Looking counts as well: in a long chain it is most of the work.
      room.computed += sizeOf(network, span)
      if (component !== start && !readsMoved(network, span, isMoved)) continue
      computeComponent(network, room, component)
      for (let n = span.first; n < span.last; n++) isMoved[n] = room.strengths[n] === settled[n] ? 0 : 1
    }
    const reached = room.strengths[target] as number
    restore(room, settled)
    return reached
  }
  return {
    target,
    strength,
    settled,
    isExhausted: () => room.computed >= MAX_COMPUTED,
    turns: ({ kind, place, node }, number) => {
      const numbers = kind === 'CREDENCE' ? network.credences : network.weights
      const before = numbers[place] as number
      numbers[place] = before < 0 ? -number : number
      const reached = compute(node)
      numbers[place] = before
      return standingOf(reached) !== standing
    },
  }
}

const restore = ({ strengths }: Workspace, settled: Float64Array): void => strengths.set(settled)

const readsMoved = (
  { starts, sources }: Network,
  { first, last }: { first: number; last: number },
  isMoved: Uint8Array,
): boolean => {
  for (let at = starts[first] as number; at < (starts[last] as number); at++) {
    if (isMoved[sources[at] as number] === 1) return true
  }
  return false
}

/** All numbers that can be changed, those that are likely to move the belief's strength the most first. */
const candidatesOf = (network: Network, { target, settled }: Trial): Candidate[] => {
  const { credences, starts, sources, weights } = network
  const steepest = steepestSlopes(network)
  const bounds = pullsOn(network, target, steepest)
  const local = slopesAt(network, settled)
  const likely = pullsOn(network, target, local.slopes)
  const candidates: Candidate[] = []
  for (let node = 0; node < credences.length; node++) {
    const pull = bounds[node] as number
    if (pull === 0) continue
    const of = { node, pull, likely: (likely[node] as number) * (local.ofCredence[node] as number) }
    candidates.push({ ...of, kind: 'CREDENCE', place: node, now: credences[node] as number, least: 0 })
    for (let place = starts[node] as number; place < (starts[node + 1] as number); place++) {
      const slope = (local.slopes[node] as number) * (settled[sources[place] as number] as number)
      candidates.push({
        kind: 'WEIGHT',
        place,
        node,
        now: Math.abs(weights[place] as number),
        least: LEAST_WEIGHT,
        // A strength is at most 1, so a weight moves the energy by no more than itself.
        pull: pull * (steepest[node] as number),
        likely: slope === 0 ? 0 : (likely[node] as number) * slope,
      })
    }
  }
  // Where it cannot be told (Infinity less Infinity), the nearest first: the later nodes.
  return candidates.sort((a, b) => b.likely - a.likely || b.node - a.node || a.place - b.place)
}
