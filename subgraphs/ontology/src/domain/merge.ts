import { type Change, ChangeKind } from './change.ts'
import type { Relation, RelationState, ValueLink } from './node.ts'

/** What two beliefs that become one have: of the one that stays, what is between it and what the other is related to. */
export interface Merging {
  readonly keep: string
  readonly merge: string
  readonly relations: readonly Relation[]
  readonly links: readonly ValueLink[]
  readonly newId: () => string
}

const placeOf = ({ type, from, to }: RelationState): string => `${type} ${from} ${to}`

/**
 * The changes that make one belief of two. The one that stays keeps all that it says; it gets the relations and links of
 * the other. Of two that would be the same, the heavier stays. A relation between the two goes, and so does a link that
 * says the opposite of what the one that stays says of that value.
 */
export const mergeChanges = (merging: Merging): Change[] => {
  const goes = { kind: ChangeKind.deleteBelief, path: 'merge', id: merging.merge } as const
  return [goes, ...movedRelations(merging), ...movedLinks(merging)]
}

const movedRelations = ({ keep, merge, relations, newId }: Merging): Change[] => {
  const there = new Map<string, Relation>()
  const isOfMerged = ({ from, to }: Relation): boolean => from === merge || to === merge
  for (const relation of relations) if (!isOfMerged(relation)) there.set(placeOf(relation), relation)
  return relations.filter(isOfMerged).flatMap((relation): Change[] => {
    const { type, weight, note } = relation
    const end = (id: string): string => (id === merge ? keep : id)
    const state = { type, from: end(relation.from), to: end(relation.to), weight, note }
    if (state.from === state.to) return []
    const same = there.get(placeOf(state))
    if (same && same.weight >= weight) return []
    const add: Change = { kind: ChangeKind.relateBeliefs, path: 'merge', id: newId(), state }
    return same ? [{ kind: ChangeKind.unrelateBeliefs, path: 'keep', id: same.id }, add] : [add]
  })
}

const movedLinks = ({ keep, merge, links, newId }: Merging): Change[] => {
  const there = new Map(links.filter(({ belief }) => belief === keep).map((link) => [link.value, link]))
  return links
    .filter(({ belief }) => belief === merge)
    .flatMap(({ value, effect, weight }): Change[] => {
      const same = there.get(value)
      if (same && (same.effect !== effect || same.weight >= weight)) return []
      const state = { belief: keep, value, effect, weight }
      const add: Change = { kind: ChangeKind.linkValue, path: 'merge', id: newId(), state }
      return same ? [{ kind: ChangeKind.unlinkValue, path: 'keep', id: same.id }, add] : [add]
    })
}
