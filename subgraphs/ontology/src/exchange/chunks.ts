/** A text in parts of about that many characters, none of which ends within a surrogate pair. */
export const chunksOf = function* (content: string, size: number): Generator<string> {
  for (let place = 0; place < content.length;) {
    const code = content.charCodeAt(place + size - 1)
    const end = place + size + (code >= 0xd800 && code <= 0xdbff ? 1 : 0)
    yield content.slice(place, end)
    place = end
  }
}
