import { RE2JS } from 're2js'

/** A regular expression on RE2: time linear in the text, whatever the pattern. */
export interface Pattern {
  /** Whether any part of the text matches. */
  test(text: string): boolean
}

/** Thrown where a pattern is none that RE2 takes. */
export class PatternError extends Error {}

/** Compiles a pattern in RE2's syntax: no back-references and no look-around. Throws PatternError. */
export const compilePattern = (source: string, flags = 0): Pattern => {
  try {
    return RE2JS.compile(source, flags)
  } catch (error) {
    if (!(error instanceof Error)) throw error
    throw new PatternError(`${error.message}. Patterns are RE2's: no back-references, no look-around.`)
  }
}
