import type { OntologyGraph, Relation, ValueLink } from '../domain/node.ts'
import type { PickedNodes } from './graph.ts'
import type { GraphReads } from './graph-reads.ts'

/** How many relations, and how many links, a graph may hold for each node that was asked for. */
const EDGES_PER_NODE = 10

/** What a graph of one moment is loaded by. */
interface GraphSource extends Pick<GraphReads, 'findValues' | 'findBeliefs'> {
  findEdgesAmong(options: {
    ids: readonly string[]
    limit: number
  }): Promise<{ relations: Relation[]; valueLinks: ValueLink[]; isCut?: boolean }>
}

/** Loads picked nodes, in their order, with the edges among them: four statements. */
export const graphLoader =
  (source: GraphSource) =>
  async ({ picked, truncated }: PickedNodes, limit: number): Promise<OntologyGraph> => {
    const idsOf = (wanted: 'VALUE' | 'BELIEF') => picked.filter(({ kind }) => kind === wanted).map(({ id }) => id)
    const [valueIds, beliefIds] = [idsOf('VALUE'), idsOf('BELIEF')]
    const most = limit * EDGES_PER_NODE
    const ids = picked.map(({ id }) => id)
    const { relations, valueLinks, isCut = false } = await source.findEdgesAmong({ ids, limit: most })
    return {
      values: inOrder(valueIds, await source.findValues(valueIds)),
      beliefs: inOrder(beliefIds, await source.findBeliefs(beliefIds)),
      relations: relations.slice(0, most),
      valueLinks: valueLinks.slice(0, most),
      truncated: truncated || isCut || relations.length > most || valueLinks.length > most,
    }
  }

const inOrder = <T extends { id: string }>(ids: readonly string[], found: readonly T[]): T[] => {
  const byId = new Map(found.map((node) => [node.id, node]))
  return ids.flatMap((id) => byId.get(id) ?? [])
}
