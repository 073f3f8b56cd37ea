import { ConflictError } from '@mothership/platform/errors'
import { outcomeOf } from './apply.ts'
import type { NetChange, PastChange, State } from './change.ts'
import { type LinkState, nameKey, type RelationState } from './node.ts'
import {
  changes as changing,
  createObstacles,
  deletes,
  fieldOf,
  findObstacles,
  isSame,
  type Obstacles,
  type Reverted,
} from './obstacles.ts'
import { Thing, THINGS, thingOf } from './thing.ts'
import { entriesOf, type Entry, type Footprint, type WorkingSet } from './working-set.ts'

/** What a thing that is touched was touched by: the argument that names the revision. */
const PATH = 'number'

/** What must be loaded before a revision can be reverted. */
export const footprintOfRevert = (changes: readonly NetChange[]): Footprint => {
  const of = (thing: Thing) => changes.filter(({ kind }) => thingOf(kind) === thing)
  const names = (thing: Thing): string[] =>
    of(thing).flatMap(({ before }) => (before ? [nameKey(String(fieldOf(before, 'name')))] : []))
  const created = (thing: Thing): string[] => of(thing).flatMap(({ id, before }) => (before === null ? [id] : []))
  const removed = (thing: Thing): State[] =>
    of(thing).flatMap(({ before, after }) => (before && after === null ? [before] : []))
  const ends = changes.flatMap(({ kind, before, after }) =>
    Object.keys(THINGS[thingOf(kind)].ends).map((field) => String(fieldOf(after ?? before, field))),
  )
  return {
    ids: [...new Set([...changes.map(({ id }) => id), ...ends])],
    valueNames: names(Thing.VALUE),
    beliefNames: names(Thing.BELIEF),
    deletedBeliefs: created(Thing.BELIEF),
    deletedValues: created(Thing.VALUE),
    linkedBeliefs: removed(Thing.LINK).map((state) => (state as LinkState).belief),
    pairs: removed(Thing.RELATION).map((state) => state as RelationState),
  }
}

/**
 * Reverts a revision on a working set of what there is now, and answers what each thing was and became: of what it
 * changed, those fields go back; what it created goes; what it deleted comes back under its own id. What is reverted
 * already stays as it is. Throws ConflictError that lists all that stands in the way, with who put it there since; or
 * that says that there is nothing left to revert.
 */
export const revertChanges = (set: WorkingSet, reverted: Reverted): NetChange[] => {
  const obstacles = createObstacles(set, reverted)
  for (const change of reverted.changes) takeBack(set, change, obstacles)
  findObstacles(set, obstacles)
  obstacles.assertNone()
  const changes = outcomeOf(set)
  if (changes.length === 0) throw nothingLeft(reverted)
  return changes
}

const takeBack = (set: WorkingSet, change: NetChange, obstacles: Obstacles): void => {
  const { id, before, after } = change
  const thing = thingOf(change.kind)
  const entries = entriesOf(set, thing)
  const entry = entries.get(id)
  const now = entry?.now ?? null
  if (after === null) {
    if (before !== null && now === null) entries.set(id, restored(entry, before))
    return
  }
  if (!entry || now === null) {
    if (before !== null) {
      obstacles.report({ thing, id, state: before }, 'it was deleted since', obstacles.last(id, deletes))
    }
    return
  }
  const fields = Object.keys(after).filter(
    (field) =>
      before === null ||
      (!isSame(fieldOf(before, field), fieldOf(after, field)) && !isSame(fieldOf(now, field), fieldOf(before, field))),
  )
  for (const field of fields) {
    if (isSame(fieldOf(now, field), fieldOf(after, field))) continue
    const message = `its ${field} was changed since`
    obstacles.report({ thing, id, state: now }, message, obstacles.last(id, changing(field)))
  }
  entry.path = PATH
  entry.now = before && { ...now, ...Object.fromEntries(fields.map((field) => [field, fieldOf(before, field)])) }
}

const restored = (entry: Entry<State> | undefined, now: State): Entry<State> => ({
  before: entry?.before ?? null,
  now,
  revision: entry?.revision ?? 0,
  path: PATH,
})

const nothingLeft = ({ number, changes, since }: Reverted): ConflictError => {
  const last = changes
    .flatMap(({ id }) => since.get(id) ?? [])
    .reduce<PastChange | null>((newest, past) => (newest && newest.revision >= past.revision ? newest : past), null)
  const told = last ? ` by ${last.author}, in revision ${last.revision} at the latest` : ''
  return new ConflictError(`number: revision ${number} is reverted already${told}. There is nothing left to revert.`, {
    path: PATH,
    by: last?.author,
    revision: last?.revision,
    obstacles: [],
    obstacleCount: 0,
  })
}
