import { ConflictError } from '@mothership/platform/errors'
import { canonicalJson } from '@mothership/platform/json'
import { type Change, ChangeKind, type PastChange } from './change.ts'
import type { WorkingSet } from './working-set.ts'

/** What others changed since an edit's base, by the id of the thing, in the order of their revisions. */
export type ChangesSince = ReadonlyMap<string, readonly PastChange[]>

const conflict = (change: { path: string; id: string }, past: PastChange, what: string): ConflictError =>
  new ConflictError(
    `${change.path}: ${what} by ${past.author} in revision ${past.revision}, after the revision that this edit was made on.` +
      ' Look at what it became, and decide again.',
    { path: change.path, id: change.id, by: past.author, revision: past.revision },
  )

const field = (state: object | null, name: string): string =>
  canonicalJson((state as Record<string, unknown> | null)?.[name])

const assertFields = (change: Change & { fields: object }, since: ChangesSince): void => {
  for (const past of since.get(change.id) ?? []) {
    if (past.after === null) throw conflict(change, past, 'it was deleted')
    for (const [name, wanted] of Object.entries(change.fields)) {
      const isChanged = field(past.before, name) !== field(past.after, name)
      // Who wants what the other made of it has no conflict.
      if (isChanged && field(past.after, name) !== canonicalJson(wanted)) {
        throw conflict({ id: change.id, path: `${change.path}.${name}` }, past, `its ${name} was changed`)
      }
    }
  }
}

/** What a relation or a link rests on is what its ends say. */
const assertEnd = (id: string, path: string, since: ChangesSince): void => {
  for (const past of since.get(id) ?? []) {
    if (past.after === null) throw conflict({ id, path }, past, 'it was deleted')
    for (const name of ['name', 'description']) {
      if (past.before !== null && field(past.before, name) !== field(past.after, name)) {
        throw conflict({ id, path }, past, `its ${name} was changed`)
      }
    }
  }
}

const assertUntouched = (change: Change, since: ChangesSince): void => {
  const past = since.get(change.id)?.at(-1)
  if (past) throw conflict(change, past, past.after === null ? 'it was deleted' : 'it was changed')
}

/** Relations and links that go along with what is deleted must be those that its author knew of. */
const assertNothingNew = (change: Change, set: WorkingSet, since: ChangesSince): void => {
  const hanging = [...set.relations, ...set.links].filter(([, { before }]) => before && concerns(before, change.id))
  for (const [id] of hanging) {
    const past = since.get(id)?.at(-1)
    if (past) throw conflict(change, past, 'a relation or link of it was added')
  }
}

const concerns = (state: object, id: string): boolean =>
  ['from', 'to', 'belief', 'value'].some((end) => (state as Record<string, unknown>)[end] === id)

/**
 * Throws ConflictError where a field that a change sets, or a thing that it refers to, changed or vanished since the
 * revision that the changes were made on. The error names what, by whom and in which revision.
 */
export const assertNoConflict = (changes: readonly Change[], set: WorkingSet, since: ChangesSince): void => {
  for (const change of changes) {
    switch (change.kind) {
      case ChangeKind.createValue:
      case ChangeKind.createBelief:
      case ChangeKind.annotate:
      case ChangeKind.unannotate:
        break
      case ChangeKind.updateValue:
      case ChangeKind.updateBelief:
        assertFields(change, since)
        break
      case ChangeKind.relateBeliefs:
        assertEnd(change.state.from, `${change.path}.from`, since)
        assertEnd(change.state.to, `${change.path}.to`, since)
        break
      case ChangeKind.linkValue:
        assertEnd(change.state.belief, `${change.path}.belief`, since)
        assertEnd(change.state.value, `${change.path}.value`, since)
        break
      case ChangeKind.deleteValue:
      case ChangeKind.deleteBelief:
        assertUntouched(change, since)
        assertNothingNew(change, set, since)
        break
      case ChangeKind.unrelateBeliefs:
      case ChangeKind.unlinkValue:
        assertUntouched(change, since)
        break
    }
  }
}
