import { setImmediate } from 'node:timers/promises'
import type { PrismaSql, Sql } from '@mothership/platform/database'
import { tryChanges } from '../domain/apply.ts'
import { type Change, type NetChange, ChangeKind as Kind } from '../domain/change.ts'
import type { Fault } from '../domain/fault.ts'
import type { Belief, BeliefState } from '../domain/node.ts'
import { namedIn, type Outlook, outlookOf, type Tried } from '../domain/outlook.ts'
import { type BeliefEffect, partsOf, type Reach, type Stored } from '../domain/preview.ts'
import type { Strength } from '../domain/propagate.ts'
import { standingOf } from '../domain/strength.ts'
import { footprintOf, joined, narrowed } from '../domain/working-set.ts'
import { asJson, idSet, sqlOf } from './sql.ts'
import { loadReach } from './strengths.ts'
import { findWarnings } from './warnings.ts'
import { loadWorkingSet } from './working-set.ts'
import { seedsOf } from './write.ts'

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

/** What some edits would do, each by itself, as it was computed: what is told of it is yet to be looked up. */
interface LookedAhead {
  readonly tried: readonly Tried[]
  /** Of those that have no faults, in their order. */
  readonly outlooks: readonly Outlook[]
}

/**
 * Reads what some edits would be applied to and would reach. Call it in a transaction of one snapshot. Answers what
 * computes, with the code that would make the edits, what each would do by itself: call that when the transaction has
 * ended, for it may take a second for each. A constant number of statements, however many edits, and nothing is written.
 */
export const readAhead = async (
  edits: readonly (readonly Change[])[],
  sql: Sql,
): Promise<() => Promise<LookedAhead>> => {
  await sql.query('set transaction read only')
  const tried = await tryEach(sql, edits)
  const sound = tried.filter(({ faults }) => faults.length === 0)
  const reach = await loadReach(
    sql,
    sound.flatMap(({ changes }) => seedsOf(changes)),
  )
  const stored = await loadStored(
    sql,
    sound.flatMap(({ changes }) => namedIn(changes)),
  )
  return async () => ({ tried, outlooks: await outlooksOf(sound, reach, stored) })
}

/** Looks up what is told of edits, in a transaction of one snapshot: a constant number of statements, however many. */
export const tellAhead = async (
  { tried, outlooks }: LookedAhead,
  { tx, findBeliefs }: LookTools,
): Promise<LookAhead[]> => {
  const sql = sqlOf(tx)
  await sql.query('set transaction read only')
  const sound = tried.filter(({ faults }) => faults.length === 0)
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

/** The strengths of an edit are let go of before the next one's: there may be very many. */
const outlooksOf = async (
  sound: readonly Tried[],
  reach: Reach,
  stored: ReadonlyMap<string, Stored>,
): Promise<Outlook[]> => {
  const partOf = sound.length === 1 ? () => reach : partsOf(reach)
  const outlooks: Outlook[] = []
  for (const one of sound) {
    outlooks.push(outlookOf(one, partOf(seedsOf(one.changes)), stored))
    // Others are served between two edits.
    if (sound.length > 1) await setImmediate()
  }
  return outlooks
}

/** What is stored of the strengths of beliefs, by their ids. */
export const loadStored = async (sql: Sql, ids: readonly string[]): Promise<Map<string, Stored>> => {
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
