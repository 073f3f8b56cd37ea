import { DENIALS, EMPTY_WORDS, INSTEAD, NO_DENIALS, OPPOSITES } from './negation.ts'

/** Two statements of which one says what the other denies, in their own words. */
export interface Opposition {
  readonly one: string
  readonly other: string
}

interface Statement {
  readonly text: string
  /** The stems of what it is about. */
  readonly about: ReadonlySet<string>
  readonly isDenied: boolean
}

/** How many statements of a text are looked at: the first ones say what it is about. */
const MAX_STATEMENTS = 8
const MAX_QUOTED = 200
/** Fewer common words are chance. */
const LEAST_COMMON = 2
/** Of all the words of both statements, so many must be common: with fewer they are about different things. */
const LEAST_OVERLAP = 0.6

/** What an English word has in common with its inflected forms; rough, and the same for all of them. */
const stemOf = (word: string): string => {
  const bare = ['ing', 'ed', 'es', 's', 'd']
    .filter((ending) => word.endsWith(ending) && word.length - ending.length >= 3 && !word.endsWith('ss'))
    .map((ending) => word.slice(0, -ending.length))[0]
  return (bare ?? word)
    .replace(/([^aeiou])\1$/, '$1')
    .replace(/(?<=..)ie?$/, 'y')
    .replace(/(?<=..)e$/, '')
}

const statementOf = (text: string, isDenied: boolean): Statement => {
  const cleaned = NO_DENIALS.reduce((rest, phrase) => rest.replace(phrase, ' '), text.toLowerCase())
  const about = new Set<string>()
  let denials = isDenied ? 1 : 0
  for (const word of cleaned.replaceAll(/['’]/g, '').match(/[\p{L}\p{N}]+/gu) ?? []) {
    if (DENIALS.has(word)) denials++
    else if (!EMPTY_WORDS.has(word)) {
      const known = OPPOSITES[word]
      if (known !== undefined && !known.startsWith('+')) denials++
      about.add(stemOf(known?.replace('+', '') ?? word))
    }
  }
  return { text: text.trim().slice(0, MAX_QUOTED), about, isDenied: denials % 2 === 1 }
}

const statementsOf = (text: string): Statement[] =>
  text
    .split(/[.;:!?\n]+/)
    .filter((sentence) => sentence.trim() !== '')
    .slice(0, MAX_STATEMENTS)
    .flatMap((sentence) => sentence.split(INSTEAD).map((part, place) => statementOf(part, place > 0)))

const isAboutTheSame = (a: Statement, b: Statement): boolean => {
  const common = [...a.about].filter((word) => b.about.has(word)).length
  return common >= LEAST_COMMON && common >= LEAST_OVERLAP * (a.about.size + b.about.size - common)
}

/**
 * Where two texts oppose each other: a statement of one denies ("not", "never", "without", "avoid", an opposite such as
 * "forbid" to "allow") what a statement of the other, in nearly the same words, affirms. Two denials in one statement
 * cancel out. Null where nothing does. It knows English alone, and words, not meanings: what it finds is a suspicion.
 */
export const oppositionOf = (one: string, other: string): Opposition | null => {
  const others = statementsOf(other)
  for (const said of statementsOf(one)) {
    const against = others.find((opposed) => opposed.isDenied !== said.isDenied && isAboutTheSame(said, opposed))
    if (against) return { one: said.text, other: against.text }
  }
  return null
}
