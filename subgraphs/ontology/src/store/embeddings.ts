import type { Sql } from '@mothership/platform/database'
import { countWords } from './document-words.ts'
import { asJson, idSet } from './sql.ts'

/** The words of a value or belief, as they are searched. */
export interface Document {
  readonly id: string
  readonly name: string
  readonly description: string
  /** What its embedding was computed from, see `sourceOf`; null: it has none yet. */
  readonly source: string | null
}

/** A document with what was computed of it; null: its embedding is that of its words already. */
export type Embedded = Document & { readonly vector: readonly number[] | null }

/** For how long a process has what it took; after that it is thought dead, and another takes it. */
const CLAIM_SECONDS = 30

/**
 * Takes some of the documents that are due, those of the smallest edits first: a curator's own edit does not wait for a
 * bulk. No two processes have the same one.
 */
export const claimDue = (sql: Sql, limit: number): Promise<Document[]> =>
  sql.query<Document>(
    `with mine as materialized (
       select node_id from ontology.embedding_due
       where claimed_until is null or claimed_until < clock_timestamp()
       order by edit_size, node_id limit $1::integer for update skip locked
     )
     update ontology.embedding_due due set claimed_until = clock_timestamp() + interval '${CLAIM_SECONDS} seconds'
     from mine join ontology.search_document d on d.node_id = mine.node_id
     where due.node_id = mine.node_id
     returning d.node_id as id, d.name, d.description, d.embedded_from as source`,
    [limit],
  )

/** Gives documents back that could not be embedded; none takes them for so many seconds. */
export const releaseDue = async (
  sql: Sql,
  { ids, forSeconds }: { ids: readonly string[]; forSeconds: number },
): Promise<void> => {
  await sql.query(
    `update ontology.embedding_due set claimed_until = clock_timestamp() + make_interval(secs => $2::float8)
     where node_id in ${idSet(1)}`,
    [asJson(ids), forSeconds],
  )
}

/**
 * Stores embeddings and takes their documents off the list. What was computed from words that have changed since is not
 * stored: that document stays due. The words of the others are counted.
 */
export const storeEmbeddings = async (sql: Sql, embeddings: readonly Embedded[]): Promise<void> => {
  const done = await sql.query<{ id: string }>(
    `with given as materialized (
       select * from jsonb_to_recordset($1::jsonb) as row (id uuid, name text, description text, source text, vector text)
     ),
     same as materialized (
       select given.* from given join ontology.search_document d on d.node_id = given.id
       where d.name = given.name and d.description = given.description
       order by d.node_id for update of d
     ),
     stored as (
       update ontology.search_document d set embedding = same.vector::public.vector, embedded_from = same.source
       from same where d.node_id = same.id and same.vector is not null
     ),
     changed as (
       update ontology.embedding_due set claimed_until = null
       where node_id in (select id from given where id not in (select id from same))
     )
     delete from ontology.embedding_due where node_id in (select id from same) returning node_id as id`,
    [asJson(embeddings.map(({ vector, ...document }) => ({ ...document, vector: vector && JSON.stringify(vector) })))],
  )
  await countWords(
    sql,
    done.map(({ id }) => id),
  )
}

/** Puts on the list what another model embedded, or none. */
export const markDue = async (sql: Sql, model: string): Promise<void> => {
  await sql.query(
    `insert into ontology.embedding_due (node_id, edit_size)
     select node_id, count(*) over () from ontology.search_document
     where embedded_from is null or not starts_with(embedded_from, $1::text || ':')
     on conflict (node_id) do nothing`,
    [model],
  )
}

/**
 * How many documents are due that changed along with at most so many; null: no matter. Those that were put off for longer
 * than a claim are left out: nobody need wait for them.
 */
export const countDue = async (sql: Sql, editSize: number | null): Promise<number> => {
  const [row] = await sql.query<{ count: number }>(
    `select count(*)::integer as count from ontology.embedding_due
     where ($1::integer is null or edit_size <= $1::integer)
       and (claimed_until is null or claimed_until <= clock_timestamp() + interval '${CLAIM_SECONDS} seconds')`,
    [editSize],
  )
  return row?.count ?? 0
}

/** Whether any is due, as `countDue` has it: however long the list, one row is looked for. */
export const isAnyDue = async (sql: Sql): Promise<boolean> => {
  const [row] = await sql.query<{ isDue: boolean }>(
    `select exists (
       select from ontology.embedding_due
       where claimed_until is null or claimed_until <= clock_timestamp() + interval '${CLAIM_SECONDS} seconds'
     ) as "isDue"`,
  )
  return row?.isDue ?? false
}

/** How many documents there are, and how many of them have the embedding of their words. */
export const countEmbeddings = async (sql: Sql): Promise<{ done: number; total: number }> => {
  const [row] = await sql.query<{ due: number; total: number }>(
    `select (select count(*) from ontology.embedding_due)::integer as due, count(*)::integer as total
     from ontology.search_document`,
  )
  const { due, total } = row ?? { due: 0, total: 0 }
  return { done: total - due, total }
}
