import type { ReactNode } from 'react'
import { useIsDark } from '../ui/theme.ts'
import { edgeKinds, edgeLooks } from './edge-kinds.ts'
import { EdgeMark, NodeMark } from './marks.tsx'
import { darkPalette, lightPalette } from './palette.ts'

/** What the shapes, lines and arrows of the canvas mean. */
export const Legend = () => {
  const palette = useIsDark() ? darkPalette : lightPalette
  return (
    <ul
      aria-label="Legend"
      data-testid="legend"
      className="flex flex-wrap items-center gap-x-5 gap-y-1.5 border-t bg-card/60 px-5 py-2.5 text-xs text-muted-foreground"
    >
      <LegendItem words="value" mark={<NodeMark look="value" palette={palette} />} />
      <LegendItem words="belief, larger if stronger" mark={<NodeMark look="belief" palette={palette} />} />
      <LegendItem words="belief that is a MUST" mark={<NodeMark look="must" palette={palette} />} />
      <LegendItem words="defeated belief" mark={<NodeMark look="defeated" palette={palette} />} />
      {edgeKinds.map((kind) => (
        <LegendItem key={kind} words={edgeLooks[kind].words} mark={<EdgeMark kind={kind} palette={palette} />} />
      ))}
    </ul>
  )
}

const LegendItem = ({ words, mark }: { words: string; mark: ReactNode }) => (
  <li className="flex items-center gap-2">
    {mark}
    <span>{words}</span>
  </li>
)
