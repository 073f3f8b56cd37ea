import { isUuid } from '@mothership/platform/uuid'
import type { Change, State } from './change.ts'
import { ChangeKind } from './change.ts'
import {
  type AnnotationState,
  type BeliefState,
  type LinkState,
  nameKey,
  type RelationState,
  type ValueState,
} from './node.ts'
import { Thing } from './thing.ts'

/** One thing while an edit is applied: what it was before the edit, and what it is now; null: there is none. */
export interface Entry<S extends State> {
  readonly before: S | null
  now: S | null
  /** The revision that last changed it; 0 where it is new. */
  readonly revision: number
  /** Where the edit last changed it. */
  path: string | null
}

/**
 * What an edit may look at: the things that it names, those that go along with what it deletes, and those whose name or
 * place it would take.
 */
export interface WorkingSet {
  readonly values: Map<string, Entry<ValueState>>
  readonly beliefs: Map<string, Entry<BeliefState>>
  readonly relations: Map<string, Entry<RelationState>>
  readonly links: Map<string, Entry<LinkState>>
  readonly annotations: Map<string, Entry<AnnotationState>>
}

/** The things of one kind. */
export const entriesOf = (set: WorkingSet, thing: Thing): Map<string, Entry<State>> => {
  const entries = {
    [Thing.VALUE]: set.values,
    [Thing.BELIEF]: set.beliefs,
    [Thing.RELATION]: set.relations,
    [Thing.LINK]: set.links,
    [Thing.ANNOTATION]: set.annotations,
  }
  return entries[thing]
}

/** What must be loaded before changes can be applied. */
export interface Footprint {
  /** Everything that is named. */
  readonly ids: string[]
  /** Folded names that are to be given. */
  readonly valueNames: string[]
  readonly beliefNames: string[]
  /** Their relations, links and annotations go along. */
  readonly deletedBeliefs: string[]
  readonly deletedValues: string[]
  /** Beliefs that get links. */
  readonly linkedBeliefs: string[]
  /** Pairs of beliefs that get a relation. */
  readonly pairs: { from: string; to: string }[]
}

/** Everything that a change names, itself included. */
const idsOf = (change: Change): string[] => {
  if (change.kind === ChangeKind.relateBeliefs) return [change.id, change.state.from, change.state.to]
  if (change.kind === ChangeKind.linkValue) return [change.id, change.state.belief, change.state.value]
  return [change.id]
}

/** What applying these changes needs to know. */
export const footprintOf = (changes: readonly Change[]): Footprint => {
  const names = (createKind: ChangeKind, updateKind: ChangeKind): string[] =>
    changes.flatMap((change) => {
      if (change.kind !== createKind && change.kind !== updateKind) return []
      const state = 'state' in change ? change.state : 'fields' in change ? change.fields : {}
      return 'name' in state && state.name !== undefined ? [nameKey(state.name)] : []
    })
  const idsOfKind = (kind: ChangeKind): string[] =>
    changes.filter((change) => change.kind === kind && isUuid(change.id)).map(({ id }) => id)
  return {
    ids: [...new Set(changes.flatMap(idsOf).filter(isUuid))],
    valueNames: names(ChangeKind.createValue, ChangeKind.updateValue),
    beliefNames: names(ChangeKind.createBelief, ChangeKind.updateBelief),
    deletedBeliefs: idsOfKind(ChangeKind.deleteBelief),
    deletedValues: idsOfKind(ChangeKind.deleteValue),
    linkedBeliefs: changes.flatMap((change) =>
      change.kind === ChangeKind.linkValue && isUuid(change.state.belief) ? [change.state.belief] : [],
    ),
    pairs: changes.flatMap((change) =>
      change.kind === ChangeKind.relateBeliefs && isUuid(change.state.from) && isUuid(change.state.to)
        ? [{ from: change.state.from, to: change.state.to }]
        : [],
    ),
  }
}
