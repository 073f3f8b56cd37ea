import type { Sql } from '@mothership/platform/database'
import { ChangeKind, type NetChange } from '../domain/change.ts'
import { asJson, idSet } from './sql.ts'

/** The words of a value or belief, as they are searched. */
export interface Document {
  readonly id: string
  readonly name: string
  readonly description: string
  /** What its embedding was computed from, see `sourceOf`; null: it has none yet. */
  readonly source: string | null
}

const NODE_KINDS: Partial<Record<ChangeKind, 'VALUE' | 'BELIEF'>> = {
  createValue: 'VALUE',
  updateValue: 'VALUE',
  createBelief: 'BELIEF',
  updateBelief: 'BELIEF',
}

/** Keeps what is searched in step with an edit. Answers the ids whose words changed, so that their meaning may have. */
export const updateDocuments = async (sql: Sql, changes: readonly NetChange[]): Promise<string[]> => {
  const gone = changes.filter(({ kind }) => kind === ChangeKind.deleteValue || kind === ChangeKind.deleteBelief)
  if (gone.length > 0) {
    await sql.query(`delete from ontology.search_document where node_id in ${idSet(1)}`, [
      asJson(gone.map(({ id }) => id)),
    ])
  }
  const written = changes.flatMap(({ kind, id, before, after }) => {
    const nodeKind = NODE_KINDS[kind]
    const words = wordsOf(after)
    const old = wordsOf(before)
    const isSame = words.name === old.name && words.description === old.description
    return nodeKind === undefined || isSame ? [] : [{ id, kind: nodeKind, ...words }]
  })
  if (written.length > 0) {
    await sql.query(
      `insert into ontology.search_document (node_id, kind, name, description)
       select id, kind, name, description
       from jsonb_to_recordset($1::jsonb) as row (id uuid, kind text, name text, description text)
       on conflict (node_id) do update set name = excluded.name, description = excluded.description`,
      [asJson(written)],
    )
  }
  return written.map(({ id }) => id)
}

const wordsOf = (state: object | null) => {
  const { name, description } = (state ?? {}) as { name?: string; description?: string }
  return { name, description }
}

/** The documents of these ids, or all. */
export const findDocuments = (sql: Sql, ids: readonly string[] | null): Promise<Document[]> =>
  sql.query<Document>(
    `select node_id as id, name, description, embedded_from as source from ontology.search_document
     where $1::jsonb is null or node_id in ${idSet(1)} order by node_id`,
    [ids && asJson(ids)],
  )

/** Stores embeddings, but none that was computed from words that have changed since: the job of that edit brings its own. */
export const storeEmbeddings = async (
  sql: Sql,
  embeddings: readonly (Omit<Document, 'source'> & { source: string; vector: readonly number[] })[],
): Promise<void> => {
  await sql.query(
    `update ontology.search_document d set embedding = row.vector::public.vector, embedded_from = row.source
     from jsonb_to_recordset($1::jsonb) as row (id uuid, name text, description text, source text, vector text)
     where d.node_id = row.id and d.name = row.name and d.description = row.description`,
    [asJson(embeddings.map(({ vector, ...document }) => ({ ...document, vector: JSON.stringify(vector) })))],
  )
}
