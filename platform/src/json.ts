import { BadUserInputError } from './errors.ts'

export type JsonValue = string | number | boolean | null | JsonValue[] | { [key: string]: JsonValue }

/** The most that a task's input, a result or a trace may weigh, as UTF-8 JSON. */
export const MAX_JSON_BYTES = 1_000_000

/** How much a value weighs as JSON, in bytes of UTF-8. Throws BadUserInputError where it is nested too deeply. */
export const jsonBytes = (value: unknown): number => {
  try {
    return Buffer.byteLength(JSON.stringify(value) ?? '')
  } catch (error) {
    if (!(error instanceof RangeError)) throw error
    throw new BadUserInputError('The value is nested too deeply to be written as JSON. Make it flatter.')
  }
}

/** Throws BadUserInputError where the value weighs more than 1 MB. */
export const assertJsonSize = (value: unknown, path: string): void => {
  const bytes = jsonBytes(value)
  if (bytes > MAX_JSON_BYTES) {
    throw new BadUserInputError(
      `${path} has ${bytes} bytes as JSON; at most ${MAX_JSON_BYTES} are taken. Send a reference to it instead.`,
      { path },
    )
  }
}

/** JSON with the keys of objects sorted: equal values give equal text. */
export const canonicalJson = (value: unknown): string =>
  JSON.stringify(value, (_key, inner: unknown) =>
    inner !== null && typeof inner === 'object' && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  ) ?? 'null'
