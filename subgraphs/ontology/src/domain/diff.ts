import { canonicalJson } from '@mothership/platform/json'
import type { NetChange } from './change.ts'
import { nameKey } from './node.ts'
import { ALL_THINGS, labelOf, type Thing, THINGS, thingOf } from './thing.ts'

export const DiffAction = { ADDED: 'ADDED', REMOVED: 'REMOVED', CHANGED: 'CHANGED' } as const
export type DiffAction = (typeof DiffAction)[keyof typeof DiffAction]

/** A field that differs; null where it was, or is, not there. */
export interface FieldDiff {
  readonly field: string
  readonly before: unknown
  readonly after: unknown
}

/** One thing that differs. */
export interface DiffEntry {
  readonly thing: Thing
  readonly nodeId: string
  /** What a person calls it. */
  readonly label: string
  readonly action: DiffAction
  readonly fields: readonly FieldDiff[]
}

/** Where an entry stands among the others: by the kind of thing, then by its folded label, then by its id. */
export interface DiffPlace {
  readonly rank: number
  readonly key: string
  readonly id: string
}

export interface DiffCounts {
  readonly added: number
  readonly removed: number
  readonly changed: number
}

const actionOf = ({ before, after }: NetChange): DiffAction =>
  before === null ? DiffAction.ADDED : after === null ? DiffAction.REMOVED : DiffAction.CHANGED

const fieldsOf = (thing: Thing, before: object | null, after: object | null): FieldDiff[] => {
  const [was, is] = [before ?? {}, after ?? {}] as Record<string, unknown>[]
  const names = new Set([...THINGS[thing].fields, ...Object.keys(was ?? {}), ...Object.keys(is ?? {})])
  return [...names]
    .map((field) => ({ field, before: was?.[field] ?? null, after: is?.[field] ?? null }))
    .filter((diff) => canonicalJson(diff.before) !== canonicalJson(diff.after))
}

/** What a net change comes to, for a person to read. */
export const entryOf = (change: NetChange, label: string): DiffEntry => {
  const thing = thingOf(change.kind)
  const fields = fieldsOf(thing, change.before, change.after)
  return { thing, nodeId: change.id, label, action: actionOf(change), fields }
}

export const placeOf = ({ thing, label, nodeId }: DiffEntry): DiffPlace => ({
  rank: ALL_THINGS.indexOf(thing),
  key: nameKey(label),
  id: nodeId,
})

export const comparePlaces = (a: DiffPlace, b: DiffPlace): number =>
  a.rank - b.rank || compareText(a.key, b.key) || compareText(a.id, b.id)

const compareText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)

/**
 * What net changes come to: values, then beliefs, relations and links, each by name.
 *
 * @param names what the ends of relations and links are called that are not among the changes, by id
 */
export const diffOf = (changes: readonly NetChange[], names: ReadonlyMap<string, string>): DiffEntry[] => {
  const own = new Map(changes.map(({ id, before, after }) => [id, ownName(after) ?? ownName(before)]))
  const nameOf = (id: string): string => own.get(id) ?? names.get(id) ?? id
  return changes
    .flatMap((change) => {
      const state = change.after ?? change.before
      return state ? [entryOf(change, labelOf(thingOf(change.kind), state, nameOf))] : []
    })
    .sort((a, b) => comparePlaces(placeOf(a), placeOf(b)))
}

const ownName = (state: object | null): string | undefined => (state as { name?: string } | null)?.name

export const countsOf = (entries: readonly DiffEntry[]): DiffCounts => {
  const count = (wanted: DiffAction) => entries.filter(({ action }) => action === wanted).length
  return { added: count('ADDED'), removed: count('REMOVED'), changed: count('CHANGED') }
}
