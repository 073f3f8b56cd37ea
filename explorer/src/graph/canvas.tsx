import cytoscape, { type Core } from 'cytoscape'
import fcose from 'cytoscape-fcose'
import { Maximize, Minus, Plus } from 'lucide-react'
import { useEffect, useEffectEvent, useMemo, useState } from 'react'
import CytoscapeComponent from 'react-cytoscapejs'
import { Button } from '../ui/button.tsx'
import { controlExpand } from './controllers/expand.ts'
import { exposeToTests } from './controllers/expose.ts'
import { controlHover } from './controllers/hover.ts'
import { controlLayout } from './controllers/layout.ts'
import { controlSelect, showSelected } from './controllers/select.ts'
import { controlResize, fitAll, zoomBy } from './controllers/viewport.ts'
import type { GraphData } from './data.ts'
import { toElements } from './elements.ts'
import { darkPalette, lightPalette } from './palette.ts'
import { toStylesheet } from './style.ts'

cytoscape.use(fcose)

type CanvasProps = {
  graph: GraphData
  selectedId: string | null
  isDark: boolean
  /** A node was tapped, or (null) the background. */
  onSelect: (id: string | null) => void
  /** A node was tapped twice. */
  onExpand: (id: string) => void
}

/**
 * Draws a graph and tells of gestures; it knows nothing of queries or addresses. Elements are a pure function of the
 * data, positions are Cytoscape's, and each behaviour is a controller of its own.
 */
export const Canvas = ({ graph, selectedId, isDark, onSelect, onExpand }: CanvasProps) => {
  const [cy, setCy] = useState<Core | null>(null)
  const elements = useMemo(() => toElements(graph), [graph])
  const stylesheet = useMemo(() => toStylesheet(isDark ? darkPalette : lightPalette), [isDark])
  const select = useEffectEvent(onSelect)
  const expand = useEffectEvent(onExpand)

  useEffect(() => {
    if (!cy) return undefined
    const disposers = [
      controlLayout(cy),
      controlSelect(cy, (id) => select(id)),
      controlExpand(cy, (id) => expand(id)),
      controlHover(cy),
      controlResize(cy),
      exposeToTests(cy),
    ]
    return () => disposers.forEach((dispose) => dispose())
  }, [cy])

  useEffect(() => {
    if (cy) showSelected(cy, selectedId)
  }, [cy, selectedId, elements])

  const label = `Graph of ${graph.values.length} values and ${graph.beliefs.length} beliefs. The list of nodes holds the same.`
  return (
    <div className="relative size-full" data-testid="graph-canvas">
      <div role="img" aria-label={label} className="size-full">
        <CytoscapeComponent
          className="size-full"
          elements={elements}
          stylesheet={stylesheet}
          cy={setCy}
          minZoom={0.15}
          maxZoom={3}
          boxSelectionEnabled={false}
          autounselectify
        />
      </div>
      {cy && <ViewButtons cy={cy} />}
    </div>
  )
}

const ViewButtons = ({ cy }: { cy: Core }) => (
  <div
    role="group"
    aria-label="View"
    className="absolute top-4 right-4 flex flex-col gap-1 rounded-xl border bg-card p-1 shadow-card"
  >
    <Button look="ghost" size="icon" aria-label="Zoom in" onClick={() => zoomBy(cy, 'in')}>
      <Plus aria-hidden />
    </Button>
    <Button look="ghost" size="icon" aria-label="Zoom out" onClick={() => zoomBy(cy, 'out')}>
      <Minus aria-hidden />
    </Button>
    <Button look="ghost" size="icon" aria-label="Show all" onClick={() => fitAll(cy)}>
      <Maximize aria-hidden />
    </Button>
  </div>
)
