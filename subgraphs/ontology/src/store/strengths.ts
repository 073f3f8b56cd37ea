import type { Sql } from '@mothership/platform/database'
import type { Reach } from '../domain/preview.ts'
import { propagate } from '../domain/propagate.ts'
import { standingOf } from '../domain/strength.ts'
import { asJson, idSet } from './sql.ts'

const EVIDENCE = `('SUPPORTS', 'CONTRADICTS')`

/*
 * The planner takes a list for 100 rows and what it leads to for a thousand times as many, and would read whole tables
 * for them: the limit tells it how many there are, and `offset 0` keeps it at looking up one after the other.
 */
/** What the beliefs whose credence or inputs an edit changes lead to, themselves included, and what bears on those. */
export const loadReach = async (sql: Sql, seeds: readonly string[]): Promise<Reach> => {
  if (seeds.length === 0) return { beliefs: [], incoming: [] }
  const beliefs = await sql.query<Reach['beliefs'][number]>(
    `with recursive reached (id) as (
       (select * from ${idSet(1)} as seed limit $2::integer)
       union
       select next.to_id from reached cross join lateral (
         select r.to_id from ontology.relation r where r.from_id = reached.id and r.type in ${EVIDENCE} offset 0
       ) next
     )
     select b.id, b.credence, b.strength, b.converged, b.standing
     from reached cross join lateral (
       select * from ontology.belief where id = reached.id and deleted_at is null offset 0
     ) b`,
    [asJson(seeds), seeds.length],
  )
  if (beliefs.length === 0) return { beliefs, incoming: [] }
  const incoming = await sql.query<Reach['incoming'][number]>(
    `select r.id, r.type, r.from_id as "from", r.to_id as "to", r.weight, source.strength as "fromStrength"
     from ontology.relation r
     join ontology.belief source on source.id = r.from_id
     where r.to_id in ${idSet(1)} and r.type in ${EVIDENCE}`,
    [asJson(beliefs.map(({ id }) => id))],
  )
  return { beliefs, incoming }
}

/**
 * Computes anew the strengths that an edit can reach, from the beliefs whose credence or inputs it changed, and writes
 * those that changed, also to their history. What it cannot reach keeps its strength to the last bit.
 */
export const updateStrengths = async (sql: Sql, seeds: readonly string[], revision: number): Promise<void> => {
  const { beliefs, incoming } = await loadReach(sql, seeds)
  if (beliefs.length === 0) return
  const held = new Map(incoming.map(({ from, fromStrength }) => [from, fromStrength]))
  const strengths = propagate(beliefs, incoming, held)
  await sql.query(
    // What this revision created or restored has no strength of it yet, whatever the row says.
    `with given as materialized (
       select * from jsonb_to_recordset($1::jsonb) as row (id uuid, strength float8, converged boolean, standing text)
     ),
     written as (
       update ontology.belief b
       set strength = given.strength, converged = given.converged, standing = given.standing
       from given
       where b.id = given.id
         and (b.strength, b.converged, b.standing) is distinct from (given.strength, given.converged, given.standing)
       returning b.id
     )
     insert into ontology.strength (belief_id, revision, strength, converged, standing)
     select given.id, $2::integer, given.strength, given.converged, given.standing
     from given join ontology.belief b on b.id = given.id
     where b.revision = $2::integer or given.id in (select id from written)`,
    [
      asJson(
        [...strengths].map(([id, { strength, converged }]) => ({
          id,
          strength,
          converged,
          standing: standingOf(strength),
        })),
      ),
      revision,
    ],
  )
}
