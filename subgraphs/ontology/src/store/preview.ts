import { setImmediate } from 'node:timers/promises'
import type { PrismaSql, Sql } from '@mothership/platform/database'
import { tryChanges } from '../domain/apply.ts'
import { type Change, type NetChange, ChangeKind as Kind } from '../domain/change.ts'
import type { Fault } from '../domain/fault.ts'
import type { Belief, BeliefState } from '../domain/node.ts'
import {
  afterEdit,
  type BeliefEffect,
  type Effect,
  effectsOf,
  partsOf,
  type Reach,
  relationsAdded,
  type Stored,
} from '../domain/preview.ts'
import { propagate, type Strength } from '../domain/propagate.ts'
import { standingOf } from '../domain/strength.ts'
import { type Suspicion, suspicionOf } from '../domain/warnings.ts'
import { footprintOf, joined, narrowed, type WorkingSet } from '../domain/working-set.ts'
import { asJson, idSet, sqlOf } from './sql.ts'
import { loadReach } from './strengths.ts'
import { findWarnings } from './warnings.ts'
import { loadWorkingSet } from './working-set.ts'
import { seedsOf } from './write.ts'

/** How many effects are told. */
const MAX_EFFECTS = 500

/** What an edit would do. Where it has faults it would be refused, and there is nothing else to tell. */
export interface LookAhead {
  /** What each thing was and would become. */
  readonly changes: NetChange[]
  readonly faults: readonly Fault[]
  readonly warnings: Fault[]
  readonly effects: BeliefEffect[]
  readonly truncated: boolean
}

/** The transaction of a look, with the reads of beliefs that it needs. */
interface LookTools {
  readonly tx: PrismaSql
  findBeliefs(ids: readonly string[]): Promise<Belief[]>
}

/** What an edit that has no faults would do, before what is stored is read. */
interface Outlook {
  readonly effects: readonly Effect[]
  readonly isCut: boolean
  /** The strengths of the beliefs that it would create. */
  readonly created: ReadonlyMap<string, Strength>
  readonly suspicion: Suspicion
}

interface Tried {
  readonly set: WorkingSet
  readonly changes: NetChange[]
  readonly faults: readonly Fault[]
}

/**
 * Looks at what each of some edits would do by itself, with the code that would do it, and writes nothing. Call it in a
 * transaction of one snapshot. A constant number of statements, however many edits.
 */
export const lookAhead = async (
  edits: readonly (readonly Change[])[],
  { tx, findBeliefs }: LookTools,
): Promise<LookAhead[]> => {
  const sql = sqlOf(tx)
  await sql.query('set transaction read only')
  const tried = await tryEach(sql, edits)
  const sound = tried.filter(({ faults }) => faults.length === 0)
  const outlooks = await outlooksOf(sql, sound)
  const warned = await findWarnings(
    sql,
    outlooks.map(({ suspicion }) => suspicion),
  )
  const effects = await withBeliefs(sql, { sound, outlooks, findBeliefs })
  return tried.map((one): LookAhead => {
    const { changes, faults } = one
    const place = sound.indexOf(one)
    return {
      changes,
      faults,
      warnings: warned[place]?.warnings ?? [],
      effects: effects[place] ?? [],
      truncated: (outlooks[place]?.isCut ?? false) || (warned[place]?.truncated ?? false),
    }
  })
}

/** Applies each edit to what there is, in memory. */
const tryEach = async (sql: Sql, edits: readonly (readonly Change[])[]): Promise<Tried[]> => {
  const footprints = edits.map(footprintOf)
  const whole = await loadWorkingSet(sql, joined(footprints))
  return edits.map((edit, place) => {
    const set = narrowed(whole, footprints[place] ?? footprintOf(edit))
    return { set, ...tryChanges(set, edit) }
  })
}

/** What is computed of each edit. Its strengths are let go of before the next one's: there may be very many. */
const outlooksOf = async (sql: Sql, tried: readonly Tried[]): Promise<Outlook[]> => {
  const reach = await loadReach(
    sql,
    tried.flatMap(({ changes }) => seedsOf(changes)),
  )
  const stored = await loadStored(
    sql,
    tried.flatMap(({ changes }) => namedIn(changes)),
  )
  const partOf = tried.length === 1 ? () => reach : partsOf(reach)
  const outlooks: Outlook[] = []
  for (const one of tried) {
    outlooks.push(outlookOf(one, partOf(seedsOf(one.changes)), stored))
    // Others are served between two edits.
    if (tried.length > 1) await setImmediate()
  }
  return outlooks
}

