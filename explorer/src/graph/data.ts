/** What the canvas draws. Edges whose ends are not among the nodes are left out. */
export type GraphData = {
  values: readonly { id: string; name: string; weight: number }[]
  beliefs: readonly {
    id: string
    name: string
    strength: number
    standing: 'IN_FORCE' | 'DEFEATED'
    level: 'MUST' | 'SHOULD'
  }[]
  relations: readonly {
    id: string
    type: 'SUPPORTS' | 'CONTRADICTS' | 'REFINES' | 'DEPENDS_ON'
    weight: number
    from: { id: string }
    to: { id: string }
  }[]
  valueLinks: readonly {
    id: string
    effect: 'PROMOTES' | 'DEMOTES'
    weight: number
    value: { id: string }
    belief: { id: string }
  }[]
}

/** How two nodes are tied: the relation types of beliefs, and the effects of a belief on a value. */
export type EdgeKind = GraphData['relations'][number]['type'] | GraphData['valueLinks'][number]['effect']

export const emptyGraph: GraphData = { values: [], beliefs: [], relations: [], valueLinks: [] }

/** Both graphs as one; of what both hold, the first. */
export const joinGraphs = (one: GraphData, other: GraphData): GraphData => ({
  values: joinById(one.values, other.values),
  beliefs: joinById(one.beliefs, other.beliefs),
  relations: joinById(one.relations, other.relations),
  valueLinks: joinById(one.valueLinks, other.valueLinks),
})

const joinById = <T extends { id: string }>(one: readonly T[], other: readonly T[]): readonly T[] => {
  const known = new Set(one.map(({ id }) => id))
  const added = other.filter(({ id }) => !known.has(id))
  return added.length === 0 ? one : [...one, ...added]
}
