import { ConflictError, MothershipError, NotFoundError } from '@mothership/platform/errors'
import { canonicalJson } from '@mothership/platform/json'
import { type Change, ChangeKind, type NetChange, type State } from './change.ts'
import { nameKey } from './node.ts'
import { faultyInput } from './parse.ts'
import { type Fault, faultsOf } from './fault.ts'
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
  { id, path }: { id: string; path: string },
  state: S,
): void => {
  if (set.values.has(id) || set.beliefs.has(id) || set.relations.has(id) || set.links.has(id)) {
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
const removeWith = <S extends State>(entries: Map<string, Entry<S>>, hangsOn: (state: S) => boolean): void => {
  for (const entry of entries.values()) if (entry.now !== null && hangsOn(entry.now)) entry.now = null
}

const relate = (set: WorkingSet, change: Change & { kind: 'relateBeliefs' }): void => {
  const { state, path } = change
  existing(set.beliefs, 'belief', state.from, `${path}.from`)
  existing(set.beliefs, 'belief', state.to, `${path}.to`)
  for (const { now } of set.relations.values()) {
    if (now?.type === state.type && now.from === state.from && now.to === state.to) {
      throw faultyInput([
        { path, message: `repeats a relation: ${state.type} between these two beliefs exists already` },
      ])
    }
  }
  create(set, set.relations, change, state)
}

const link = (set: WorkingSet, change: Change & { kind: 'linkValue' }): void => {
  const { state, path } = change
  existing(set.beliefs, 'belief', state.belief, `${path}.belief`)
  existing(set.values, 'value', state.value, `${path}.value`)
  let count = 0
  for (const { now } of set.links.values()) {
    if (now?.belief !== state.belief) continue
    if (now.value === state.value) {
      throw faultyInput([{ path, message: 'repeats a link: these two are linked already; take that link away first' }])
    }
    count++
  }
  if (count >= MAX_LINKS) {
    throw faultyInput([{ path, message: `is one link too many: a belief has at most ${MAX_LINKS}` }])
  }
  create(set, set.links, change, state)
}

const applyOne = (set: WorkingSet, change: Change): void => {
  switch (change.kind) {
    case ChangeKind.createValue:
      return create(set, set.values, change, change.state)
    case ChangeKind.updateValue:
      return update(set.values, 'value', change)
    case ChangeKind.deleteValue:
      remove(set.values, 'value', change)
      return removeWith(set.links, (state) => state.value === change.id)
    case ChangeKind.createBelief:
      return create(set, set.beliefs, change, change.state)
    case ChangeKind.updateBelief:
      return update(set.beliefs, 'belief', change)
    case ChangeKind.deleteBelief:
      remove(set.beliefs, 'belief', change)
      removeWith(set.relations, (state) => state.from === change.id || state.to === change.id)
      return removeWith(set.links, (state) => state.belief === change.id)
    case ChangeKind.relateBeliefs:
      return relate(set, change)
    case ChangeKind.unrelateBeliefs:
      return remove(set.relations, 'relation', change)
    case ChangeKind.linkValue:
      return link(set, change)
    case ChangeKind.unlinkValue:
      return remove(set.links, 'link', change)
  }
}

/** Names are compared when all changes are made, so that a list may swap two names. */
const takenNames = (entries: Map<string, Entry<State & { name: string }>>, what: string): Fault[] => {
  const holders = new Map<string, Entry<State & { name: string }>>()
  return [...entries.values()].flatMap((entry) => {
    if (entry.now === null) return []
    const key = nameKey(entry.now.name)
    const other = holders.get(key)
    if (!other) {
      holders.set(key, entry)
      return []
    }
    const path = `${entry.path ?? other.path ?? ''}.name`
    return [{ path, message: `is taken: another ${what} is called "${entry.now.name}"` }]
  })
}

const netChanges = <S extends State>(
  entries: Map<string, Entry<S>>,
  kinds: { created: ChangeKind; changed: ChangeKind; removed: ChangeKind },
): NetChange[] =>
  [...entries].flatMap(([id, { before, now }]) => {
    if (canonicalJson(before) === canonicalJson(now)) return []
    const kind = before === null ? kinds.created : now === null ? kinds.removed : kinds.changed
    return [{ kind, id, before, after: now }]
  })

const namesTaken = (set: WorkingSet): Fault[] => [
  ...takenNames(set.values, 'value'),
  ...takenNames(set.beliefs, 'belief'),
]

const netOf = (set: WorkingSet): NetChange[] => [
  ...netChanges(set.values, { created: 'createValue', changed: 'updateValue', removed: 'deleteValue' }),
  ...netChanges(set.beliefs, { created: 'createBelief', changed: 'updateBelief', removed: 'deleteBelief' }),
  ...netChanges(set.relations, { created: 'relateBeliefs', changed: 'relateBeliefs', removed: 'unrelateBeliefs' }),
  ...netChanges(set.links, { created: 'linkValue', changed: 'linkValue', removed: 'unlinkValue' }),
]

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
  const taken = namesTaken(set)
  if (taken.length > 0) throw faultyInput(taken)
  return netOf(set)
}

/**
 * As `applyChanges`, but goes on after a change that cannot be made, and answers the faults of all. Where there are any,
 * `changes` are what the others would do.
 */
export const tryChanges = (
  set: WorkingSet,
  changes: readonly Change[],
): { changes: NetChange[]; faults: readonly Fault[] } => {
  const faults = changes.flatMap((change) => {
    try {
      applyOne(set, change)
      return []
    } catch (error) {
      if (error instanceof MothershipError) return faultsOf(error)
      throw error
    }
  })
  return { changes: netOf(set), faults: [...faults, ...namesTaken(set)] }
}
