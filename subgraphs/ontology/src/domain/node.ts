import { isUuid } from '@mothership/platform/uuid'
import type { JsonValue } from '@mothership/platform/json'

export const Standing = { IN_FORCE: 'IN_FORCE', DEFEATED: 'DEFEATED' } as const
export type Standing = (typeof Standing)[keyof typeof Standing]

export const Level = { MUST: 'MUST', SHOULD: 'SHOULD' } as const
export type Level = (typeof Level)[keyof typeof Level]

export const Effect = { PROMOTES: 'PROMOTES', DEMOTES: 'DEMOTES' } as const
export type Effect = (typeof Effect)[keyof typeof Effect]

export const RelationType = {
  SUPPORTS: 'SUPPORTS',
  CONTRADICTS: 'CONTRADICTS',
  REFINES: 'REFINES',
  DEPENDS_ON: 'DEPENDS_ON',
} as const
export type RelationType = (typeof RelationType)[keyof typeof RelationType]

export const RelationDirection = { IN: 'IN', OUT: 'OUT', BOTH: 'BOTH' } as const
export type RelationDirection = (typeof RelationDirection)[keyof typeof RelationDirection]

/** What a curator states of a value. */
export interface ValueState {
  name: string
  description: string
  /** In (0, 1]. */
  weight: number
}

/** What a curator states of a belief. */
export interface BeliefState {
  name: string
  description: string
  /** In [0, 1]. */
  credence: number
  taskTypes: string[]
  rule: JsonValue
  /** Null: by the default, see `levelOf`. */
  level: Level | null
}

/** What a curator states of a relation. */
export interface RelationState {
  type: RelationType
  from: string
  to: string
  /** In (0, 1]. */
  weight: number
  note: string | null
}

/** What a curator states of a link. */
export interface LinkState {
  belief: string
  value: string
  effect: Effect
  /** In (0, 1]. */
  weight: number
}

/** What an import kept of a resource: the statements about it, which have no place of their own here. */
export interface AnnotationState {
  /** The IRI of the resource. */
  subject: string
  /** The value or belief that the resource became; null: none. */
  node: string | null
  /** The rest of each statement as canonical N-Triples, `<predicate> object`, sorted. */
  triples: string[]
}

/** A view of a thing: as it is now, or as it was at a revision. */
interface View {
  readonly id: string
  /** The revision that this view is of; null: now. */
  readonly asOf: number | null
}

interface Stored extends View {
  /** The revision that last changed it. */
  readonly revision: number
  readonly createdAt: Date
  readonly updatedAt: Date
  readonly deletedAt: Date | null
}

export interface Value extends Readonly<ValueState>, Stored {}

export interface Belief extends Readonly<BeliefState>, Stored {
  /** In [0, 1], derived from the graph. */
  readonly strength: number
  /** False where it stands in a cycle that did not settle. */
  readonly converged: boolean
  readonly standing: Standing
}

export interface Relation extends Readonly<RelationState>, View {
  readonly revision: number
}

export interface ValueLink extends Readonly<LinkState>, View {
  readonly revision: number
}

/** A part of the graph; `truncated` says that more exists. */
export interface OntologyGraph {
  values: Value[]
  beliefs: Belief[]
  relations: Relation[]
  valueLinks: ValueLink[]
  truncated: boolean
}

/** How binding a belief is: what its curators set, else MUST with a rule and SHOULD without. */
export const levelOf = (belief: Pick<BeliefState, 'level' | 'rule'>): Level =>
  belief.level ?? (belief.rule === null ? Level.SHOULD : Level.MUST)

/** Whether it governs: what is deleted does not, whatever its standing was. */
export const isInForce = ({ standing, deletedAt }: Pick<Belief, 'standing' | 'deletedAt'>): boolean =>
  deletedAt === null && standing === Standing.IN_FORCE

export const isBelief = (node: Value | Belief): node is Belief => 'credence' in node

/** What makes two names the same: their letters, whatever their case and however their accents are encoded. */
export const nameKey = (name: string): string => name.normalize('NFC').toLowerCase()

/** Ids as they are stored. What is no UUID names nothing, and is left out. */
export const storedIds = (ids: readonly string[]): string[] => [
  ...new Set(ids.filter(isUuid).map((id) => id.toLowerCase())),
]
