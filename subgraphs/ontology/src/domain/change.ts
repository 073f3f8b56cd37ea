import type { BeliefState, LinkState, RelationState, ValueState } from './node.ts'

/** What an edit can do, by the names that the input has and that a revision keeps. */
export const ChangeKind = {
  createValue: 'createValue',
  updateValue: 'updateValue',
  deleteValue: 'deleteValue',
  createBelief: 'createBelief',
  updateBelief: 'updateBelief',
  deleteBelief: 'deleteBelief',
  relateBeliefs: 'relateBeliefs',
  unrelateBeliefs: 'unrelateBeliefs',
  linkValue: 'linkValue',
  unlinkValue: 'unlinkValue',
} as const
export type ChangeKind = (typeof ChangeKind)[keyof typeof ChangeKind]

interface At {
  /** Where it stands in what the caller sent, e.g. `changes[2].updateBelief`. */
  readonly path: string
  /** The thing that it creates, changes or removes. */
  readonly id: string
}

/** One change of an edit, parsed: its bounds hold, and ids are lower-case. */
export type Change = At &
  (
    | { kind: typeof ChangeKind.createValue; state: ValueState }
    | { kind: typeof ChangeKind.updateValue; fields: Partial<ValueState> }
    | { kind: typeof ChangeKind.createBelief; state: BeliefState }
    | { kind: typeof ChangeKind.updateBelief; fields: Partial<BeliefState> }
    | { kind: typeof ChangeKind.relateBeliefs; state: RelationState }
    | { kind: typeof ChangeKind.linkValue; state: LinkState }
    | {
        kind:
          | typeof ChangeKind.deleteValue
          | typeof ChangeKind.deleteBelief
          | typeof ChangeKind.unrelateBeliefs
          | typeof ChangeKind.unlinkValue
      }
  )

/** A state of any thing, as a revision keeps it. */
export type State = ValueState | BeliefState | RelationState | LinkState

/** What an edit did to one thing in the end; `before` is null where it was created, `after` where it was removed. */
export interface NetChange {
  readonly kind: ChangeKind
  readonly id: string
  readonly before: State | null
  readonly after: State | null
}

/** A change that a revision made, as it is kept. */
export interface PastChange extends NetChange {
  readonly revision: number
  readonly author: string
}

export interface Revision {
  readonly number: number
  readonly author: string
  readonly message: string | null
  readonly createdAt: Date
  readonly changeCount: number
}
