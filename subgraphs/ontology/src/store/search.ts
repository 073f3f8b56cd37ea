import type { Database, Sql } from '@mothership/platform/database'
import type { Match, SearchFilter } from '../domain/search.ts'
import { isOfModel, isOfPresentModel } from './pass-sql.ts'
import { filterSql } from './search-filter.ts'
import { findByWords } from './search-words.ts'
import { asJson, idSet } from './sql.ts'

type Found = Pick<Match, 'id' | 'kind'>
export type Near = Found & { similarity: number }

/** A vector, with the model that computed it: only those of the same model can be compared with it. */
export interface Direction {
  readonly model: string
  readonly vector: readonly number[]
}

export const toVector = (vector: readonly number[]): string => JSON.stringify(vector)

/** So many candidates the index of meanings keeps: of 100,000 documents it finds 99 in 100 of the nearest then. */
const CANDIDATES = 600
/** Fewer where a list asks for what is similar to each of its nodes: a document is near to others, as a query may not be. */
const CANDIDATES_OF_MANY = 200
const MOST_CANDIDATES = 1000

/**
 * Settings of the index of meanings, for one transaction: it goes on until enough passes the filter. In relaxed order, for
 * the strict one drops what it finds too late; the statements sort by themselves.
 */
const configure = (sql: Sql, candidates: number): Promise<unknown> =>
  sql.query(
    `select set_config('hnsw.iterative_scan', 'relaxed_order', true), set_config('hnsw.max_scan_tuples', '40000', true),
            set_config('hnsw.ef_search', $1::text, true)`,
    [String(Math.min(MOST_CANDIDATES, candidates))],
  )

const NEAR = 'd.node_id as id, d.kind, 1 - (d.embedding <=> $1::public.vector) as similarity'

/** The nearest in meaning, the best first: by the index, or exactly where the filter keeps few. */
export const findByMeaning = (
  database: Database,
  options: { direction: Direction; filter: SearchFilter; limit: number },
): Promise<Near[]> => {
  const { kept, keepsFew, passes, values } = filterSql(options.filter, 4)
  const exact = `
    select ${NEAR} from kept join ontology.search_document d on d.node_id = kept.id
    where ${keepsFew} and ${isOfModel('d', 3)}
    order by d.embedding <=> $1::public.vector limit $2::integer`
  const nearest = `
    with ${kept} near as materialized (
      select ${NEAR} from ontology.search_document d
      where not ${keepsFew} and ${isOfModel('d', 3)} and ${passes}
      order by d.embedding <=> $1::public.vector limit $2::integer
    )
    select * from near ${kept && `union all (${exact})`} order by similarity desc, id`
  return database.transaction(async (sql) => {
    await configure(sql, Math.max(CANDIDATES, options.limit))
    const { model, vector } = options.direction
    return sql.query<Near>(nearest, [toVector(vector), options.limit, model, ...values])
  })
}

/** What matches by its words, and what is nearest in meaning, each the best first; looked for at the same time. */
export const searchDocuments = async (
  database: Database,
  options: {
    query: string
    /** The query for to_tsquery that takes the last word as a beginning; null where the query has operators. */
    typing: string | null
    /** Null where the meaning of the query is not known. */
    direction: Direction | null
    filter: SearchFilter
    limit: number
  },
): Promise<{ byText: Found[]; byMeaning: Near[] }> => {
  const { direction, filter, limit } = options
  const [byText, byMeaning] = await Promise.all([
    findByWords(database, options),
    direction === null ? [] : findByMeaning(database, { direction, filter, limit }),
  ])
  return { byText, byMeaning }
}

/** Beliefs nearest in meaning to each of some beliefs, themselves apart. */
export const findSimilar = (
  database: Database,
  options: { ids: readonly string[]; first: number },
): Promise<(Near & { to: string })[]> =>
  database.transaction(async (sql) => {
    await configure(sql, Math.max(CANDIDATES_OF_MANY, options.first))
    return sql.query<Near & { to: string }>(
      `select own.node_id as "to", near.*
       from ontology.search_document own
       cross join lateral (
         select d.node_id as id, d.kind, 1 - (d.embedding <=> own.embedding) as similarity
         from ontology.search_document d
         where d.kind = 'BELIEF' and d.node_id <> own.node_id and ${isOfPresentModel('d')}
         order by d.embedding <=> own.embedding
         limit $2::integer
       ) near
       where own.node_id in ${idSet(1)} and ${isOfPresentModel('own')}
       order by near.similarity desc, near.id`,
      [asJson(options.ids), options.first],
    )
  })
