import type { Sql } from '@mothership/platform/database'
import { LEAST_NEARNESS, NEIGHBORS, type NearPair } from '../domain/nearness.ts'
import type { Pair } from '../domain/pair.ts'
import { ChangeKind, type NetChange } from '../domain/change.ts'
import type { LinkState } from '../domain/node.ts'
import { isOfPresentModel } from './pass-sql.ts'
import { asJson, idSet } from './sql.ts'

interface Words {
  readonly name: string
  readonly description: string
  /** What the embedding was computed from. */
  readonly source: string
}

/** A pair as it was read, to be judged: with what each of the two says. */
export interface ComparedPair extends Pair {
  readonly similarity: number
  readonly one: Words
  readonly other: Words
}

export interface Comparison {
  /** The beliefs that were compared, with the embeddings that they were compared by. */
  readonly compared: readonly { id: string; source: string }[]
  readonly pairs: readonly ComparedPair[]
}

const UNCOMPARED = `
  from ontology.search_document d left join ontology.comparison c on c.node_id = d.node_id
  where d.kind = 'BELIEF' and ${isOfPresentModel('d')} and c.source is distinct from d.embedded_from`

/** Some of the beliefs whose meaning was not compared with that of the others yet, by their ids, after one. */
export const findUncompared = async (
  sql: Sql,
  { after, limit }: { after: string | null; limit: number },
): Promise<string[]> => {
  const rows = await sql.query<{ id: string }>(
    `select d.node_id as id ${UNCOMPARED} and ($1::uuid is null or d.node_id > $1::uuid) order by id limit $2::integer`,
    [after, limit],
  )
  return rows.map(({ id }) => id)
}

const WORDS = (alias: string): string =>
  `jsonb_build_object('name', ${alias}.name, 'description', ${alias}.description, 'source', ${alias}.embedded_from)`

/**
 * Compares the beliefs among these that were not compared by their present meaning: with their nearest neighbours, and
 * with those that they were near to before. Reads only.
 */
export const compareMeanings = async (sql: Sql, ids: readonly string[]): Promise<Comparison> => {
  // The index goes on until enough of what it finds are other beliefs.
  await sql.query(
    `select set_config('hnsw.iterative_scan', 'strict_order', true), set_config('hnsw.ef_search', '100', true)`,
  )
  const compared = await sql.query<{ id: string; source: string }>(
    `select d.node_id as id, d.embedded_from as source ${UNCOMPARED} and d.node_id in ${idSet(1)} order by id`,
    [asJson(ids)],
  )
  const pairs = await sql.query<ComparedPair>(
    `with own as materialized (select node_id as id, embedding from ontology.search_document where node_id in ${idSet(1)}),
     pair as (
       select least(own.id, near.id) as first, greatest(own.id, near.id) as second from own cross join lateral (
         select d.node_id as id from ontology.search_document d
         where d.kind = 'BELIEF' and d.node_id <> own.id and ${isOfPresentModel('d')}
         order by d.embedding <=> own.embedding limit $2::integer
       ) near
       union select p.first_id, p.second_id from ontology.near_pair p join own on own.id = p.first_id
       union select p.first_id, p.second_id from ontology.near_pair p join own on own.id = p.second_id
     ),
     measured as (
       select pair.first, pair.second, 1 - (a.embedding <=> b.embedding) as similarity, ${WORDS('a')} as one, ${WORDS('b')} as other
       from pair
       join ontology.search_document a on a.node_id = pair.first and ${isOfPresentModel('a')}
       join ontology.search_document b on b.node_id = pair.second and ${isOfPresentModel('b')}
     )
     select * from measured where similarity >= $3::float8 order by first, second`,
    [asJson(compared.map(({ id }) => id)), NEIGHBORS, LEAST_NEARNESS],
  )
  return { compared, pairs }
}

const VALUES_OPPOSED = `exists (
  select 1 from ontology.value_link a join ontology.value_link b on b.value_id = a.value_id and b.effect <> a.effect
  where a.belief_id = p.first_id and b.belief_id = p.second_id)`

/**
 * Puts what a comparison found in the place of what was found before of the same beliefs. What was embedded anew
 * meanwhile is left out, and all of a model that no longer computes the meanings: it is compared again.
 */
export const storeNearPairs = async (
  sql: Sql,
  { compared, pairs }: { compared: Comparison['compared']; pairs: readonly (NearPair & ComparedPair)[] },
): Promise<void> => {
  await lockPairs(sql)
  const current = await sql.query<{ id: string }>(
    `select d.node_id as id from ontology.search_document d
     join jsonb_to_recordset($1::jsonb) as row (id uuid, source text) on row.id = d.node_id
     where d.embedded_from = row.source and ${isOfPresentModel('d')}`,
    [asJson(compared)],
  )
  const ids = asJson(current.map(({ id }) => id))
  await sql.query(`delete from ontology.near_pair where first_id in ${idSet(1)} or second_id in ${idSet(1)}`, [ids])
  await sql.query(
    `insert into ontology.near_pair as p (first_id, second_id, similarity, opposition, values_opposed)
     select row.first, row.second, row.similarity, nullif(row.opposition, 'null'::jsonb), false
     from jsonb_to_recordset($1::jsonb)
       as row (first uuid, second uuid, similarity float8, opposition jsonb, one jsonb, other jsonb)
     join ontology.search_document a on a.node_id = row.first and a.embedded_from = row.one ->> 'source'
     join ontology.search_document b on b.node_id = row.second and b.embedded_from = row.other ->> 'source'
     where row.first in ${idSet(2)} or row.second in ${idSet(2)}
     on conflict (first_id, second_id) do update
       set similarity = excluded.similarity, opposition = excluded.opposition`,
    [
      asJson(
        pairs.map(({ one, other, ...pair }) => ({
          ...pair,
          one: { source: one.source },
          other: { source: other.source },
        })),
      ),
      ids,
    ],
  )
  await opposeValues(sql, ids)
  await sql.query(
    `insert into ontology.comparison (node_id, source)
     select row.id, row.source from jsonb_to_recordset($1::jsonb) as row (id uuid, source text) where row.id in ${idSet(2)}
     on conflict (node_id) do update set source = excluded.source`,
    [asJson(compared), ids],
  )
}

/** Who writes pairs does so one after the other: two that write overlapping ones would wait for each other for ever. */
export const lockPairs = (sql: Sql): Promise<unknown> =>
  sql.query(`select pg_advisory_xact_lock(hashtextextended('ontology.near_pair', 0))::text`)

/** Whether the values of near pairs oppose each other, told anew for the pairs of some beliefs. */
const opposeValues = (sql: Sql, ids: string): Promise<unknown> =>
  sql.query(
    `update ontology.near_pair p set values_opposed = not values_opposed
     where (first_id in ${idSet(1)} or second_id in ${idSet(1)}) and values_opposed <> ${VALUES_OPPOSED}`,
    [ids],
  )

/**
 * Keeps in step with an edit which near pairs have values that oppose each other. Before its documents are written: who
 * writes pairs holds the lock and waits for documents, so an edit that deletes some must not hold these and wait for it.
 */
export const updateValueOpposition = async (sql: Sql, changes: readonly NetChange[]): Promise<void> => {
  const linked = changes.flatMap(({ kind, before, after }) =>
    kind === ChangeKind.linkValue || kind === ChangeKind.unlinkValue ? [((after ?? before) as LinkState).belief] : [],
  )
  if (linked.length === 0 && !changes.some(({ kind }) => kind === ChangeKind.deleteBelief)) return
  await lockPairs(sql)
  await opposeValues(sql, asJson([...new Set(linked)]))
}
