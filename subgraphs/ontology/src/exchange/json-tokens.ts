/** A string or a bracket of JSON, and where it stands. */
interface Token {
  readonly token: string
  readonly index: number
  readonly line: number
}

/** The strings and brackets of a JSON text. No pattern matches whole strings: it has no stack for long ones. */
export const tokensOf = function* (content: string): Generator<Token> {
  const starts = /["[\]{}\n]/g
  let line = 1
  for (let match = starts.exec(content); match; match = starts.exec(content)) {
    const { 0: start, index } = match
    if (start === '\n') line++
    else if (start !== '"') yield { token: start, index, line }
    else {
      const end = endOfString(content, index)
      if (end === -1) return
      yield { token: content.slice(index, end), index, line }
      starts.lastIndex = end
    }
  }
}

/** Where a string ends that begins at a place; -1 where it does not end. */
const endOfString = (content: string, start: number): number => {
  for (let quote = content.indexOf('"', start + 1); quote !== -1; quote = content.indexOf('"', quote + 1)) {
    let escapes = 0
    while (content[quote - 1 - escapes] === '\\') escapes++
    if (escapes % 2 === 0) return quote + 1
  }
  return -1
}
