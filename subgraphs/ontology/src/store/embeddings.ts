import type { Sql } from '@mothership/platform/database'
import { countWords } from './document-words.ts'
import { CLAIM_SECONDS, holdPass } from './pass-sql.ts'
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

/** No process has it, or one that will be done in a moment: it was not put off. */
const IS_NOT_PUT_OFF = `(claimed_until is null or claimed_until <= clock_timestamp() + interval '${CLAIM_SECONDS} seconds')`

/** The model cannot be asked, and will not be tried for so many seconds. */
const isPausedFor = (seconds: string): string => `exists (
  select from ontology.embedding_pass where paused_until > clock_timestamp() + make_interval(secs => ${seconds})
)`

/**
 * Takes some of the documents that are due, those of the smallest edits first: a curator's own edit does not wait for a
 * bulk. No two processes have the same one. None, where another model computes the meanings, or they are paused.
 */
export const claimDue = (sql: Sql, { limit, model }: { limit: number; model: string }): Promise<Document[]> =>
  sql.query<Document>(
    `with mine as materialized (
       select node_id from ontology.embedding_due
       where (claimed_until is null or claimed_until < clock_timestamp())
         and exists (
           select from ontology.embedding_pass
           where model = $2::text and (paused_until is null or paused_until < clock_timestamp())
         )
       order by edit_size, node_id limit $1::integer for update of embedding_due skip locked
     )
     update ontology.embedding_due due set claimed_until = clock_timestamp() + interval '${CLAIM_SECONDS} seconds'
     from mine join ontology.search_document d on d.node_id = mine.node_id
     where due.node_id = mine.node_id
     returning d.node_id as id, d.name, d.description, d.embedded_from as source`,
    [limit, model],
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
 * Stores embeddings of a pass and takes their documents off the list, unless another pass has begun. What was computed
 * from words that have changed since is not stored: that document stays due. The words of the others are counted.
 * Answers whether the pass is the present one.
 */
export const storeEmbeddings = async (
  sql: Sql,
  { pass, embeddings }: { pass: string; embeddings: readonly Embedded[] },
): Promise<boolean> => {
  if ((await holdPass(sql)) !== pass) {
    await releaseDue(sql, { ids: embeddings.map(({ id }) => id), forSeconds: 0 })
    return false
  }
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
  return true
}

/**
 * How many documents are due that changed along with at most so many; null: no matter. Those that were put off for longer
 * than a claim are left out, and all where the model will not be asked for so long, or, where a number is given, at all.
 */
export const countDue = async (sql: Sql, editSize: number | null): Promise<number> => {
  const [row] = await sql.query<{ count: number }>(
    `select count(*)::integer as count from ontology.embedding_due
     where ($1::integer is null or edit_size <= $1::integer) and ${IS_NOT_PUT_OFF}
       and not ${isPausedFor(`case when $1::integer is null then ${CLAIM_SECONDS} else 0 end`)}`,
    [editSize],
  )
  return row?.count ?? 0
}

/**
 * Whether any is due that was not put off by itself: however long the list, one row is looked for. Also while the model
 * will not be asked for a while: what governs a task is otherwise afterwards, however long that takes.
 */
export const isAnyDue = async (sql: Sql): Promise<boolean> => {
  const [row] = await sql.query<{ isDue: boolean }>(
    `select exists (select from ontology.embedding_due where ${IS_NOT_PUT_OFF}) as "isDue"`,
  )
  return row?.isDue ?? false
}

/** How far the embeddings are computed. */
export interface Progress {
  /** How many documents have the embedding of their words, of the present pass. */
  readonly done: number
  readonly total: number
  /** How many the model failed on, alone: they are put off. */
  readonly failed: number
  readonly model: string
  /** When the present pass began. */
  readonly since: Date
  /** Why the model cannot be asked; null: it can. */
  readonly failure: string | null
  /** When documents are tried again; null: now. */
  readonly retryAt: Date | null
}

/** How far the embeddings are computed, of one snapshot. */
export const findProgress = async (sql: Sql): Promise<Progress> => {
  const [row] = await sql.query<Omit<Progress, 'done'> & { due: number }>(
    `select due.count as due, due.failed, (select count(*) from ontology.search_document)::integer as total,
            p.model, p.started_at as since, p.failure,
            case when p.paused_until > clock_timestamp() then p.paused_until end as "retryAt"
     from ontology.embedding_pass p cross join (
       select count(*)::integer as count, count(*) filter (where not ${IS_NOT_PUT_OFF})::integer as failed
       from ontology.embedding_due
     ) due`,
  )
  if (!row) throw new Error('ontology.embedding_pass has no row')
  const { due, ...progress } = row
  return { ...progress, done: progress.total - due }
}
