/** What a JSON Pointer leads to; `at` is the part of it that is not there. */
export type Resolved =
  { readonly found: true; readonly value: unknown } | { readonly found: false; readonly at: string }

const POINTER = /^(?:\/(?:[^~/]|~0|~1)*)*$/
const INDEX = /^(?:0|[1-9]\d*)$/

/** Whether a text is a JSON Pointer (RFC 6901): "" for the whole, "/a/0" for a part. */
export const isPointer = (text: string): boolean => POINTER.test(text)

/** The segments of a pointer, unescaped. */
export const segmentsOf = (pointer: string): string[] =>
  pointer
    .split('/')
    .slice(1)
    .map((segment) => segment.replaceAll('~1', '/').replaceAll('~0', '~'))

/** The pointer of segments. */
export const pointerOf = (segments: readonly (string | number)[]): string =>
  segments.map((segment) => `/${String(segment).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('')

const step = (value: unknown, segment: string): Resolved => {
  if (Array.isArray(value)) {
    const index = INDEX.test(segment) ? Number(segment) : -1
    return index >= 0 && index < value.length ? { found: true, value: value[index] } : { found: false, at: segment }
  }
  // Own properties only: a pointer must not reach into a prototype.
  if (typeof value === 'object' && value !== null && Object.hasOwn(value, segment)) {
    return { found: true, value: (value as Record<string, unknown>)[segment] }
  }
  return { found: false, at: segment }
}

/** Follows a pointer into a JSON value. */
export const resolvePointer = (value: unknown, pointer: string): Resolved => {
  const segments = segmentsOf(pointer)
  let current = value
  for (const [index, segment] of segments.entries()) {
    const next = step(current, segment)
    if (!next.found) return { found: false, at: pointerOf(segments.slice(0, index + 1)) }
    current = next.value
  }
  return { found: true, value: current }
}
