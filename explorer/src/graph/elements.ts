import type { ElementDefinition } from 'cytoscape'
import type { GraphData } from './data.ts'

const smallestDiameter = 16
const diameterSpan = 32
const faintest = 0.5
const longestLabel = 40

/**
 * The graph as Cytoscape elements: what they are and mean, in numbers that the style maps. No positions: those are the
 * canvas's own. Strength is both size and opacity, so that it does not hang on either alone.
 */
export const toElements = (graph: GraphData): ElementDefinition[] => {
  const nodes = [...graph.values.map(valueElement), ...graph.beliefs.map(beliefElement)]
  const ids = new Set(nodes.map(({ data }) => data.id))
  const edges = [...graph.relations.map(relationElement), ...graph.valueLinks.map(valueLinkElement)]
  const isWhole = ({ data }: ElementDefinition) =>
    ids.has(data['source'] as string) && ids.has(data['target'] as string)
  return [...nodes, ...edges.filter(isWhole)]
}

const valueElement = ({ id, name, weight }: GraphData['values'][number]): ElementDefinition => ({
  group: 'nodes',
  data: { id, name, label: name, kind: 'VALUE', diameter: diameter(weight) + 6, opacity: 1 },
})

const beliefElement = (belief: GraphData['beliefs'][number]): ElementDefinition => ({
  group: 'nodes',
  data: {
    id: belief.id,
    name: belief.name,
    label: shorten(belief.name),
    kind: 'BELIEF',
    standing: belief.standing,
    level: belief.level,
    diameter: diameter(belief.strength),
    opacity: round(faintest + (1 - faintest) * belief.strength),
  },
})

const relationElement = ({ id, type, weight, from, to }: GraphData['relations'][number]): ElementDefinition => ({
  group: 'edges',
  data: { id, kind: type, source: from.id, target: to.id, width: width(weight) },
})

const valueLinkElement = ({
  id,
  effect,
  weight,
  value,
  belief,
}: GraphData['valueLinks'][number]): ElementDefinition => ({
  group: 'edges',
  data: { id, kind: effect, source: belief.id, target: value.id, width: width(weight) },
})

/** At most two lines under a node; the whole name shows where it is hovered, selected, or next to what is. */
const shorten = (name: string): string => {
  if (name.length <= longestLabel) return name
  const cut = name.slice(0, longestLabel)
  return `${cut.slice(0, Math.max(cut.lastIndexOf(' '), longestLabel / 2)).replace(/[\s,;:]+$/, '')}…`
}

const diameter = (strength: number): number => round(smallestDiameter + diameterSpan * strength)
const width = (weight: number): number => round(0.8 + 1.7 * weight)
const round = (quantity: number): number => Math.round(quantity * 100) / 100