const outlookOf = ({ set, changes }: Tried, reach: Reach, stored: ReadonlyMap<string, Stored>): Outlook => {
  const { beliefs, relations } = afterEdit(reach, changes)
  const known = new Map<string, Stored>(reach.beliefs.map((belief) => [belief.id, belief]))
  for (const id of namedIn(changes)) {
    const found = stored.get(id)
    if (found) known.set(id, found)
  }
  const held = new Map([
    ...[...known].map(([id, { strength }]) => [id, strength] as const),
    ...reach.incoming.map(({ from, fromStrength }) => [from, fromStrength] as const),
  ])
  const strengths = propagate(beliefs, relations, held)
  const effects = effectsOf(known, strengths, deletedIn(changes))
  const created = changes.flatMap(({ kind, id }) => {
    const strength = strengths.get(id)
    return kind === Kind.createBelief && strength ? [[id, strength] as const] : []
  })
  return {
    effects: effects.slice(0, MAX_EFFECTS),
    isCut: effects.length > MAX_EFFECTS,
    created: new Map(created),
    suspicion: suspicionOf({ set, changes, known, strengths }),
  }
}

const deletedIn = (changes: readonly NetChange[]): string[] =>
  changes.filter(({ kind }) => kind === Kind.deleteBelief).map(({ id }) => id)

/** The beliefs of which an edit needs to know how strong they are, whether or not it reaches them. */
const namedIn = (changes: readonly NetChange[]): string[] => [
  ...deletedIn(changes),
  ...relationsAdded(changes).flatMap(({ from, to }) => [from, to]),
]

const loadStored = async (sql: Sql, ids: readonly string[]): Promise<Map<string, Stored>> => {
  if (ids.length === 0) return new Map()
  const rows = await sql.query<Stored & { id: string }>(
    `select id, strength, converged, standing from ontology.belief where id in ${idSet(1)} and deleted_at is null`,
    [asJson([...new Set(ids)])],
  )
  return new Map(rows.map((row) => [row.id, row]))
}

/** The effects of each edit with the beliefs as they are now; one that would be created, as it would be. */
const withBeliefs = async (
  sql: Sql,
  options: { sound: readonly Tried[]; outlooks: readonly Outlook[]; findBeliefs: LookTools['findBeliefs'] },
): Promise<BeliefEffect[][]> => {
  const { sound, outlooks, findBeliefs } = options
  if (sound.length === 0) return []
  const [head] = await sql.query<Head>('select revision, now()::timestamptz(3) as now from ontology.head')
  if (!head) throw new Error('the ontology has no head')
  const ids = new Set(outlooks.flatMap(({ effects }) => effects.map(({ id }) => id)))
  const found = new Map((await findBeliefs([...ids])).map((belief) => [belief.id, belief]))
  return outlooks.map(({ effects, created }, place) => {
    const made = new Map((sound[place]?.changes ?? []).flatMap((change) => createdBelief(change, { created, head })))
    return effects.flatMap((effect) => {
      const belief = made.get(effect.id) ?? found.get(effect.id)
      return belief ? [{ ...effect, belief }] : []
    })
  })
}

interface Head {
  readonly revision: number
  readonly now: Date
}

/** The belief that a change would create, by its id; none where it creates none. */
const createdBelief = (
  { kind, id, after }: NetChange,
  { created, head }: { created: ReadonlyMap<string, Strength>; head: Head },
): [string, Belief][] => {
  if (kind !== Kind.createBelief) return []
  const { strength = 0, converged = true } = created.get(id) ?? {}
  const belief: Belief = {
    ...(after as BeliefState),
    id,
    strength,
    converged,
    standing: standingOf(strength),
    revision: head.revision + 1,
    createdAt: head.now,
    updatedAt: head.now,
    deletedAt: null,
    asOf: null,
  }
  return [[id, belief]]
}
