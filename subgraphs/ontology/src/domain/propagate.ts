import { toNetwork } from './network.ts'
import { computeComponent } from './settle.ts'
import { createWorkspace, spanOf } from './workspace.ts'
import type { Evidence } from './strength.ts'

export interface Strength {
  readonly strength: number
  /** False where a cycle did not settle to 1e-12 within its rounds. */
  readonly converged: boolean
}

/**
 * The strengths of beliefs, by id. The graph is condensed into strongly connected components, taken in topological
 * order; a cyclic one is integrated from its credences, its inputs held. A strength depends on nothing but the
 * component's own beliefs and relations and the strengths of its inputs, so recomputing a part gives what recomputing
 * all would give, to the last bit. Memory is linear in the beliefs and relations.
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
  const network = toNetwork(beliefs, relations, held)
  const room = createWorkspace(network)
  const strengths = new Map<string, Strength>()
  for (let component = 0; component + 1 < network.components.length; component++) {
    const converged = computeComponent(network, room, component)
    const { first, last } = spanOf(network, component)
    for (let node = first; node < last; node++) {
      const { id } = beliefs[network.beliefs[node] as number] as { id: string }
      strengths.set(id, { strength: room.strengths[node] as number, converged })
    }
  }
  return strengths
}
