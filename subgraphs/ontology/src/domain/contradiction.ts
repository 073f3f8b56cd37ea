import type { Relation } from './node.ts'
import type { Opposition } from './polarity.ts'
import type { Pair } from './pair.ts'

export const ContradictionKind = { DECLARED: 'DECLARED', SUSPECTED: 'SUSPECTED' } as const
export type ContradictionKind = (typeof ContradictionKind)[keyof typeof ContradictionKind]

export const ContradictionDecision = {
  KEEP_BOTH: 'KEEP_BOTH',
  SCOPE: 'SCOPE',
  SUPERSEDE: 'SUPERSEDE',
  DISMISS: 'DISMISS',
} as const
export type ContradictionDecision = (typeof ContradictionDecision)[keyof typeof ContradictionDecision]

/** What a person decided about a contradiction. */
export interface Resolution {
  readonly decision: ContradictionDecision
  readonly reason: string
  readonly author: string
  readonly createdAt: Date
  /** The number of the revision that it led to; null where it led to none. */
  readonly revision: number | null
}

/** Two beliefs that contradict each other, or did until a person decided about them. */
export interface Contradiction extends Pair {
  readonly kind: ContradictionKind
  /** Which of the two is the stronger. */
  readonly stronger: string
  /** The relation that says so, as long as it is there. */
  readonly relation: Relation | null
  /** Why it is listed. */
  readonly reason: string
  readonly similarity: number | null
  readonly resolution: Resolution | null
}

/** Why two beliefs are listed: what a relation says of them, or what opposes them. */
export interface Grounds {
  readonly relation: Relation | null
  /** The words of the stronger one first. */
  readonly opposition: Opposition | null
  /** The names of values that one promotes and the other demotes. */
  readonly values: readonly string[]
}

const quote = (text: string): string => `"${text}"`

/** Why two beliefs are listed as a contradiction, in words. */
export const reasonOf = ({ relation, opposition, values }: Grounds): string => {
  if (relation) return `A relation says that they contradict each other${relation.note ? `: ${relation.note}` : '.'}`
  const reasons = [
    ...(opposition ? [`${quote(opposition.one)} stands against ${quote(opposition.other)}`] : []),
    ...(values.length > 0 ? [`one promotes ${values.map(quote).join(' and ')}, which the other demotes`] : []),
  ]
  return `They are near in meaning, and ${reasons.join('; ')}.`
}
