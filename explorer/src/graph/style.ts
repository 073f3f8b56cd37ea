import type { StylesheetJson } from 'cytoscape'
import { edgeKinds, edgeLooks } from './edge-kinds.ts'
import type { Palette } from './palette.ts'

const fontFamily = 'ui-sans-serif, system-ui, -apple-system, Segoe UI, Roboto, Noto Sans, sans-serif'

/** The canvas's stylesheet. States (`selected`, `near`, `dimmed`) are classes that the controllers set. */
export const toStylesheet = (palette: Palette): StylesheetJson => [
  {
    selector: 'node',
    style: {
      label: 'data(label)',
      width: 'data(diameter)',
      height: 'data(diameter)',
      'font-family': fontFamily,
      'font-size': 13,
      'font-weight': 500,
      color: palette.text,
      'text-valign': 'bottom',
      'text-margin-y': 5,
      'text-wrap': 'wrap',
      'text-max-width': '136px',
      'text-outline-color': palette.textHalo,
      'text-outline-width': 2.5,
      'text-outline-opacity': 0.92,
      'min-zoomed-font-size': 6,
      'overlay-opacity': 0,
      'border-opacity': 1,
    },
  },
  {
    selector: 'node[kind = "BELIEF"]',
    style: {
      shape: 'ellipse',
      'background-color': palette.belief,
      'background-opacity': 'data(opacity)' as unknown as number,
      'border-width': 1,
      'border-color': palette.beliefBorder,
    },
  },
  { selector: 'node[level = "MUST"]', style: { 'border-width': 3.5 } },
  {
    selector: 'node[standing = "DEFEATED"]',
    style: {
      'background-color': palette.defeated,
      'background-opacity': 0.22,
      'border-style': 'dashed',
      'border-width': 1.5,
      'border-color': palette.defeated,
      'text-opacity': 0.75,
    },
  },
  {
    selector: 'node[kind = "VALUE"]',
    style: {
      shape: 'round-hexagon',
      'background-color': palette.value,
      'border-width': 1.5,
      'border-color': palette.valueBorder,
      'font-size': 16,
      'font-weight': 700,
    },
  },
  ...edgeStyles(palette),
  {
    selector: 'node.selected',
    style: {
      'outline-width': 3,
      'outline-offset': 3,
      'outline-color': palette.selected,
      'font-weight': 700,
      'z-index': 20,
    },
  },
  {
    selector: 'node.hovered',
    style: { label: 'data(name)', 'min-zoomed-font-size': 0, 'z-index': 30, 'text-opacity': 1 },
  },
  {
    selector: 'node.near',
    style: { label: 'data(name)', 'font-size': 15, 'min-zoomed-font-size': 0, 'z-index': 10, 'text-opacity': 1 },
  },
  { selector: 'edge.near', style: { opacity: 1, 'z-index': 9 } },
  { selector: 'node.dimmed', style: { opacity: 0.28 } },
  { selector: 'edge.dimmed', style: { opacity: 0.08 } },
]

const edgeStyles = (palette: Palette): StylesheetJson => [
  {
    selector: 'edge',
    style: {
      width: 'data(width)',
      'curve-style': 'bezier',
      'arrow-scale': 0.85,
      opacity: 0.62,
      'overlay-opacity': 0,
      'target-distance-from-node': 2,
    },
  },
  ...edgeKinds.map((kind) => ({
    selector: `edge[kind = "${kind}"]`,
    style: {
      'line-style': edgeLooks[kind].line,
      'line-color': palette.edges[kind],
      'target-arrow-shape': edgeLooks[kind].arrow,
      'target-arrow-fill': edgeLooks[kind].isHollow ? ('hollow' as const) : ('filled' as const),
      'target-arrow-color': palette.edges[kind],
    },
  })),
  // Links to values are many: they stay behind the relations between beliefs.
  { selector: 'edge[kind = "PROMOTES"]', style: { opacity: 0.4, width: 1, 'arrow-scale': 0.6 } },
]
