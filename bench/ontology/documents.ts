import type { Database } from '@mothership/platform/database'
import { createLocalModel } from '../../subgraphs/ontology/src/embeddings/built-in.ts'
import { meanDirection } from '../../subgraphs/ontology/src/domain/search.ts'
import type { Text } from './corpus.ts'

const PHRASES_AT_ONCE = 64
const ROWS_AT_ONCE = 2000
/** A belief of every so many names a task type, unless told otherwise: a filter by it keeps 5 %. */
const EVERY = 20
export const RARE_TASK_TYPE = 'bench.rare'

/**
 * The direction of each text: the sum of those of its phrases, the name's counting twice, which the built-in model
 * computes. To embed 100,000 texts themselves takes it an hour; these lie as densely, and by the same words.
 */
export const embedCorpus = async (texts: readonly Text[]) => {
  const phrases = [...new Set(texts.flatMap((text) => text.phrases))]
  const model = createLocalModel()
  // The model's thread does not keep the process alive.
  const alive = setInterval(() => undefined, 1000)
  const began = performance.now()
  const known = new Map<string, number[]>()
  for (let at = 0; at < phrases.length; at += PHRASES_AT_ONCE) {
    const batch = phrases.slice(at, at + PHRASES_AT_ONCE)
    const vectors = await model.embed(batch)
    batch.forEach((phrase, place) => known.set(phrase, vectors[place] as number[]))
  }
  const milliseconds = performance.now() - began
  clearInterval(alive)
  await model.dispose()
  const vectorOf = ({ phrases: own }: Text): number[] =>
    meanDirection([...own, ...own.slice(0, 3)].map((phrase) => known.get(phrase) as number[]))
  return { model: model.name, vectorOf, count: phrases.length, milliseconds }
}

const INSERT = `
  with row as materialized (
    select * from jsonb_to_recordset($1::jsonb)
      as row (id uuid, name text, description text, credence float8, types jsonb, vector text, source text)
  ),
  belief as (
    insert into ontology.belief (id, name, name_key, description, credence, strength, converged, standing, task_types,
                                 revision, created_at, updated_at)
    select id, name, lower(name), description, credence, credence, true,
           case when credence >= 0.5 then 'IN_FORCE' else 'DEFEATED' end,
           array(select jsonb_array_elements_text(types)), 1, now(), now() from row
  ),
  counted as (
    insert into ontology.document_words (node_id, words)
    select id, array(
      select word from unnest(tsvector_to_array(to_tsvector('simple'::regconfig, name || ' ' || description))) as word
      where char_length(word) between 3 and 40
    )
    from row returning words
  ),
  word as (
    insert into ontology.search_word (word, uses)
    select word, count(*) from counted, unnest(words) as word group by word
    on conflict (word) do update set uses = search_word.uses + excluded.uses
  )
  insert into ontology.search_document (node_id, kind, name, description, embedding, embedded_from)
  select id, 'BELIEF', name, description, vector::public.vector, source from row`

/** Loads texts as beliefs with their embeddings, as an import and its background job would leave them. */
export const loadDocuments = async (
  database: Database,
  texts: readonly Text[],
  { model, vectorOf }: { model: string; vectorOf: (text: Text) => number[] },
  every = EVERY,
): Promise<void> => {
  const index = 'search_document_meaning'
  const [made] = await database.query<{ sql: string }>(`select pg_get_indexdef('ontology.${index}'::regclass) as sql`)
  // Made at the end: an index of vectors is built several times faster than it grows.
  await database.query(`drop index ontology.${index}`)
  for (let at = 0; at < texts.length; at += ROWS_AT_ONCE) {
    const rows = texts.slice(at, at + ROWS_AT_ONCE).map(({ phrases, ...text }, place) => ({
      ...text,
      credence: ((at + place) % 10) / 10,
      types: (at + place) % every === 0 ? [RARE_TASK_TYPE] : [],
      vector: JSON.stringify(vectorOf({ phrases, ...text }).map(Math.fround)),
      source: `${model}:bench`,
    }))
    await database.query(INSERT, [JSON.stringify(rows)])
  }
  await database.transaction(async (sql) => {
    await sql.query(`set local maintenance_work_mem = '1GB'`)
    await sql.query(made?.sql ?? '')
  })
  for (const table of ['belief', 'search_document']) await database.query(`vacuum analyze ontology.${table}`)
}
