import { nameKey } from '../node.ts'
import type { Footprint } from '../working-set.ts'
import type { Draft, DraftNode } from './draft.ts'

const namesOf = (nodes: readonly DraftNode<{ name: string }>[]): string[] =>
  nodes.flatMap(({ state, otherNames }) => [nameKey(state.name), ...otherNames.map(nameKey)])

/** What must be loaded to compare a draft with what is there. */
export const footprintOfDraft = ({ values, beliefs, relations, links, annotations }: Draft): Footprint => ({
  ids: [
    ...new Set([
      ...[values, beliefs, relations, links, annotations].flatMap((things) => things.map(({ id }) => id)),
      ...relations.flatMap(({ state }) => [state.from, state.to]),
      ...links.flatMap(({ state }) => [state.belief, state.value]),
    ]),
  ],
  valueNames: namesOf(values),
  beliefNames: namesOf(beliefs),
  deletedBeliefs: [],
  deletedValues: [],
  linkedBeliefs: [...new Set(links.map(({ state }) => state.belief))],
  pairs: relations.map(({ state: { from, to } }) => ({ from, to })),
})
