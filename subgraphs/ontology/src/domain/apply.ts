import { ConflictError, NotFoundError } from '@mothership/platform/errors'
import { canonicalJson } from '@mothership/platform/json'
import { type Change, ChangeKind, type NetChange, type State } from './change.ts'
import { nameKey } from './node.ts'
import { faultyInput } from './parse.ts'
import { hangingOn, linksOf, placed, relationAt } from './places.ts'
import type { Entry, WorkingSet } from './working-set.ts'

/** The most links that a belief has. */
export const MAX_LINKS = 50

const notFound = (what: string, id: string, path: string): NotFoundError =>
  new NotFoundError(`${path}: there is no ${what} of the id ${id}.`, { path, id })

/** The thing of that id as it is now. Throws NotFoundError where there is none, or it was removed. */
const existing = <S extends State>(
  entries: Map<string, Entry<S>>,
  what: string,
  id: string,
  path: string,
): { entry: Entry<S>; now: S } => {
  const entry = entries.get(id)
  if (!entry || entry.now === null) throw notFound(what, id, path)
  return { entry, now: entry.now }
}

const create = <S extends State>(
  set: WorkingSet,
  entries: Map<string, Entry<S>>,
  { id, path, isAnew = false }: { id: string; path: string; isAnew?: boolean },
  state: S,
): void => {
  const known = entries.get(id)
  if (isAnew && known) {
    known.now = state
    known.path = path
    return
  }
  const kinds = [set.values, set.beliefs, set.relations, set.links, set.annotations]
  if (kinds.some((things) => things.has(id))) {
    const at = `${path}.id`
    throw new ConflictError(`${at}: something of the id ${id} exists, or did. Ids are given once.`, { path: at, id })
  }
  entries.set(id, { before: null, now: state, revision: 0, path })
}

const update = <S extends State>(
  entries: Map<string, Entry<S>>,
  what: string,
  change: { id: string; path: string; fields: Partial<S> },
): void => {
  const { entry, now } = existing(entries, what, change.id, `${change.path}.id`)
  entry.now = { ...now, ...change.fields }
  entry.path = change.path
}

const remove = <S extends State>(
  entries: Map<string, Entry<S>>,
  what: string,
  change: { id: string; path: string },
): void => {
  const { entry } = existing(entries, what, change.id, change.path)
  entry.now = null
  entry.path = change.path
}

/** Removes what hangs on a thing that was deleted. */
const removeWith = (set: WorkingSet, id: string): void => {
  for (const entry of hangingOn(set, id)) entry.now = null
}

const relate = (set: WorkingSet, change: Change & { kind: 'relateBeliefs' }): void => {
  const { state, path } = change
  existing(set.beliefs, 'belief', state.from, `${path}.from`)
  existing(set.beliefs, 'belief', state.to, `${path}.to`)
  const other = relationAt(set, state)
  if (other !== null && other !== change.id) {
    throw faultyInput([{ path, message: `repeats a relation: ${state.type} between these two beliefs exists already` }])
  }
  create(set, set.relations, change, state)
  placed(set, 'relation', change.id)
}

const link = (set: WorkingSet, change: Change & { kind: 'linkValue' }): void => {
  const { state, path } = change
  existing(set.beliefs, 'belief', state.belief, `${path}.belief`)
  existing(set.values, 'value', state.value, `${path}.value`)
  const others = linksOf(set, state.belief).filter(({ id }) => id !== change.id)
  if (others.some(({ value }) => value === state.value)) {
    throw faultyInput([{ path, message: 'repeats a link: these two are linked already; take that link away first' }])
  }
  if (others.length >= MAX_LINKS) {
    throw faultyInput([{ path, message: `is one link too many: a belief has at most ${MAX_LINKS}` }])
  }
  create(set, set.links, change, state)
  placed(set, 'link', change.id)
}

