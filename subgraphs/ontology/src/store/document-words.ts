import type { Sql } from '@mothership/platform/database'
import { asJson, idSet } from './sql.ts'

/*
 * In how many documents each word stands, so that misspelt words of a query can be corrected to what somebody wrote. The
 * words are counted in their order: two that count at once lock them in the same one.
 */

/** Counts the words of documents as they are now, instead of what was counted of them before. */
export const countWords = async (sql: Sql, ids: readonly string[]): Promise<void> => {
  await sql.query(
    `with counted as (
       select d.node_id, coalesce(former.words, '{}') as before, array(
         select word from unnest(tsvector_to_array(to_tsvector('simple'::regconfig, d.name || ' ' || d.description))) as word
         where char_length(word) between 3 and 40
       ) as words
       from ontology.search_document d left join ontology.document_words former using (node_id)
       where d.node_id in ${idSet(1)}
     ),
     kept as (
       insert into ontology.document_words (node_id, words) select node_id, words from counted where words <> before
       on conflict (node_id) do update set words = excluded.words
     )
     insert into ontology.search_word (word, uses)
     select word, sum(by) from (
       select unnest(words) as word, 1 as by from counted union all select unnest(before), -1 from counted
     ) as difference
     group by word having sum(by) <> 0 order by word
     on conflict (word) do update set uses = search_word.uses + excluded.uses`,
    [asJson(ids)],
  )
  await removeUnused(sql)
}

/** Takes the words of documents that are no more off the count. */
export const discountWords = async (sql: Sql, ids: string): Promise<void> => {
  await sql.query(
    `with gone as (delete from ontology.document_words where node_id in ${idSet(1)} returning words)
     insert into ontology.search_word (word, uses)
     select word, -count(*) from gone, unnest(words) as word group by word order by word
     on conflict (word) do update set uses = search_word.uses + excluded.uses`,
    [ids],
  )
  await removeUnused(sql)
}

/** A word that stands in no document is none to correct others to. One that somebody counts right now stays for later. */
const removeUnused = async (sql: Sql): Promise<void> => {
  await sql.query(
    `delete from ontology.search_word where word in (
       select word from ontology.search_word where uses <= 0 for update skip locked
     )`,
  )
}
