import type { Network } from './network.ts'

/** Room to work in, for any component of a network: made once, so that memory does not grow with their number. */
export interface Workspace {
  /** By place; the held ones stand beyond the nodes. */
  readonly strengths: Float64Array
  /** By node, as all below. */
  readonly start: Float64Array
  readonly energies: Float64Array
  readonly slopes: readonly [Float64Array, Float64Array, Float64Array, Float64Array]
  /** How many strengths were computed in it, and relations read for them, so far. */
  computed: number
  /** How many at the most: a cycle that has not settled by then is left as it is. */
  readonly most: number
}

/** The nodes of a component, from the first to before the last. */
export interface Span {
  readonly first: number
  readonly last: number
}

/** Makes room for a network, where no more than so much is to be computed. */
export const createWorkspace = ({ credences, held }: Network, most = Infinity): Workspace => {
  const room = () => new Float64Array(credences.length)
  const strengths = new Float64Array(credences.length + held.length)
  strengths.set(held, credences.length)
  return { strengths, start: room(), energies: room(), slopes: [room(), room(), room(), room()], computed: 0, most }
}

/** The nodes of a component. */
export const spanOf = ({ components }: Network, component: number): Span => ({
  first: components[component] as number,
  last: components[component + 1] as number,
})

/** What computing all strengths of some nodes once counts for: the relations that are read, and the strengths. */
export const sizeOf = ({ starts }: Network, { first, last }: Span): number =>
  (starts[last] as number) - (starts[first] as number) + last - first
