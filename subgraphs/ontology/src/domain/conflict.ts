import { ConflictError } from '@mothership/platform/errors'
import { canonicalJson } from '@mothership/platform/json'
import { type Change, ChangeKind, type PastChange, type State } from './change.ts'
import type { WorkingSet } from './working-set.ts'

/** What others changed since an edit's base, by the id of the thing, in the order of their revisions. */
export type ChangesSince = ReadonlyMap<string, readonly PastChange[]>

/** What others did since the base of some changes. */
export interface Others {
  readonly since: ChangesSince
  /** The changes are a proposal's: only what both changed is in their way, and what is gone. */
  readonly isReviewed: boolean
}

/** Something that stands in an edit's way; `by` and `revision` are null where nobody changed it, e.g. a name is taken. */
export interface Conflict {
  readonly path: string
  readonly message: string
  readonly id: string | null
  readonly by: string | null
  readonly revision: number | null
}

/** How many conflicts are told at once. */
const MAX_CONFLICTS = 500

/** Those conflicts that are told, the first ones. */
export const told = (conflicts: readonly Conflict[]): Conflict[] => conflicts.slice(0, MAX_CONFLICTS)

/** The error of conflicts: it tells the first, and all of them, up to 500, in `conflicts`. */
export const conflictError = (conflicts: readonly Conflict[]): ConflictError => {
  const [first] = conflicts
  if (!first) throw new Error('there is no conflict to tell')
  const others = conflicts.length > 1 ? ` (And ${conflicts.length - 1} more.)` : ''
  const { path, message, id, by, revision } = first
  return new ConflictError(`${path}: ${message}${others}`, { path, id, by, revision, conflicts: told(conflicts) })
}

const conflict = (change: { path: string; id: string }, past: PastChange, what: string): Conflict => ({
  path: change.path,
  id: change.id,
  by: past.author,
  revision: past.revision,
  message:
    `${what} by ${past.author} in revision ${past.revision}, after the revision that this edit was made on.` +
    ' Look at what it became, and decide again.',
})

const field = (state: object | null, name: string): string =>
  canonicalJson((state as Record<string, unknown> | null)?.[name])

/** What became of a thing since the base in the end: what was changed and changed back is as it was. */
interface Since {
  readonly before: State | null
  readonly after: State | null
  readonly last: PastChange
  /** The newest change of a field. */
  lastOf(name: string): PastChange
}

const sinceOf = (id: string, since: ChangesSince): Since | null => {
  const changes = since.get(id)
  const [first, last] = [changes?.[0], changes?.at(-1)]
  if (!changes || !first || !last) return null
  const lastOf = (name: string) =>
    changes.findLast(({ before, after }) => field(before, name) !== field(after, name)) ?? last
  return { before: first.before, after: last.after, last, lastOf }
}

const fieldConflicts = (change: Change & { fields: object }, since: ChangesSince): Conflict[] => {
  const past = sinceOf(change.id, since)
  if (!past) return []
  if (past.after === null) return [conflict(change, past.last, 'it was deleted')]
  return Object.entries(change.fields).flatMap(([name, wanted]) => {
    const isChanged = field(past.before, name) !== field(past.after, name)
    // Who wants what the other made of it has no conflict.
    if (!isChanged || field(past.after, name) === canonicalJson(wanted)) return []
    return [conflict({ id: change.id, path: `${change.path}.${name}` }, past.lastOf(name), `its ${name} was changed`)]
  })
}

/** What a relation or a link rests on is what its ends say (ADR 17); who reviewed it read what they say now. */
const endConflicts = (id: string, path: string, { since, isReviewed }: Others): Conflict[] => {
  const past = sinceOf(id, since)
  if (!past) return []
  if (past.after === null) return [conflict({ id, path }, past.last, 'it was deleted')]
  if (isReviewed) return []
  return ['name', 'description']
    .filter((name) => past.before !== null && field(past.before, name) !== field(past.after, name))
    .map((name) => conflict({ id, path }, past.lastOf(name), `its ${name} was changed`))
}

const touchConflicts = (change: Change, since: ChangesSince): Conflict[] => {
  const past = sinceOf(change.id, since)
  if (!past || canonicalJson(past.before) === canonicalJson(past.after)) return []
  return [conflict(change, past.last, past.after === null ? 'it was deleted' : 'it was changed')]
}

/** Relations and links that go along with what is deleted must be those that its author knew of: the first that is not. */
const additionConflicts = (change: Change, set: WorkingSet, since: ChangesSince): Conflict[] => {
  for (const [id, { before }] of [...set.relations, ...set.links]) {
    const past = before && concerns(before, change.id) ? sinceOf(id, since) : null
    if (past && past.before === null) return [conflict(change, past.last, 'a relation or link of it was added')]
  }
  return []
}

const concerns = (state: object, id: string): boolean =>
  ['from', 'to', 'belief', 'value'].some((end) => (state as Record<string, unknown>)[end] === id)

/**
 * Where a field that a change sets, or a thing that it refers to, is another, or gone, since the revision that the
 * changes were made on: what, by whom and in which revision, in the order of the changes.
 */
export const conflictsOf = (changes: readonly Change[], set: WorkingSet, others: Others): Conflict[] =>
  changes.flatMap((change) => {
    const { since } = others
    switch (change.kind) {
      case ChangeKind.createValue:
      case ChangeKind.createBelief:
      case ChangeKind.annotate:
      case ChangeKind.unannotate:
        return []
      case ChangeKind.updateValue:
      case ChangeKind.updateBelief:
        return fieldConflicts(change, since)
      case ChangeKind.relateBeliefs:
        return [
          ...endConflicts(change.state.from, `${change.path}.from`, others),
          ...endConflicts(change.state.to, `${change.path}.to`, others),
        ]
      case ChangeKind.linkValue:
        return [
          ...endConflicts(change.state.belief, `${change.path}.belief`, others),
          ...endConflicts(change.state.value, `${change.path}.value`, others),
        ]
      case ChangeKind.deleteValue:
      case ChangeKind.deleteBelief:
        return [...touchConflicts(change, since), ...additionConflicts(change, set, since)]
      case ChangeKind.unrelateBeliefs:
      case ChangeKind.unlinkValue:
        return touchConflicts(change, since)
    }
  })

/** Throws ConflictError where there are such conflicts. */
export const assertNoConflict = (changes: readonly Change[], set: WorkingSet, others: Others): void => {
  const conflicts = conflictsOf(changes, set, others)
  if (conflicts.length > 0) throw conflictError(conflicts)
}
