import { createHash } from 'node:crypto'

export const MatchKind = { TEXT: 'TEXT', MEANING: 'MEANING' } as const
export type MatchKind = (typeof MatchKind)[keyof typeof MatchKind]

/** Which beliefs a search is for; null: no matter. Where any is given, values are not searched. */
export interface SearchFilter {
  readonly taskType: string | null
  readonly standing: string | null
  /** Those that promote or demote it. */
  readonly valueId: string | null
}

/** Something that a search found, by its id. */
export interface Match {
  readonly id: string
  readonly kind: 'VALUE' | 'BELIEF'
  /** In (0, 1]. */
  readonly score: number
  readonly matchedBy: readonly MatchKind[]
}

/** A belief that bears on a task. */
export interface Candidate {
  readonly beliefId: string
  /** 1 where it names the task type; else how near its words or its meaning are to the task's, in (0, 1]. */
  readonly relevance: number
}

/** One ranking of a search, the best first. */
export type Ranking = readonly Pick<Match, 'id' | 'kind'>[]

/** Cormack, Clarke and Büttcher, SIGIR 2009: the constant that keeps first places from deciding alone. */
const RANK_CONSTANT = 60

/** Fuses rankings by reciprocal rank: what is first in all of them has the score 1. */
export const fuse = (rankings: Readonly<Record<MatchKind, Ranking>>, first: number): Match[] => {
  const found = new Map<string, Match>()
  for (const by of Object.values(MatchKind)) {
    rankings[by].forEach(({ id, kind }, place) => {
      const score = (RANK_CONSTANT + 1) / (RANK_CONSTANT + 1 + place) / 2
      const before = found.get(id)
      found.set(id, {
        id,
        kind,
        score: (before?.score ?? 0) + score,
        matchedBy: [...(before?.matchedBy ?? []), by],
      })
    })
  }
  return [...found.values()].sort(better).slice(0, first)
}

/** Of equal scores, what has the words comes first: of a misspelt query, the meaning is a guess. */
const better = (a: Match, b: Match): number =>
  b.score - a.score ||
  Number(b.matchedBy.includes(MatchKind.TEXT)) - Number(a.matchedBy.includes(MatchKind.TEXT)) ||
  (a.id < b.id ? -1 : 1)

/** Below this cosine similarity, two texts have no more in common than any two of the model's. */
const LEAST_SIMILARITY = 0.3
/** What is much less similar than the best is not what was looked for. */
const LEAST_OF_BEST = 0.7

/** Of what is nearest in meaning, best first, what is near enough to be an answer. */
export const nearEnough = <N extends { similarity: number }>(nearest: readonly N[]): N[] => {
  const floor = Math.max(LEAST_SIMILARITY, LEAST_OF_BEST * (nearest[0]?.similarity ?? 0))
  return nearest.filter(({ similarity }) => similarity >= floor)
}

/** Below this relevance a belief without task types does not bear on a task. */
export const LEAST_RELEVANCE = 0.35

/**
 * The last word of what somebody is typing may be half a word: the query for PostgreSQL's to_tsquery that takes it as a
 * beginning. Null where the query has an operator (a quote, a minus, an or), or no word.
 */
export const typingQuery = (query: string): string | null => {
  if (/"|(^|\s)-\S|\bor\b/i.test(query)) return null
  const words = query.match(/[\p{L}\p{N}]+/gu)
  return words ? `${words.map((word) => `'${word}'`).join(' & ')}:*` : null
}

const quoted = (lexeme: string): string => `'${lexeme.replace(/['\\]/g, '$&$&')}'`

/** The choices of so many of a list, in its order. */
const choose = <T>(list: readonly T[], count: number): T[][] => {
  const [first, ...rest] = list
  if (count === 0) return [[]]
  if (first === undefined) return []
  return [...choose(rest, count - 1).map((others) => [first, ...others]), ...choose(rest, count)]
}

/**
 * PostgreSQL queries (tsquery) for documents that have all of some words, all but one, and so on down to half of them. Each
 * word is a list of what it may stand for. So many combinations are no matter: the words are few.
 */
export const relaxedQueries = (words: readonly (readonly string[])[]): string[] => {
  const sought = words.map((lexemes) => `(${lexemes.map(quoted).join(' | ')})`)
  const least = Math.ceil(sought.length / 2)
  return Array.from({ length: sought.length === 0 ? 0 : sought.length - least + 1 }, (_, dropped) =>
    choose(sought, sought.length - dropped)
      .map((chosen) => `(${chosen.join(' & ')})`)
      .join(' | '),
  )
}

/** What an embedding is computed from is cut to this length: more adds little, and the model takes time by length. */
const MAX_EMBEDDED_CHARACTERS = 2000

/** The texts whose embeddings are averaged to that of a document: its name counts as much as all of it. */
export const textsOf = (document: { name: string; description: string }): [string, string] => [
  document.name,
  `${document.name}. ${document.description}`.slice(0, MAX_EMBEDDED_CHARACTERS),
]

/** The text of a query, cut likewise. */
export const queryText = (query: string): string => query.slice(0, MAX_EMBEDDED_CHARACTERS)

/**
 * What a pass computes a vector from: what the pass's begin with (the model's name and, from the second on, a number, each
 * with a colon) and a hash of the text. What has an equal source has an equal embedding.
 */
export const sourceOf = (pass: string, text: string): string =>
  `${pass}${createHash('sha256').update(text).digest('base64url')}`

/** The direction between vectors, of length 1. */
export const meanDirection = (vectors: readonly (readonly number[])[]): number[] => {
  const sum = (vectors[0] ?? []).map((_, place) => vectors.reduce((total, vector) => total + (vector[place] ?? 0), 0))
  const length = Math.hypot(...sum) || 1
  return sum.map((part) => part / length)
}
