import type { AnnotationState, BeliefState, LinkState, RelationState, ValueState } from './node.ts'

/** What an edit can do, by the names that the input has and that a revision keeps. Imports alone annotate. */
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
  annotate: 'annotate',
  unannotate: 'unannotate',
} as const
export type ChangeKind = (typeof ChangeKind)[keyof typeof ChangeKind]

interface At {
  /** Where it stands in what the caller sent, e.g. `changes[2].updateBelief`. */
  readonly path: string
  /** The thing that it creates, changes or removes. */
  readonly id: string
}

interface Anew {
  /** The thing may have been there before, or be there with another state: an import brings it with its own id. */
  readonly isAnew?: true
}

/** One change of an edit, parsed: its bounds hold, and ids are lower-case. */
export type Change = At &
  (
    | ({ kind: typeof ChangeKind.createValue; state: ValueState } & Anew)
    | { kind: typeof ChangeKind.updateValue; fields: Partial<ValueState> }
    | ({ kind: typeof ChangeKind.createBelief; state: BeliefState } & Anew)
    | { kind: typeof ChangeKind.updateBelief; fields: Partial<BeliefState> }
    | ({ kind: typeof ChangeKind.relateBeliefs; state: RelationState } & Anew)
    | ({ kind: typeof ChangeKind.linkValue; state: LinkState } & Anew)
    | { kind: typeof ChangeKind.annotate; state: AnnotationState }
    | {
        kind:
          | typeof ChangeKind.deleteValue
          | typeof ChangeKind.deleteBelief
          | typeof ChangeKind.unrelateBeliefs
          | typeof ChangeKind.unlinkValue
          | typeof ChangeKind.unannotate
      }
  )

/** A state of any thing, as a revision keeps it. */
export type State = ValueState | BeliefState | RelationState | LinkState | AnnotationState

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
