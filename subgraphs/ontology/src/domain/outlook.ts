import { type NetChange, ChangeKind as Kind } from './change.ts'
import type { Fault } from './fault.ts'
import { afterEdit, type Effect, effectsOf, type Reach, relationsAdded, type Stored } from './preview.ts'
import { propagate, type Strength } from './propagate.ts'
import { type Suspicion, suspicionOf } from './warnings.ts'
import type { WorkingSet } from './working-set.ts'

/** How many effects are told. */
const MAX_EFFECTS = 500

/** An edit as it was applied to what there is, in memory. */
export interface Tried {
  readonly set: WorkingSet
  readonly changes: NetChange[]
  readonly faults: readonly Fault[]
}

/** What an edit would do, before what is told of it is looked up. */
export interface Outlook {
  readonly effects: readonly Effect[]
  readonly isCut: boolean
  /** The strengths of the beliefs that it would create. */
  readonly created: ReadonlyMap<string, Strength>
  readonly suspicion: Suspicion
}

/** What an edit without faults would do, of what it reaches and what is stored of the beliefs that it names. */
export const outlookOf = ({ set, changes }: Tried, reach: Reach, stored: ReadonlyMap<string, Stored>): Outlook => {
  const { known, strengths } = strengthsAfter(changes, reach, stored)
  const effects = effectsOf(known, strengths, deletedIn(changes))
  const created = changes.flatMap(({ kind, id }) => {
    const strength = strengths.get(id)
    return kind === Kind.createBelief && strength ? [[id, strength] as const] : []
  })
  return {
    effects: effects.slice(0, MAX_EFFECTS),
    isCut: effects.length > MAX_EFFECTS,
    created: new Map(created),
    suspicion: suspicionOf({ set, changes, known, strengths }),
  }
}

/** The strengths of all beliefs that an edit reaches, as it would make them; and what is stored of those. */
export const strengthsAfter = (
  changes: readonly NetChange[],
  reach: Reach,
  stored: ReadonlyMap<string, Stored>,
): { known: Map<string, Stored>; strengths: Map<string, Strength> } => {
  const { beliefs, relations } = afterEdit(reach, changes)
  const known = new Map<string, Stored>(reach.beliefs.map((belief) => [belief.id, belief]))
  for (const id of namedIn(changes)) {
    const found = stored.get(id)
    if (found) known.set(id, found)
  }
  const held = new Map([
    ...[...known].map(([id, { strength }]) => [id, strength] as const),
    ...reach.incoming.map(({ from, fromStrength }) => [from, fromStrength] as const),
  ])
  return { known, strengths: propagate(beliefs, relations, held) }
}

const deletedIn = (changes: readonly NetChange[]): string[] =>
  changes.filter(({ kind }) => kind === Kind.deleteBelief).map(({ id }) => id)

/** The beliefs of which an edit needs to know how strong they are, whether or not it reaches them. */
export const namedIn = (changes: readonly NetChange[]): string[] => [
  ...deletedIn(changes),
  ...relationsAdded(changes).flatMap(({ from, to }) => [from, to]),
]
