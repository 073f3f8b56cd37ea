/** A JSON Schema that takes seconds to compile, and is nothing but slow. */
export const slowSchema = (): object => {
  // In groups, or it would have too many parts at one place.
  const patternsOf = (group: string): object =>
    Object.fromEntries(Array.from({ length: 50 }, (_, place) => [`[a-z]{990}${group}${place}`, true]))
  const groups = Array.from({ length: 60 }, (_, place) => [`g${place}`, { patternProperties: patternsOf(`${place}x`) }])
  return { properties: Object.fromEntries(groups) as object }
}
