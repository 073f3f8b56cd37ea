import type { Sql } from '@mothership/platform/database'
import { ChangeKind, type NetChange } from '../domain/change.ts'
import { discountWords } from './document-words.ts'
import { asJson, idSet, inParts } from './sql.ts'

const NODE_KINDS: Partial<Record<ChangeKind, 'VALUE' | 'BELIEF'>> = {
  createValue: 'VALUE',
  updateValue: 'VALUE',
  createBelief: 'BELIEF',
  updateBelief: 'BELIEF',
}

/**
 * Keeps what is searched in step with an edit, and puts what has other words now on the list of what is to be embedded.
 * Answers whether there is any.
 */
export const updateDocuments = async (sql: Sql, changes: readonly NetChange[]): Promise<boolean> => {
  const gone = changes.filter(({ kind }) => kind === ChangeKind.deleteValue || kind === ChangeKind.deleteBelief)
  const goneIds = asJson(gone.map(({ id }) => id))
  if (gone.length > 0) await sql.query(`delete from ontology.search_document where node_id in ${idSet(1)}`, [goneIds])
  const written = changes.flatMap(({ kind, id, before, after }) => {
    const nodeKind = NODE_KINDS[kind]
    const words = wordsOf(after)
    const old = wordsOf(before)
    const isSame = words.name === old.name && words.description === old.description
    return nodeKind === undefined || isSame ? [] : [{ id, kind: nodeKind, ...words }]
  })
  await inParts(written, (json) =>
    sql.query(
      `with document as (
         insert into ontology.search_document (node_id, kind, name, description)
         select id, kind, name, description
         from jsonb_to_recordset($1::jsonb) as row (id uuid, kind text, name text, description text)
         on conflict (node_id) do update set name = excluded.name, description = excluded.description
         returning node_id
       )
       insert into ontology.embedding_due (node_id, edit_size) select node_id, $2::integer from document
       on conflict (node_id) do update set edit_size = excluded.edit_size, claimed_until = null`,
      [json, written.length],
    ),
  )
  // After the documents: who counts words locks those first too.
  if (gone.length > 0) await discountWords(sql, goneIds)
  return written.length > 0
}

const wordsOf = (state: object | null) => {
  const { name, description } = (state ?? {}) as { name?: string; description?: string }
  return { name, description }
}
