import type { ReactNode } from 'react'
import type { EdgeKind } from './data.ts'
import { type EdgeLook, edgeLooks } from './edge-kinds.ts'
import type { Palette } from './palette.ts'

type NodeLook = 'value' | 'belief' | 'must' | 'defeated'

/** A node as the canvas draws it, at the size of text. */
export const NodeMark = ({ look, palette }: { look: NodeLook; palette: Palette }) => (
  <svg viewBox="0 0 16 16" className="size-4 shrink-0" aria-hidden>
    {look === 'value' && (
      <path
        d="M4.6 2h6.8L15 8l-3.6 6H4.6L1 8z"
        fill={palette.value}
        stroke={palette.valueBorder}
        strokeLinejoin="round"
      />
    )}
    {look === 'belief' && <circle cx="8" cy="8" r="6" fill={palette.belief} stroke={palette.beliefBorder} />}
    {look === 'must' && (
      <circle cx="8" cy="8" r="5.5" fill={palette.belief} stroke={palette.beliefBorder} strokeWidth="2.6" />
    )}
    {look === 'defeated' && (
      <circle
        cx="8"
        cy="8"
        r="6"
        fill={palette.defeated}
        fillOpacity="0.22"
        stroke={palette.defeated}
        strokeDasharray="2.4 2"
        strokeWidth="1.4"
      />
    )}
  </svg>
)

const dashes: Record<EdgeLook['line'], string | undefined> = { solid: undefined, dashed: '5 3', dotted: '1.5 2.5' }

/** An edge as the canvas draws it: its line, its arrow, its colour. */
export const EdgeMark = ({ kind, palette }: { kind: EdgeKind; palette: Palette }) => {
  const { line, arrow, isHollow } = edgeLooks[kind]
  const color = palette.edges[kind]
  return (
    <svg viewBox="0 0 36 12" className="h-3 w-9 shrink-0" aria-hidden>
      <line x1="1" y1="6" x2="26" y2="6" stroke={color} strokeWidth="1.8" strokeDasharray={dashes[line]} />
      <g stroke={color} strokeWidth="1.5" fill={isHollow ? 'none' : color}>
        {arrowShapes[arrow]}
      </g>
    </svg>
  )
}

const arrowShapes: Record<EdgeLook['arrow'], ReactNode> = {
  triangle: <path d="M26 2l8 4-8 4z" strokeLinejoin="round" />,
  tee: <path d="M29 1v10" strokeWidth="2.4" />,
  vee: <path d="M26 2l8 4-8 4 2.6-4z" strokeLinejoin="round" />,
  circle: <circle cx="30" cy="6" r="3" />,
  diamond: <path d="M26 6l4-3.6L34 6l-4 3.6z" />,
}
