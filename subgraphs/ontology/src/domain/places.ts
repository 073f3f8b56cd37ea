import type { State } from './change.ts'
import type { LinkState, RelationState } from './node.ts'
import type { Entry, WorkingSet } from './working-set.ts'

/** Where things stand in a working set, so that no change has to look through all of it. */
interface Places {
  /** The relation of a type between two beliefs. It may have gone since. */
  readonly relations: Map<string, string>
  /** What names a value or a belief. It may have gone since. */
  readonly hanging: Map<string, Map<string, Entry<State>>>
}

const known = new WeakMap<WorkingSet, Places>()

const keyOf = ({ type, from, to }: Pick<RelationState, 'type' | 'from' | 'to'>): string => `${type} ${from} ${to}`

const endsOf = (state: State): string[] => {
  if ('from' in state) return [state.from, state.to]
  if ('belief' in state) return [state.belief, state.value]
  return 'node' in state && state.node !== null ? [state.node] : []
}

const hang = (places: Places, id: string, entry: Entry<State>): void => {
  for (const end of entry.now === null ? [] : endsOf(entry.now)) {
    const things = places.hanging.get(end)
    if (things) things.set(id, entry)
    else places.hanging.set(end, new Map([[id, entry]]))
  }
}

const placesOf = (set: WorkingSet): Places => {
  const made = known.get(set)
  if (made) return made
  const places: Places = { relations: new Map(), hanging: new Map() }
  for (const things of [set.relations, set.links, set.annotations]) {
    for (const [id, entry] of things) hang(places, id, entry)
  }
  for (const [id, { now }] of set.relations) if (now) places.relations.set(keyOf(now), id)
  known.set(set, places)
  return places
}

/** Notes where a thing stands that was just added or moved. */
export const placed = (set: WorkingSet, kind: 'relation' | 'link' | 'annotation', id: string): void => {
  const places = placesOf(set)
  const things = { relation: set.relations, link: set.links, annotation: set.annotations }[kind]
  const entry = things.get(id)
  if (!entry) return
  hang(places, id, entry)
  if (kind === 'relation') places.relations.set(keyOf(entry.now as RelationState), id)
}

/** The id of the relation of that type between two beliefs; null: there is none. */
export const relationAt = (set: WorkingSet, wanted: Pick<RelationState, 'type' | 'from' | 'to'>): string | null => {
  const id = placesOf(set).relations.get(keyOf(wanted))
  const now = id === undefined ? null : set.relations.get(id)?.now
  return id !== undefined && now && keyOf(now) === keyOf(wanted) ? id : null
}

/** The links of a belief. */
export const linksOf = (set: WorkingSet, belief: string): (LinkState & { id: string })[] =>
  [...(placesOf(set).hanging.get(belief) ?? [])].flatMap(([id, { now }]) =>
    now !== null && 'belief' in now && now.belief === belief ? [{ id, ...now }] : [],
  )

/** The relations, links and annotations that name a value or a belief. */
export const hangingOn = (set: WorkingSet, id: string): Entry<State>[] =>
  [...(placesOf(set).hanging.get(id)?.values() ?? [])].filter(({ now }) => now !== null && endsOf(now).includes(id))
