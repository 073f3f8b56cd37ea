import { applyChanges, tryChanges } from './apply.ts'
import type { Change, NetChange } from './change.ts'
import { assertNoConflict, type ChangesSince, type Conflict, conflictsOf, told } from './conflict.ts'
import type { Fault } from './fault.ts'
import { faultyInput } from './parse.ts'
import { type ChangePreview, Severity } from './preview.ts'
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

const toConflict = (fault: Fault): Conflict => ({ ...fault, id: null, by: null, revision: null })

/** What stands in the way of applying the changes, in their order: at most 500 of it. */
export const conflictsIn = ({ changes, since, workingSet }: Rehearsal): Conflict[] => {
  const set = workingSet()
  const changed = conflictsOf(changes, set, { since, isReviewed: true })
  const changedAt = new Set(changed.map(({ path }) => placeOf(path)))
  const { faults } = tryChanges(set, changes)
  // A change that others are in the way of cannot be applied either: that is not told twice.
  const others = faults.map(toConflict).filter(({ path }) => !changedAt.has(placeOf(path)))
  return told([...changed, ...others].sort((one, other) => placeOf(one.path) - placeOf(other.path)))
}

/** A preview of the changes, with all that stands in their way: others' changes since the base, too. */
export const withConflicts = (rehearsal: Rehearsal, preview: ChangePreview): ChangePreview => {
  const conflicts = conflictsIn(rehearsal)
  if (conflicts.length === 0) return preview
  const told = new Set(conflicts.map(({ path }) => placeOf(path)))
  const errors = preview.problems.filter(
    ({ path, severity }) => severity === Severity.ERROR && !told.has(placeOf(path)),
  )
  const problems = conflicts.map(({ path, message }) => ({ path, message, severity: Severity.ERROR }))
  return { effects: [], problems: [...problems, ...errors], truncated: false }
}

/** What applying the changes would do; what others are in the way of is left out. */
export const wouldMake = ({ changes, workingSet }: Rehearsal): NetChange[] => tryChanges(workingSet(), changes).changes

/** Throws as the edit would that makes these changes now, and BadUserInputError where it would change nothing. */
export const assertApplies = ({ changes, since, workingSet }: Rehearsal): void => {
  const set = workingSet()
  assertNoConflict(changes, set, { since, isReviewed: true })
  if (applyChanges(set, changes).length === 0) {
    throw faultyInput([{ path: 'changes', message: 'would change nothing: all of it is so already' }])
  }
}
