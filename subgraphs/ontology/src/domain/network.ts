import { componentsInOrder, type Lists } from './components.ts'
import { RelationType } from './node.ts'
import type { Evidence } from './strength.ts'

/**
 * Beliefs and the evidence among them as numbers. The nodes are numbered component by component, each before those that
 * it leads to: component c has the nodes from `components[c]` to before `components[c + 1]`. Held strengths stand at the
 * places beyond the nodes. The inputs of node n stand from `starts[n]` to before `starts[n + 1]`, in the order of their
 * relations' ids, so that equal inputs are always summed alike.
 */
export interface Network {
  readonly components: Int32Array
  /** Which of the beliefs each node is. */
  readonly beliefs: Int32Array
  readonly credences: Float64Array
  readonly starts: Int32Array
  /** The place that each input comes from. */
  readonly sources: Int32Array
  /** Its weight; below zero for what contradicts. */
  readonly weights: Float64Array
  /** Which of the relations it is. */
  readonly relations: Int32Array
  /** The strengths that stand beyond the nodes. */
  readonly held: Float64Array
}

/** Builds the network of beliefs; relations to others are left out. Throws where a strength is not held that is needed. */
export const toNetwork = (
  beliefs: readonly { id: string; credence: number }[],
  relations: readonly Evidence[],
  held: ReadonlyMap<string, number>,
): Network => {
  const ends = findEnds(beliefs, relations, held)
  const count = beliefs.length
  const order = componentsInOrder(group(ends.from, ends.to, count))
  const inputs = group(ends.to, Int32Array.from(relations.keys()), count)
  const places = new Int32Array(count + ends.held.length)
  for (let n = 0; n < count; n++) places[order.items[n] as number] = n
  for (let place = count; place < places.length; place++) places[place] = place
  const size = inputs.items.length
  const network = {
    components: order.starts,
    beliefs: order.items,
    credences: new Float64Array(count),
    starts: new Int32Array(count + 1),
    sources: new Int32Array(size),
    weights: new Float64Array(size),
    relations: new Int32Array(size),
    held: Float64Array.from(ends.held),
  }
  let end = 0
  for (let n = 0; n < count; n++) {
    const belief = order.items[n] as number
    network.credences[n] = (beliefs[belief] as { credence: number }).credence
    const [first, last] = [inputs.starts[belief] as number, inputs.starts[belief + 1] as number]
    sortById(inputs.items, { first, last }, relations)
    for (let at = first; at < last; at++, end++) {
      const place = inputs.items[at] as number
      const { type, weight } = relations[place] as Evidence
      network.relations[end] = place
      network.sources[end] = places[ends.from[place] as number] as number
      network.weights[end] = type === RelationType.SUPPORTS ? weight : -weight
    }
    network.starts[n + 1] = end
  }
  return network
}

interface Ends {
  /** The belief that each relation comes from, or the held strength beyond them; -1 where it leads to another. */
  readonly from: Int32Array
  /** The belief that it leads to; -1: another. */
  readonly to: Int32Array
  readonly held: number[]
}

// Plain loops from here on: with a callback for each of 300,000 relations, these take twice the time.
const findEnds = (
  beliefs: readonly { id: string }[],
  relations: readonly Evidence[],
  known: ReadonlyMap<string, number>,
): Ends => {
  const places = new Map<string, number>()
  for (let n = 0; n < beliefs.length; n++) places.set((beliefs[n] as { id: string }).id, n)
  const from = new Int32Array(relations.length).fill(-1)
  const to = new Int32Array(relations.length).fill(-1)
  const held: number[] = []
  for (let n = 0; n < relations.length; n++) {
    const relation = relations[n] as Evidence
    const target = places.get(relation.to)
    if (target === undefined || target >= beliefs.length) continue
    to[n] = target
    let source = places.get(relation.from)
    if (source === undefined) {
      const strength = known.get(relation.from)
      if (strength === undefined) throw new Error(`the strength of ${relation.from} is not known`)
      source = beliefs.length + held.push(strength) - 1
      places.set(relation.from, source)
    }
    from[n] = source
  }
  return { from, to, held }
}

/** What stands beside each key, by key: list n has those of key n. Keys beyond the lists, and below zero, are left out. */
const group = (keys: Int32Array, beside: Int32Array, count: number): Lists => {
  const starts = new Int32Array(count + 1)
  for (let n = 0; n < keys.length; n++) {
    const key = keys[n] as number
    if (key >= 0 && key < count) starts[key + 1] = (starts[key + 1] as number) + 1
  }
  for (let n = 0; n < count; n++) starts[n + 1] = (starts[n + 1] as number) + (starts[n] as number)
  const items = new Int32Array(starts[count] as number)
  const next = starts.slice(0, count)
  for (let n = 0; n < keys.length; n++) {
    const key = keys[n] as number
    if (key < 0 || key >= count) continue
    const at = next[key] as number
    items[at] = beside[n] as number
    next[key] = at + 1
  }
  return { starts, items }
}

/** Above this, a list of inputs is sorted by the engine rather than by insertion. */
const FEW = 24

const sortById = (
  items: Int32Array,
  { first, last }: { first: number; last: number },
  relations: readonly { id: string }[],
): void => {
  if (last - first > FEW) {
    items.subarray(first, last).sort((a, b) => (idAt(relations, a) < idAt(relations, b) ? -1 : 1))
    return
  }
  for (let at = first + 1; at < last; at++) {
    const place = items[at] as number
    const id = idAt(relations, place)
    let to = at
    for (; to > first && idAt(relations, items[to - 1] as number) > id; to--) items[to] = items[to - 1] as number
    items[to] = place
  }
}

const idAt = (relations: readonly { id: string }[], place: number): string => (relations[place] as { id: string }).id