/** Brings what an import knows of a resource, in the place of what was kept of it. */
const annotate = (set: WorkingSet, change: Change & { kind: 'annotate' }): void => {
  create(set, set.annotations, { ...change, isAnew: true }, change.state)
  placed(set, 'annotation', change.id)
}

const applyOne = (set: WorkingSet, change: Change): void => {
  switch (change.kind) {
    case ChangeKind.createValue:
      return create(set, set.values, change, change.state)
    case ChangeKind.updateValue:
      return update(set.values, 'value', change)
    case ChangeKind.deleteValue:
      remove(set.values, 'value', change)
      return removeWith(set, change.id)
    case ChangeKind.createBelief:
      return create(set, set.beliefs, change, change.state)
    case ChangeKind.updateBelief:
      return update(set.beliefs, 'belief', change)
    case ChangeKind.deleteBelief:
      remove(set.beliefs, 'belief', change)
      return removeWith(set, change.id)
    case ChangeKind.relateBeliefs:
      return relate(set, change)
    case ChangeKind.unrelateBeliefs:
      return remove(set.relations, 'relation', change)
    case ChangeKind.linkValue:
      return link(set, change)
    case ChangeKind.unlinkValue:
      return remove(set.links, 'link', change)
    case ChangeKind.annotate:
      return annotate(set, change)
    case ChangeKind.unannotate:
      return remove(set.annotations, 'annotation', change)
  }
}

/** Names are compared when all changes are made, so that a list may swap two names. */
const assertUniqueNames = (entries: Map<string, Entry<State & { name: string }>>, what: string): void => {
  const holders = new Map<string, Entry<State & { name: string }>>()
  for (const entry of entries.values()) {
    if (entry.now === null) continue
    const key = nameKey(entry.now.name)
    const other = holders.get(key)
    if (other) {
      const path = `${entry.path ?? other.path ?? ''}.name`
      throw faultyInput([{ path, message: `is taken: another ${what} is called "${entry.now.name}"` }])
    }
    holders.set(key, entry)
  }
}

/** Most things of a large edit are new or untouched: those need no comparing of their insides. */
const isSame = (before: State | null, now: State | null): boolean =>
  before === now || (before !== null && now !== null && canonicalJson(before) === canonicalJson(now))

const netChanges = <S extends State>(
  entries: Map<string, Entry<S>>,
  kinds: { created: ChangeKind; changed: ChangeKind; removed: ChangeKind },
): NetChange[] =>
  [...entries].flatMap(([id, { before, now }]) => {
    if (isSame(before, now)) return []
    const kind = before === null ? kinds.created : now === null ? kinds.removed : kinds.changed
    return [{ kind, id, before, after: now }]
  })

/**
 * Applies changes in their order to a working set, and answers what each thing was and became. A change that changes
 * nothing is left out. Throws NotFoundError, ConflictError or BadUserInputError with the path of the fault.
 */
export const applyChanges = (set: WorkingSet, changes: readonly Change[]): NetChange[] => {
  for (const change of changes) applyOne(set, change)
  return outcomeOf(set)
}

/** What each thing of a working set was and became. Throws BadUserInputError where two have one name by now. */
export const outcomeOf = (set: WorkingSet): NetChange[] => {
  assertUniqueNames(set.values, 'value')
  assertUniqueNames(set.beliefs, 'belief')
  return [
    ...netChanges(set.values, { created: 'createValue', changed: 'updateValue', removed: 'deleteValue' }),
    ...netChanges(set.beliefs, { created: 'createBelief', changed: 'updateBelief', removed: 'deleteBelief' }),
    ...netChanges(set.relations, { created: 'relateBeliefs', changed: 'relateBeliefs', removed: 'unrelateBeliefs' }),
    ...netChanges(set.links, { created: 'linkValue', changed: 'linkValue', removed: 'unlinkValue' }),
    ...netChanges(set.annotations, { created: 'annotate', changed: 'annotate', removed: 'unannotate' }),
  ]
}
