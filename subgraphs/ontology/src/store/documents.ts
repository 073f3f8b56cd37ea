import type { Sql } from '@mothership/platform/database'
import { ChangeKind, type NetChange } from '../domain/change.ts'
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
  if (gone.length > 0) {
    await sql.query(`delete from ontology.search_document where node_id in ${idSet(1)}`, [
      asJson(gone.map(({ id }) => id)),
    ])
  }
  const texts = gone.map(({ before }) => ({ text: textOf(before), by: -1 }))
  const written = changes.flatMap(({ kind, id, before, after }) => {
    const nodeKind = NODE_KINDS[kind]
    const words = wordsOf(after)
    const old = wordsOf(before)
    const isSame = words.name === old.name && words.description === old.description
    if (nodeKind === undefined || isSame) return []
    if (before) texts.push({ text: textOf(before), by: -1 })
    texts.push({ text: textOf(after), by: 1 })
    return [{ id, kind: nodeKind, ...words }]
  })
  await countWords(sql, texts)
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
  return written.length > 0
}

const wordsOf = (state: object | null) => {
  const { name, description } = (state ?? {}) as { name?: string; description?: string }
  return { name, description }
}

const textOf = (state: object | null): string => {
  const { name = '', description = '' } = wordsOf(state)
  return `${name} ${description}`
}

/** Counts in how many documents each word stands: one that stands in none any more is no word to correct others to. */
const countWords = async (sql: Sql, texts: readonly { text: string; by: number }[]): Promise<void> => {
  const counts = new Map<string, number>()
  await inParts(texts, async (json) => {
    const counted = await sql.query<{ word: string; uses: number }>(
      `select word, sum(by)::integer as uses from jsonb_to_recordset($1::jsonb) as row (text text, by integer),
         unnest(tsvector_to_array(to_tsvector('simple'::regconfig, text))) as word
       where char_length(word) between 3 and 40 group by word`,
      [json],
    )
    for (const { word, uses } of counted) counts.set(word, (counts.get(word) ?? 0) + uses)
  })
  // Each word once, whatever the number of texts: a row that is written again is indexed again.
  const words = [...counts].flatMap(([word, uses]) => (uses === 0 ? [] : [{ word, uses }]))
  await inParts(words, (json) =>
    sql.query(
      `insert into ontology.search_word (word, uses)
       select word, uses from jsonb_to_recordset($1::jsonb) as row (word text, uses integer)
       on conflict (word) do update set uses = search_word.uses + excluded.uses`,
      [json],
    ),
  )
  if (texts.some(({ by }) => by < 0)) await sql.query('delete from ontology.search_word where uses <= 0')
}
