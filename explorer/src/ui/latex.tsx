import { useEffect, useState } from 'react'

/** A formula set by KaTeX, which loads when the first one is shown; until then, and where it cannot be set, its source. */
export const Latex = ({ source }: { source: string }) => {
  const [html, setHtml] = useState<string | null>(null)
  useEffect(() => {
    let isCurrent = true
    void import('./katex.ts').then(({ renderLatex }) => {
      if (isCurrent) setHtml(renderLatex(source))
    })
    return () => {
      isCurrent = false
    }
  }, [source])
  if (html === null) return <code className="font-mono text-sm break-all">{source}</code>
  // KaTeX escapes what it is given and runs with trust off, so an agent's answer cannot bring markup of its own.
  return <span data-testid="latex" dangerouslySetInnerHTML={{ __html: html }} />
}
