import { type NetChange, ChangeKind as Kind } from './change.ts'
import type { Fault } from './fault.ts'
import { groupBy } from '@mothership/platform/group-by'
import type { Belief, BeliefState, RelationState, Standing } from './node.ts'
import type { Strength } from './propagate.ts'
import { type Evidence, isEvidence, standingOf } from './strength.ts'

export const Severity = { ERROR: 'ERROR', WARNING: 'WARNING' } as const
export type Severity = (typeof Severity)[keyof typeof Severity]

/** Something that speaks against an edit. */
export interface Problem extends Fault {
  readonly severity: Severity
}

/** What an edit would do to one belief; `before` is null where it creates it, `after` where it deletes it. */
export interface Effect {
  readonly id: string
  readonly before: number | null
  readonly after: number | null
  readonly standingBefore: Standing | null
  readonly standingAfter: Standing | null
}

/** An effect with the belief: as it is now, or as it would be created. */
export interface BeliefEffect extends Effect {
  readonly belief: Belief
}

/** What an edit would do. Where a problem is an ERROR it would be refused, and so would do nothing. */
export interface ChangePreview {
  readonly effects: BeliefEffect[]
  readonly problems: Problem[]
  readonly truncated: boolean
}

/** What is stored of a belief's strength. */
export interface Stored {
  readonly strength: number
  readonly converged: boolean
  readonly standing: Standing
}

/** The part of the graph that an edit can reach: its beliefs, and all evidence that leads to them. */
export interface Reach {
  readonly beliefs: readonly ({ id: string; credence: number } & Stored)[]
  readonly incoming: readonly (Evidence & { fromStrength: number })[]
}

/** The parts of a reach by the beliefs that they begin at: what these lead to, themselves included. */
export const partsOf = ({ beliefs, incoming }: Reach): ((seeds: readonly string[]) => Reach) => {
  const beliefOf = new Map(beliefs.map((belief) => [belief.id, belief]))
  const [into, outOf] = [groupBy(incoming, ({ to }) => to), groupBy(incoming, ({ from }) => from)]
  return (seeds) => {
    const reached = new Set(seeds.filter((id) => beliefOf.has(id)))
    // A set that grows while it is gone through.
    for (const id of reached) for (const { to } of outOf.get(id) ?? []) reached.add(to)
    const ids = [...reached]
    return {
      beliefs: ids.flatMap((id) => beliefOf.get(id) ?? []),
      incoming: ids.flatMap((id) => into.get(id) ?? []),
    }
  }
}

const PART_OF_RELATION: readonly Kind[] = [Kind.relateBeliefs, Kind.unrelateBeliefs]

/** The relations that an edit would add, as they would be. */
export const relationsAdded = (changes: readonly NetChange[]): (RelationState & { id: string })[] =>
  changes.flatMap(({ kind, id, after }) =>
    kind === Kind.relateBeliefs && after !== null ? [{ id, ...(after as RelationState) }] : [],
  )

/** The relations that would not be any more as they are now. */
export const relationsRemoved = (changes: readonly NetChange[]): (RelationState & { id: string })[] =>
  changes.flatMap(({ kind, id, before }) =>
    PART_OF_RELATION.includes(kind) && before !== null ? [{ id, ...(before as RelationState) }] : [],
  )

/**
 * A reach as it would be after an edit, as `propagate` takes it: whatever leads to a belief that is added to or taken
 * from bears on a belief of the reach, so the reach itself is the same before and after.
 */
export const afterEdit = (
  { beliefs, incoming }: Reach,
  changes: readonly NetChange[],
): { beliefs: { id: string; credence: number }[]; relations: Evidence[] } => {
  const credences = new Map(beliefs.map(({ id, credence }) => [id, credence]))
  for (const { kind, id, after } of changes) {
    if (kind === Kind.deleteBelief) credences.delete(id)
    else if (kind === Kind.createBelief || (kind === Kind.updateBelief && credences.has(id))) {
      credences.set(id, (after as BeliefState).credence)
    }
  }
  const removed = new Set(relationsRemoved(changes).map(({ id }) => id))
  return {
    beliefs: [...credences].map(([id, credence]) => ({ id, credence })),
    relations: [
      ...incoming.filter(({ id }) => !removed.has(id)),
      ...relationsAdded(changes).filter(({ type }) => isEvidence(type)),
    ],
  }
}

/** The smallest change of a strength that is told. */
const LEAST_EFFECT = 1e-12

/**
 * What differs between the strengths that are stored and those that an edit would make: the largest first, by id where
 * they are alike. A belief that is created or deleted changes by all of its strength.
 */
export const effectsOf = (
  stored: ReadonlyMap<string, Stored>,
  strengths: ReadonlyMap<string, Strength>,
  deleted: readonly string[],
): Effect[] => {
  const changed = [...strengths].flatMap(([id, { strength }]): Effect[] => {
    const was = stored.get(id)
    const standing = standingOf(strength)
    const isSame = was && Math.abs(strength - was.strength) <= LEAST_EFFECT && standing === was.standing
    return isSame
      ? []
      : [
          {
            id,
            before: was?.strength ?? null,
            after: strength,
            standingBefore: was?.standing ?? null,
            standingAfter: standing,
          },
        ]
  })
  const gone = deleted.flatMap((id): Effect[] => {
    const was = stored.get(id)
    return was ? [{ id, before: was.strength, after: null, standingBefore: was.standing, standingAfter: null }] : []
  })
  const size = ({ before, after }: Effect): number => Math.abs((after ?? 0) - (before ?? 0))
  return [...changed, ...gone].sort((a, b) => size(b) - size(a) || (a.id < b.id ? -1 : 1))
}
