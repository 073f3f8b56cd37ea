import type { Relation } from './node.ts'

export const ImpactDirection = { DOWNSTREAM: 'DOWNSTREAM', UPSTREAM: 'UPSTREAM' } as const
export type ImpactDirection = (typeof ImpactDirection)[keyof typeof ImpactDirection]

/** How many relations away an impact is followed. */
export const MAX_DISTANCE = 20

/** A belief that others reach, by its id. */
export interface Reached {
  readonly id: string
  /** How many relations away, at least 1. */
  readonly distance: number
  /** The last relation on the shortest way to it. */
  readonly relation: Relation
}

/** What some beliefs reach, the nearest first. */
export interface Impact {
  /** The belief that was asked about. */
  readonly of: string
  readonly reached: readonly Reached[]
  readonly truncated: boolean
}

/** The impact of a belief, of what was read: one belief more than the limit, or one relation farther, where there is more. */
export const toImpact = (of: string, read: readonly Reached[], limit: number): Impact => {
  const near = read.filter(({ distance }) => distance <= MAX_DISTANCE)
  return { of, reached: near.slice(0, limit), truncated: near.length > limit || near.length < read.length }
}

/** A chain of relations, and the ids of the beliefs that it leads through: one more. */
export interface ArgumentPath {
  readonly beliefs: readonly string[]
  readonly relations: readonly Relation[]
}
