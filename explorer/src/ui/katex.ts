import 'katex/dist/katex.min.css'
import katex from 'katex'

/** HTML and MathML of a formula, or null where the source is no LaTeX; 1 MB of it is refused rather than set. */
export const renderLatex = (source: string): string | null => {
  if (source.length > 20_000) return null
  try {
    return katex.renderToString(source, { displayMode: true, throwOnError: true, trust: false, strict: 'ignore' })
  } catch {
    return null
  }
}
