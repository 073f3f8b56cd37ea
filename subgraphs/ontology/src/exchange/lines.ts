/** The line of a place in a text, from 1. */
export const lineAt = (content: string, place: number): number => {
  let line = 1
  for (let at = content.indexOf('\n'); at !== -1 && at < place; at = content.indexOf('\n', at + 1)) line++
  return line
}

/** The line of the first of some texts that is there; null where none is. */
export const lineOf = (content: string, ...texts: readonly string[]): number | null => {
  for (const text of texts) {
    const place = content.indexOf(text)
    if (place !== -1) return lineAt(content, place)
  }
  return null
}
