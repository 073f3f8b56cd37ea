import type { ReactNode } from 'react'
import { useIsDark } from '../ui/theme.ts'
import { edgeKinds, edgeLooks } from './edge-kinds.ts'
import { EdgeMark, NodeMark } from './marks.tsx'
import { darkPalette, lightPalette } from './palette.ts'

/** What the shapes, lines and arrows of the canvas mean. */
export const Legend = () => {
  const palette = useIsDark() ? darkPalette : lightPalette
  return (
    <div className="grid grid-cols-[auto_auto] gap-x-6 gap-y-1.5 text-xs">
      <ul className="space-y-1.5" aria-label="Nodes">
        <LegendItem words="value" mark={<NodeMark look="value" palette={palette} />} />
        <LegendItem words="belief, larger is stronger" mark={<NodeMark look="belief" palette={palette} />} />
        <LegendItem words="belief that is a MUST" mark={<NodeMark look="must" palette={palette} />} />
        <LegendItem words="defeated belief" mark={<NodeMark look="defeated" palette={palette} />} />
      </ul>
      <ul className="space-y-1.5" aria-label="Edges">
        {edgeKinds.map((kind) => (
          <LegendItem key={kind} words={edgeLooks[kind].words} mark={<EdgeMark kind={kind} palette={palette} />} />
        ))}
      </ul>
    </div>
  )
}

const LegendItem = ({ words, mark }: { words: string; mark: ReactNode }) => (
  <li className="flex items-center gap-2">
    {mark}
    <span>{words}</span>
  </li>
)
