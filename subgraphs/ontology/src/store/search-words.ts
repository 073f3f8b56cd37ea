import type { Sql } from '@mothership/platform/database'
import { type Match, relaxedQueries, type SearchFilter } from '../domain/search.ts'
import { filterSql } from './search-filter.ts'

type Found = Pick<Match, 'id' | 'kind'>

/** What a query says, in PostgreSQL's own words. */
interface Question {
  /** Demands all of it. */
  readonly strict: string
  /** For each of its words that say something what it may stand for: itself, and where nobody wrote it, what is near. */
  readonly words: readonly (readonly string[])[]
  /** Those words as they stand. */
  readonly letters: string | null
}

/** Of a long question, so many words are looked for where all of them together found too little: the longest. */
const MOST_WORDS = 6
/** A misspelt word may stand for so many others. */
const CORRECTIONS = 3

/**
 * Of parameters 1 (the query) and 2 (what is being typed). Where the query has operators it means what it says: there is
 * no second parameter, and no words. Words that share 0.3 of their letters are near: that is pg_trgm's own bound. What
 * was written a moment ago is in no count yet, but in its document.
 */
const QUESTION = `
  with word as materialized (
    select word from unnest(tsvector_to_array(to_tsvector('simple', $1::text))) as word
    where $2::text is not null and to_tsvector('english', word) <> ''
    order by char_length(word) desc, word limit ${MOST_WORDS}
  ),
  meant as (
    select word, word as stands_for from word
    union all
    select word.word, near.word from word cross join lateral (
      select known.word from ontology.search_word known
      where known.word % word.word and char_length(word.word) between 3 and 40
        and not exists (select from ontology.search_word same where same.word = word.word)
        and not exists (select from ontology.search_document d where d.words @@ plainto_tsquery('english', word.word))
      order by similarity(known.word, word.word) desc, known.word limit ${CORRECTIONS}
    ) near
  ),
  choice as (
    select word, jsonb_agg(distinct lexeme) as lexemes
    from meant, unnest(tsvector_to_array(to_tsvector('english', stands_for))) as lexeme group by word
  )
  select (websearch_to_tsquery('english', $1::text) || coalesce(to_tsquery('english', $2::text), ''))::text as strict,
         coalesce((select jsonb_agg(lexemes order by word) from choice), '[]') as words,
         (select string_agg(word, ' ' order by word) from word) as letters`

/** Of what matches alike, so many are ranked: to rank all that have a frequent word would take seconds. */
const RANKED = 500

/**
 * What matches by its words, the best first: all of them, then with misspelt ones corrected, then ever fewer of them, down
 * to half. Each step is taken only where those before found too little. Of what matches alike, names before descriptions.
 */
export const findByWords = async (
  sql: Sql,
  options: { query: string; typing: string | null; filter: SearchFilter; limit: number },
): Promise<Found[]> => {
  const [question] = await sql.query<Question>(QUESTION, [options.query, options.typing])
  if (!question) throw new Error('the question was not read')
  const relaxed = relaxedQueries(question.words)
  const { kept, passes, values } = filterSql(options.filter, 5)
  const steps = [question.strict, question.strict, ...relaxed]
  const tables = steps.map((_, step) => {
    const before = steps.slice(0, step).map((__, earlier) => `(select count(*) from step${earlier})`)
    const isWanted = step < 2 ? 'true' : `greatest(${before.join(', ')}) < $3::integer`
    const searched = step === 0 ? `to_tsvector('english'::regconfig, d.name)` : 'd.words'
    return `step${step} as materialized (
      select d.node_id as id, d.kind, ${step === 0 ? 1 : step} as step,
             ts_rank(d.words, $4::tsquery) + coalesce(strict_word_similarity($2::text, d.name), 0) as rank
      from ontology.search_document d
      where ${isWanted} and ${searched} @@ ($1::jsonb->>${step})::tsquery and ${passes}
      limit greatest(${RANKED}, $3::integer)
    )`
  })
  const found = steps.map((_, step) => `select * from step${step}`)
  return sql.query<Found>(
    `with ${kept} ${tables.join(', ')}
     select id, kind from (${found.join(' union all ')}) as found
     group by id, kind order by min(step), max(rank) desc, id limit $3::integer`,
    [JSON.stringify(steps), question.letters, options.limit, relaxed.at(-1) ?? question.strict, ...values],
  )
}
