import type { EdgeKind } from './data.ts'

/** How a kind of edge is drawn, apart from its colour: no kind is told from another by colour alone. */
export type EdgeLook = {
  line: 'solid' | 'dashed' | 'dotted'
  arrow: 'triangle' | 'tee' | 'vee' | 'circle' | 'diamond'
  isHollow: boolean
  words: string
}

/** In the order of the legend. */
export const edgeLooks: Record<EdgeKind, EdgeLook> = {
  SUPPORTS: { line: 'solid', arrow: 'triangle', isHollow: false, words: 'supports' },
  CONTRADICTS: { line: 'dashed', arrow: 'tee', isHollow: false, words: 'contradicts' },
  REFINES: { line: 'solid', arrow: 'triangle', isHollow: true, words: 'refines' },
  DEPENDS_ON: { line: 'dotted', arrow: 'vee', isHollow: false, words: 'depends on' },
  PROMOTES: { line: 'solid', arrow: 'circle', isHollow: false, words: 'promotes a value' },
  DEMOTES: { line: 'dashed', arrow: 'diamond', isHollow: true, words: 'demotes a value' },
}

export const edgeKinds = Object.keys(edgeLooks) as EdgeKind[]
