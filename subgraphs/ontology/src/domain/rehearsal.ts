import type { MothershipError } from '@mothership/platform/errors'
import { applyChanges, applyWhatFits } from './apply.ts'
import type { Change, NetChange } from './change.ts'
import { assertNoConflict, type ChangesSince, type Conflict, conflictsOf } from './conflict.ts'
import { faultyInput } from './parse.ts'
import type { WorkingSet } from './working-set.ts'

/** What changes would be applied to, at one moment. */
export interface Rehearsal {
  readonly changes: readonly Change[]
  /** The revision that they were made on. */
  readonly baseRevision: number
  /** What others changed since. */
  readonly since: ChangesSince
  /** A working set of one's own: applying changes writes to it. */
  readonly workingSet: () => WorkingSet
}

/** Which of the changes a path is about: `changes[2].updateBelief.name` is about the third. */
const placeOf = (path: string): number => Number(/^changes\[(\d+)\]/.exec(path)?.[1] ?? -1)

const toConflict = ({ message, details }: MothershipError): Conflict => {
  const { path, id } = details as { path?: string; id?: string }
  return { path: path ?? 'changes', message, id: id ?? null, by: null, revision: null }
}

/** All that stands in the way of applying the changes, in their order. */
export const conflictsIn = ({ changes, since, workingSet }: Rehearsal): Conflict[] => {
  const set = workingSet()
  const changed = conflictsOf(changes, set, since)
  const told = new Set(changed.map(({ path }) => placeOf(path)))
  const { faults } = applyWhatFits(set, changes)
  // A change that others are in the way of cannot be applied either: that is not told twice.
  const others = faults.map(toConflict).filter(({ path }) => !told.has(placeOf(path)))
  return [...changed, ...others].sort((one, other) => placeOf(one.path) - placeOf(other.path))
}

/** What applying the changes would do; what others are in the way of is left out. */
export const wouldMake = ({ changes, workingSet }: Rehearsal): NetChange[] => applyWhatFits(workingSet(), changes).made

/** Throws as the edit would that makes these changes now, and BadUserInputError where it would change nothing. */
export const assertApplies = ({ changes, since, workingSet }: Rehearsal): void => {
  const set = workingSet()
  assertNoConflict(changes, set, since)
  if (applyChanges(set, changes).length === 0) {
    throw faultyInput([{ path: 'changes', message: 'would change nothing: all of it is so already' }])
  }
}
