import { ConflictError } from '@mothership/platform/errors'
import { canonicalJson } from '@mothership/platform/json'
import { MAX_LINKS } from './apply.ts'
import type { NetChange, PastChange, State } from './change.ts'
import type { ChangesSince } from './conflict.ts'
import { nameKey } from './node.ts'
import { ALL_THINGS, labelOf, Thing, THINGS } from './thing.ts'
import { entriesOf, type WorkingSet } from './working-set.ts'

/** What stands in the way of reverting a revision. */
export interface Obstacle {
  readonly nodeId: string
  /** What a person calls the thing. */
  readonly label: string
  /** What is in the way. */
  readonly message: string
  /** Who put it there, and in which revision; null where nobody did since. */
  readonly by: string | null
  readonly revision: number | null
}

/** A revision that is to be reverted: what it did, and what was done since to the things that it concerns. */
export interface Reverted {
  readonly number: number
  readonly changes: readonly NetChange[]
  readonly since: ChangesSince
}

const MAX_OBSTACLES_TOLD = 100

/** A field of a state; undefined where it is not there. */
export const fieldOf = (state: object | null, name: string): unknown =>
  (state as Record<string, unknown> | null)?.[name]

/** Whether two fields say the same. */
export const isSame = (a: unknown, b: unknown): boolean => canonicalJson(a) === canonicalJson(b)

/** Whether a change made a field another. */
export const changes =
  (field: string) =>
  (past: PastChange): boolean =>
    !isSame(fieldOf(past.before, field), fieldOf(past.after, field))
export const deletes = (past: PastChange): boolean => past.after === null
const creates = (past: PastChange): boolean => past.before === null

type Told = Pick<Obstacle, 'by' | 'revision'>

/** Collects what stands in the way. */
export const createObstacles = (set: WorkingSet, reverted: Reverted) => {
  const nameOf = namesOf(set, reverted)
  const found: Obstacle[] = []
  return {
    nameOf,
    /** Who last did such a thing to the thing of that id. */
    last: (id: string, did: (past: PastChange) => boolean): Told => {
      const past = reverted.since.get(id)?.findLast(did)
      return { by: past?.author ?? null, revision: past?.revision ?? null }
    },
    report: ({ thing, id, state }: { thing: Thing; id: string; state: State }, message: string, who: Told): void =>
      void found.push({ nodeId: id, label: labelOf(thing, state, nameOf), message, ...who }),
    assertNone: (): void => {
      if (found.length > 0) throw refusal(reverted.number, found)
    },
  }
}

export type Obstacles = ReturnType<typeof createObstacles>

/** Finds the obstacles that show only when all is reverted on the working set. */
export const findObstacles = (set: WorkingSet, obstacles: Obstacles): void => {
  for (const thing of ALL_THINGS) {
    findLoose(set, thing, obstacles)
    findTaken(set, thing, obstacles)
  }
  findTooManyLinks(set, obstacles)
}

interface Live {
  readonly id: string
  readonly state: State
  /** Whether the revert brought it back or changed it. */
  readonly isTouched: boolean
}

const liveOf = (set: WorkingSet, thing: Thing): Live[] =>
  [...entriesOf(set, thing)].flatMap(([id, { now, path }]) =>
    now ? [{ id, state: now, isTouched: path !== null }] : [],
  )

/** What rests on something that is not there any more, or would not be. */
const findLoose = (set: WorkingSet, thing: Thing, { report, last, nameOf }: Obstacles): void => {
  for (const { id, state, isTouched } of liveOf(set, thing)) {
    for (const [field, kind] of Object.entries(THINGS[thing].ends)) {
      const endId = String(fieldOf(state, field))
      const end = entriesOf(set, kind).get(endId)
      if (end?.now !== null) continue
      if (isTouched) {
        report({ thing, id, state }, `"${nameOf(endId)}", on which it rests, was deleted since`, last(endId, deletes))
      } else if (end.before !== null) {
        const message = `a ${thing.toLowerCase()} was added to it since`
        report({ thing: kind, id: endId, state: end.before }, message, last(id, creates))
      }
    }
  }
}

/** What would take a name or a place that another has taken meanwhile. */
const findTaken = (set: WorkingSet, thing: Thing, { report, last }: Obstacles): void => {
  const { unique } = THINGS[thing]
  const [first] = unique
  if (first === undefined) return
  const keyOf = (state: State) => canonicalJson(unique.map((field) => nameKey(String(fieldOf(state, field)))))
  const live = liveOf(set, thing)
  const others = new Map(live.filter(({ isTouched }) => !isTouched).map(({ id, state }) => [keyOf(state), id]))
  for (const { id, state, isTouched } of live) {
    const other = isTouched ? others.get(keyOf(state)) : undefined
    if (other === undefined) continue
    const message =
      'name' in state
        ? `its name "${state.name}" was taken since`
        : `another ${thing.toLowerCase()} took its place since`
    report({ thing, id, state }, message, last(other, changes(first)))
  }
}

/** Links that would be more than a belief may have. */
const findTooManyLinks = (set: WorkingSet, { report, last }: Obstacles): void => {
  const byBelief = new Map<unknown, Live[]>()
  for (const link of liveOf(set, Thing.LINK)) {
    const belief = fieldOf(link.state, 'belief')
    const links = byBelief.get(belief)
    if (links) links.push(link)
    else byBelief.set(belief, [link])
  }
  for (const links of byBelief.values()) {
    if (links.length <= MAX_LINKS) continue
    const newest = links
      .filter(({ isTouched }) => !isTouched)
      .map(({ id }) => last(id, creates))
      .reduce((a, b) => ((a.revision ?? 0) >= (b.revision ?? 0) ? a : b), { by: null, revision: null })
    const message = `its belief would have ${links.length} links with it, of at most ${MAX_LINKS}`
    for (const { id, state, isTouched } of links)
      if (isTouched) report({ thing: Thing.LINK, id, state }, message, newest)
  }
}

/** Names of things, also of those that are deleted: what they are called, or were last. */
const namesOf = (set: WorkingSet, { changes, since }: Reverted): ((id: string) => string) => {
  const past = [...changes, ...[...since.values()].flat()].flatMap(({ id, before, after }) => {
    const name = fieldOf(after ?? before, 'name')
    return typeof name === 'string' ? [[id, name] as const] : []
  })
  const names = new Map(past)
  return (id) => (set.beliefs.get(id) ?? set.values.get(id))?.now?.name ?? names.get(id) ?? id
}

const refusal = (number: number, obstacles: readonly Obstacle[]): ConflictError => {
  const [first] = obstacles
  const told = first?.by ? ` by ${first.by} in revision ${first.revision}` : ''
  const others = obstacles.length > 1 ? ` (and ${obstacles.length - 1} more)` : ''
  return new ConflictError(
    `number: revision ${number} cannot be reverted. Of "${first?.label}": ${first?.message}${told}${others}. ` +
      'Revert what stands in the way first, or edit by hand what is to be otherwise.',
    {
      path: 'number',
      by: first?.by,
      revision: first?.revision,
      obstacles: obstacles.slice(0, MAX_OBSTACLES_TOLD),
      obstacleCount: obstacles.length,
    },
  )
}
