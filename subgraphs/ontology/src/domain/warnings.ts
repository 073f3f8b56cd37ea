import { type NetChange, ChangeKind as Kind } from './change.ts'
import type { Fault } from './fault.ts'
import { type LinkState, RelationType, type Standing } from './node.ts'
import { relationsAdded, relationsRemoved, type Stored } from './preview.ts'
import type { Strength } from './propagate.ts'
import { standingOf } from './strength.ts'
import type { WorkingSet } from './working-set.ts'

/** How many beliefs of a cycle a warning names. */
const MAX_NAMED = 5

/** An edit with what it would lead to. */
export interface Ahead {
  readonly set: WorkingSet
  readonly changes: readonly NetChange[]
  /** What is stored of the beliefs that the edit reaches or names. */
  readonly known: ReadonlyMap<string, Stored>
  /** As they would be, of what the edit reaches. */
  readonly strengths: ReadonlyMap<string, Strength>
}

/** A relation of two beliefs that do not go together. */
export interface Tension {
  readonly type: RelationType
  readonly from: string
  readonly to: string
  readonly fromName: string
  readonly toName: string
}

/** What may have to be warned of, with what must be looked up to know. */
export interface Suspicion {
  readonly set: WorkingSet
  /** Relations that the edit adds and that would be tense. */
  readonly added: readonly (Tension & { path: string })[]
  /** The beliefs that would turn: their stored relations may become tense, but for those of `removed`. */
  readonly turned: readonly { id: string; standing: Standing }[]
  readonly removed: readonly string[]
  /** The links that would go, and the values that may be left without any. */
  readonly unlinked: readonly { id: string; value: string }[]
  readonly losing: readonly string[]
  /** The first of the beliefs that would not settle any more, and how many there are in all. */
  readonly unsettled: readonly string[]
  readonly unsettledCount: number
}

const isTense = (type: RelationType, from: Standing | undefined, to: Standing | undefined): boolean =>
  from === 'IN_FORCE' &&
  ((type === RelationType.CONTRADICTS && to === 'IN_FORCE') || (type === RelationType.DEPENDS_ON && to === 'DEFEATED'))

const placeOf = ({ type, from, to }: Pick<Tension, 'type' | 'from' | 'to'>): string => `${type} ${from} ${to}`

/** What speaks against an edit without stopping it: only what is not so already. */
export const suspicionOf = ({ changes, known, strengths, set }: Ahead): Suspicion => {
  const then = (id: string): Standing | undefined => {
    const strength = strengths.get(id)
    return strength ? standingOf(strength.strength) : known.get(id)?.standing
  }
  const turned = [...strengths].flatMap(([id, { strength }]) => {
    const standing = standingOf(strength)
    return known.has(id) && known.get(id)?.standing !== standing ? [{ id, standing }] : []
  })
  const unlinked = changes
    .filter(({ kind }) => kind === Kind.unlinkValue)
    .map(({ id, before }) => ({ id, value: (before as LinkState).value }))
  const linked = new Set(
    changes.flatMap(({ kind, after }) => (kind === Kind.linkValue && after ? [(after as LinkState).value] : [])),
  )
  const unsettled = [...strengths].flatMap(([id, { converged }]) =>
    !converged && known.get(id)?.converged !== false ? [id] : [],
  )
  return {
    set,
    added: tenseAdded({ changes, known, set }, then),
    turned,
    removed: relationsRemoved(changes).map(({ id }) => id),
    unlinked,
    losing: [...new Set(unlinked.map(({ value }) => value).filter((id) => !linked.has(id)))],
    unsettled: unsettled.slice(0, MAX_NAMED),
    unsettledCount: unsettled.length,
  }
}

const tenseAdded = (
  { changes, known, set }: Pick<Ahead, 'changes' | 'known' | 'set'>,
  then: (id: string) => Standing | undefined,
): Suspicion['added'] => {
  const tenseBefore = new Set(
    relationsRemoved(changes)
      .filter(({ type, from, to }) => isTense(type, known.get(from)?.standing, known.get(to)?.standing))
      .map(placeOf),
  )
  const nameOf = (id: string): string => set.beliefs.get(id)?.now?.name ?? id
  return relationsAdded(changes)
    .filter(({ type, from, to }) => isTense(type, then(from), then(to)))
    .filter((relation) => !tenseBefore.has(placeOf(relation)))
    .map(({ id, type, from, to }) => ({
      path: set.relations.get(id)?.path ?? 'changes',
      type,
      from,
      to,
      fromName: nameOf(from),
      toName: nameOf(to),
    }))
}

/** Beliefs that would come to contradict each other in force, or to depend on what is defeated. */
export const tensionsIn = ({ set, added }: Suspicion, stored: readonly Tension[]): Fault[] => {
  const old = stored.map((tension) => ({
    path: set.beliefs.get(tension.from)?.path ?? set.beliefs.get(tension.to)?.path ?? 'changes',
    ...tension,
  }))
  return [...added, ...old].map((tension) => ({ path: tension.path, message: inWords(tension) }))
}

const inWords = ({ type, fromName, toName }: Tension): string =>
  type === RelationType.CONTRADICTS
    ? `"${fromName}" and "${toName}" would contradict each other, both in force. Lower the credence of one, or narrow its task types.`
    : `"${fromName}" would be in force and depend on "${toName}", which would be defeated. Support that one, or take the dependency away.`

/** Values that would lose their last link to a belief. */
export const emptiedIn = ({ set, unlinked }: Suspicion, emptied: readonly { id: string; name: string }[]): Fault[] =>
  emptied
    .filter(({ id }) => set.values.get(id)?.now !== null)
    .map(({ id, name }) => {
      const last = unlinked.find(({ value }) => value === id)
      const path = (last && set.links.get(last.id)?.path) ?? 'changes'
      return { path, message: `The value "${name}" would be left without a belief. Link it to one, or delete it.` }
    })

/** One warning for all beliefs whose strength would not settle, and does now; `stored` has their names. */
export const unsettledIn = (
  { set, unsettled, unsettledCount }: Suspicion,
  stored: ReadonlyMap<string, string>,
): Fault[] => {
  if (unsettledCount === 0) return []
  const names = unsettled.map((id) => `"${set.beliefs.get(id)?.now?.name ?? stored.get(id) ?? id}"`)
  const more = unsettledCount > MAX_NAMED ? ` and ${unsettledCount - MAX_NAMED} more` : ''
  const message =
    `The strengths of ${names.join(', ')}${more} would not settle: they stand in a cycle. ` +
    'Change a weight or a credence in it.'
  return [{ path: 'changes', message }]
}
