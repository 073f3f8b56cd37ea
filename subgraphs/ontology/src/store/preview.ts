import type { PrismaSql, Sql } from '@mothership/platform/database'
import { tryChanges } from '../domain/apply.ts'
import { type Change, type NetChange, ChangeKind as Kind } from '../domain/change.ts'
import type { Fault } from '../domain/fault.ts'
import type { Belief, BeliefState } from '../domain/node.ts'
import { afterEdit, type BeliefEffect, type Effect, effectsOf, relationsAdded, type Stored } from '../domain/preview.ts'
import { propagate, type Strength } from '../domain/propagate.ts'
import { standingOf } from '../domain/strength.ts'
import { footprintOf } from '../domain/working-set.ts'
import { asJson, idSet, sqlOf } from './sql.ts'
import { loadReach } from './strengths.ts'
import { findWarnings } from './warnings.ts'
import { loadWorkingSet } from './working-set.ts'
import { seedsOf } from './write.ts'

/** How many effects are told. */
const MAX_EFFECTS = 500

/** What an edit would do. Where it has faults it would be refused, and there is nothing else to tell. */
interface LookAhead {
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

/**
 * Looks at what an edit would do, with the code that would do it, and writes nothing. Call it in a transaction of one
 * snapshot. A constant number of statements.
 */
export const lookAhead = async (edit: readonly Change[], { tx, findBeliefs }: LookTools): Promise<LookAhead> => {
  const sql = sqlOf(tx)
  await sql.query('set transaction read only')
  const set = await loadWorkingSet(sql, footprintOf(edit))
  const { changes, faults } = tryChanges(set, edit)
  if (faults.length > 0) return { changes, faults, warnings: [], effects: [], truncated: false }
  const reach = await loadReach(sql, seedsOf(changes))
  const { beliefs, relations } = afterEdit(reach, changes)
  const deleted = changes.filter(({ kind }) => kind === Kind.deleteBelief).map(({ id }) => id)
  const ends = relationsAdded(changes).flatMap(({ from, to }) => [from, to])
  const known = new Map<string, Stored>([
    ...reach.beliefs.map((belief) => [belief.id, belief] as const),
    ...(await loadStored(sql, [...deleted, ...ends])),
  ])
  const held = new Map([
    ...[...known].map(([id, { strength }]) => [id, strength] as const),
    ...reach.incoming.map(({ from, fromStrength }) => [from, fromStrength] as const),
  ])
  const strengths = propagate(beliefs, relations, held)
  const effects = effectsOf(known, strengths, deleted)
  const warned = await findWarnings(sql, { set, changes, known, strengths })
  return {
    changes,
    faults,
    warnings: warned.warnings,
    effects: await withBeliefs(sql, { effects: effects.slice(0, MAX_EFFECTS), changes, strengths, findBeliefs }),
    truncated: effects.length > MAX_EFFECTS || warned.truncated,
  }
}

const loadStored = async (sql: Sql, ids: readonly string[]): Promise<Map<string, Stored>> => {
  if (ids.length === 0) return new Map()
  const rows = await sql.query<Stored & { id: string }>(
    `select id, strength, converged, standing from ontology.belief where id in ${idSet(1)} and deleted_at is null`,
    [asJson([...new Set(ids)])],
  )
  return new Map(rows.map((row) => [row.id, row]))
}

/** The beliefs as they are now; one that would be created, as it would be. */
const withBeliefs = async (
  sql: Sql,
  options: {
    effects: readonly Effect[]
    changes: readonly NetChange[]
    strengths: ReadonlyMap<string, Strength>
    findBeliefs: LookTools['findBeliefs']
  },
): Promise<BeliefEffect[]> => {
  const [head] = await sql.query<{ revision: number; now: Date }>(
    'select revision, now()::timestamptz(3) as now from ontology.head',
  )
  if (!head) throw new Error('the ontology has no head')
  const found = await options.findBeliefs(options.effects.map(({ id }) => id))
  const byId = new Map(found.map((belief) => [belief.id, belief]))
  for (const { kind, id, after } of options.changes) {
    if (kind !== Kind.createBelief) continue
    const { strength = 0, converged = true } = options.strengths.get(id) ?? {}
    byId.set(id, {
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
    })
  }
  return options.effects.flatMap((effect) => {
    const belief = byId.get(effect.id)
    return belief ? [{ ...effect, belief }] : []
  })
}
