import { componentsInOrder } from './components.ts'
import { energyOf, type Evidence, MAX_SLOPE, strengthOf, toUnit } from './strength.ts'

export interface Strength {
  readonly strength: number
  /** False where a cycle did not settle to 1e-12 within its steps. */
  readonly converged: boolean
}

const TOLERANCE = 1e-12
const MAX_STEPS = 10_000

interface Edge {
  readonly from: number
  readonly relation: Evidence
}

/**
 * The strengths of beliefs, by id. The graph is condensed into strongly connected components, taken in topological
 * order; a cyclic one is integrated from its credences, its inputs held. A strength depends on nothing but the
 * component's own beliefs and relations and the strengths of its inputs, so recomputing a part gives what recomputing
 * all would give, to the last bit.
 *
 * @param beliefs the beliefs to compute, each with its credence in [0, 1]
 * @param relations all evidence that leads to them
 * @param held the strengths of beliefs that relations come from and that are not computed
 */
export const propagate = (
  beliefs: readonly { id: string; credence: number }[],
  relations: readonly Evidence[],
  held: ReadonlyMap<string, number> = new Map(),
): Map<string, Strength> => {
  const nodes = beliefs.toSorted((a, b) => (a.id < b.id ? -1 : 1))
  const places = new Map(nodes.map(({ id }, place) => [id, place]))
  const credences = Float64Array.from(nodes, ({ credence }) => credence)
  const { inputs, outside, successors } = connect(nodes.length, relations, places, held)
  const strengths = Float64Array.from(credences)
  const converged = new Uint8Array(nodes.length).fill(1)
  for (const component of componentsInOrder(successors)) {
    if (component.length === 1) {
      const node = component[0] as number
      strengths[node] = strengthOf(credences[node] as number, energyAt(inputs[node] ?? [], strengths, outside))
    } else if (!settle({ component, credences, strengths, inputs, outside })) {
      for (const node of component) converged[node] = 0
    }
  }
  return new Map(
    nodes.map(({ id }, place) => [id, { strength: strengths[place] as number, converged: converged[place] === 1 }]),
  )
}

const connect = (
  count: number,
  relations: readonly Evidence[],
  places: ReadonlyMap<string, number>,
  held: ReadonlyMap<string, number>,
) => {
  const inputs: Edge[][] = Array.from({ length: count }, () => [])
  const successors: number[][] = Array.from({ length: count }, () => [])
  // Held strengths stand at places below zero: -1 is outside[0].
  const outside: number[] = []
  for (const relation of relations.toSorted((a, b) => (a.id < b.id ? -1 : 1))) {
    const to = places.get(relation.to)
    if (to === undefined) continue
    const from = places.get(relation.from)
    if (from !== undefined) {
      successors[from]?.push(to)
      inputs[to]?.push({ from, relation })
    } else {
      const strength = held.get(relation.from)
      if (strength === undefined) throw new Error(`the strength of ${relation.from} is not known`)
      inputs[to]?.push({ from: -outside.push(strength), relation })
    }
  }
  return { inputs, outside, successors }
}

/** The energy of a belief; its inputs stand in the order of the relations' ids, and are summed in it. */
const energyAt = (inputs: readonly Edge[], strengths: Float64Array, outside: readonly number[]): number => {
  let energy = 0
  for (const { from, relation } of inputs) {
    energy += energyOf(relation, (from >= 0 ? strengths[from] : outside[-from - 1]) as number)
  }
  return energy
}

interface Cycle {
  component: readonly number[]
  credences: Float64Array
  /** Written: what is reached. */
  strengths: Float64Array
  inputs: readonly (readonly Edge[])[]
  outside: readonly number[]
}

/**
 * Integrates ds/dt = strengthOf(s) - s from the credences (Runge-Kutta of order 4) until no strength moves by more than
 * 1e-12 a unit of time. Always from the credences, never from an earlier result: a symmetric cycle has several fixed
 * points. Returns whether it settled.
 */
const settle = (cycle: Cycle): boolean => {
  const { credences, strengths, inputs, outside } = cycle
  const component = cycle.component.toSorted((a, b) => a - b)
  const step = stepFor(component, inputs)
  const start = Float64Array.from(component, (node) => credences[node] as number)
  const size = component.length
  const slopes = Array.from({ length: 4 }, () => new Float64Array(size))
  const place = (slope: Float64Array | undefined, length: number): void =>
    component.forEach((node, i) => {
      strengths[node] = (start[i] as number) + (slope ? length * (slope[i] as number) : 0)
    })
  const measure = (slope: Float64Array): number => {
    let largest = 0
    component.forEach((node, i) => {
      const target = strengthOf(credences[node] as number, energyAt(inputs[node] ?? [], strengths, outside))
      slope[i] = target - (strengths[node] as number)
      largest = Math.max(largest, Math.abs(slope[i]))
    })
    return largest
  }
  const [k1, k2, k3, k4] = slopes as [Float64Array, Float64Array, Float64Array, Float64Array]
  for (let steps = 0; ; steps++) {
    place(undefined, 0)
    const hasSettled = measure(k1) <= TOLERANCE
    if (hasSettled || steps === MAX_STEPS) {
      for (const node of component) strengths[node] = toUnit(strengths[node] as number)
      return hasSettled
    }
    place(k1, step / 2)
    measure(k2)
    place(k2, step / 2)
    measure(k3)
    place(k3, step)
    measure(k4)
    for (let i = 0; i < size; i++) {
      const slope = (k1[i] as number) + 2 * (k2[i] as number) + 2 * (k3[i] as number) + (k4[i] as number)
      start[i] = (start[i] as number) + (step / 6) * slope
    }
  }
}

/** A step at which the integration is stable: the larger the weights that lead into a belief, the stiffer the system. */
const stepFor = (component: readonly number[], inputs: readonly (readonly Edge[])[]): number => {
  const inside = new Set(component)
  let largest = 0
  for (const node of component) {
    let weight = 0
    for (const { from, relation } of inputs[node] ?? []) if (inside.has(from)) weight += relation.weight
    largest = Math.max(largest, weight)
  }
  return 1 / (1 + MAX_SLOPE * largest)
}
