import type { Database, Sql } from '@mothership/platform/database'
import type { Candidate, Match, SearchFilter } from '../domain/search.ts'
import { asJson, idSet } from './sql.ts'

type Found = Pick<Match, 'id' | 'kind'>
export type Near = Found & { similarity: number }

/** The filter of beliefs as SQL; parameters n and n + 1. A value has neither task types nor standing. */
const passes = (n: number): string =>
  `($${n}::text is null or $${n}::text = any(b.task_types)) and ($${n + 1}::text is null or $${n + 1}::text = b.standing)`

const toVector = (vector: readonly number[]): string => JSON.stringify(vector)

/**
 * Settings of the search, for one transaction: go on through the index until enough passes the filter; whole words that
 * share 0.4 of their letters are near ("privcy" and "privacy" share 0.5, "hello" and "helpfulness" 0.2).
 */
const configure = (sql: Sql): Promise<unknown> =>
  sql.query(
    `select set_config('hnsw.iterative_scan', 'strict_order', true), set_config('hnsw.ef_search', '100', true),
            set_config('pg_trgm.strict_word_similarity_threshold', '0.4', true)`,
  )

/**
 * What a query says, of parameters 1 (the query) and 2 (what is being typed): `strict` demands all of it, `loose` any of
 * its words, `letters` are its words that say something ("do not" would be found, by its letters, in half of all names).
 * Where it has operators it means what it says: only `strict` is used.
 */
const QUESTION = `
  select websearch_to_tsquery('english', $1::text) || coalesce(to_tsquery('english', $2::text), '') as strict,
         coalesce((select string_agg(quote_literal(lexeme), ' | ') from unnest(lexemes) as lexeme), '')::tsquery as loose,
         lexemes,
         (select string_agg(word, ' ' order by place)
          from regexp_split_to_table(lower($1::text), '[^[:alnum:]]+') with ordinality as list (word, place)
          where $2::text is not null and ts_lexize('english_stem', word) <> '{}') as letters
  from (select case when $2::text is null then '{}' else tsvector_to_array(to_tsvector('english', $1::text)) end) as split (lexemes)`

/** How many of the query's words a document has. */
const COVERAGE = `(select count(*) from unnest(q.lexemes) as lexeme where d.words @@ quote_literal(lexeme)::tsquery)`

/** What matches by its words: all of them, at least half of them, or nearly their letters. The best first. */
const BY_TEXT = `
  with question as materialized (${QUESTION})
  select d.node_id as id, d.kind
  from question q cross join ontology.search_document d
  left join ontology.belief b on b.id = d.node_id
  where ((d.words @@ q.strict) or (d.words @@ q.loose and 2 * ${COVERAGE} >= cardinality(q.lexemes))
         or (q.letters <<% (d.name || ' ' || d.description)))
    and ${passes(3)}
  order by (d.words @@ q.strict) desc, ${COVERAGE} desc,
           ts_rank(d.words, q.loose) + coalesce(strict_word_similarity(q.letters, d.name), 0) desc, d.node_id
  limit $5::integer`

const BY_MEANING = `
  select d.node_id as id, d.kind, 1 - (d.embedding <=> $1::public.vector) as similarity
  from ontology.search_document d
  left join ontology.belief b on b.id = d.node_id
  where ${passes(2)}
  order by d.embedding <=> $1::public.vector
  limit $4::integer`

/** What matches by its words, and what is nearest in meaning, each the best first. */
export const searchDocuments = (
  database: Database,
  options: {
    query: string
    /** The query for to_tsquery that takes the last word as a beginning; null where the query has operators. */
    typing: string | null
    /** Null where the meaning of the query is not known. */
    vector: readonly number[] | null
    filter: SearchFilter
    limit: number
  },
): Promise<{ byText: Found[]; byMeaning: Near[] }> =>
  database.transaction(async (sql) => {
    const { query, typing, vector, limit } = options
    const { taskType, standing } = options.filter
    await configure(sql)
    const byText = await sql.query<Found>(BY_TEXT, [query, typing, taskType, standing, limit])
    const byMeaning = vector ? await sql.query<Near>(BY_MEANING, [toVector(vector), taskType, standing, limit]) : []
    return { byText, byMeaning }
  })

/** Beliefs nearest in meaning to each of some beliefs, themselves apart. */
export const findSimilar = (
  database: Database,
  options: { ids: readonly string[]; first: number },
): Promise<(Near & { to: string })[]> =>
  database.transaction(async (sql) => {
    await configure(sql)
    return sql.query<Near & { to: string }>(
      `select own.node_id as "to", near.*
       from ontology.search_document own
       cross join lateral (
         select d.node_id as id, d.kind, 1 - (d.embedding <=> own.embedding) as similarity
         from ontology.search_document d
         where d.kind = 'BELIEF' and d.node_id <> own.node_id
         order by d.embedding <=> own.embedding
         limit $2::integer
       ) near
       where own.node_id in ${idSet(1)} and own.embedding is not null
       order by near.similarity desc, near.id`,
      [asJson(options.ids), options.first],
    )
  })

/**
 * The beliefs in force that bear on a task: all that name its type (relevance 1), then those without task types by how
 * near they are in meaning, or in words, to its text. Exact, not by the approximating index: the same task must get
 * the same beliefs. Both kinds of nearness count: 1 - (1 - meaning) * (1 - words).
 */
export const findCandidates = (
  sql: Sql,
  options: { taskType: string; text: string; vector: readonly number[]; leastRelevance: number; limit: number },
): Promise<Candidate[]> =>
  sql.query<Candidate>(
    `with named as (
       select b.id, 1::float8 as relevance from ontology.belief b
       where b.deleted_at is null and b.standing = 'IN_FORCE' and b.task_types @> array[$1::text]
     ),
     question as (
       select string_agg(quote_literal(lexeme), ' | ')::tsquery as words
       from unnest(tsvector_to_array(to_tsvector('english', $2::text))) as lexeme
     ),
     near as materialized (
       select b.id, 1 - (1 - greatest(0, coalesce(1 - (d.embedding <=> $3::public.vector), 0)))
                      * (1 - coalesce(ts_rank(d.words, question.words, 32), 0)) as relevance
       from question cross join ontology.belief b
       join ontology.search_document d on d.node_id = b.id
       where b.deleted_at is null and b.standing = 'IN_FORCE' and b.task_types = '{}'
     ),
     relevant as (
       select id, least(relevance, 1) as relevance from near
       where relevance >= $4::float8
       order by relevance desc, id
       limit greatest(0, $5::integer - (select count(*) from named))
     )
     select id, relevance from named union all select id, relevance from relevant
     order by relevance desc, id`,
    [options.taskType, options.text, toVector(options.vector), options.leastRelevance, options.limit],
  )
