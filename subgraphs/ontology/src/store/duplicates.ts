import type { Sql } from '@mothership/platform/database'
import type { Duplicate } from '../domain/duplicate.ts'
import { InboxAction } from '../domain/inbox-change.ts'
import { type Pair, pairId } from '../domain/pair.ts'
import type { EditTools } from './edit.ts'
import { tellInbox } from './inbox-changes.ts'

/** Where a page of duplicates begins: the nearest first. */
export interface SimilarityCursor extends Pair {
  readonly similarity: number
}

/** Of what an embedding was computed from, the hash of the words: it is the same for every model. */
const WORDS = (source: string): string => `right(${source}, 43)`

/** Near pairs whose words do not oppose each other, without those that a person said are none, as long as both say the same. */
const LISTED = `
  select p.first_id, p.second_id, p.similarity from ontology.near_pair p
  where p.opposition is null and p.similarity >= $1::float8
    and not exists (
      select 1 from ontology.duplicate_dismissal s
      join ontology.search_document a on a.node_id = s.first_id and ${WORDS('a.embedded_from')} = ${WORDS('s.first_source')}
      join ontology.search_document b on b.node_id = s.second_id and ${WORDS('b.embedded_from')} = ${WORDS('s.second_source')}
      where s.first_id = p.first_id and s.second_id = p.second_id)`

const DEGREE = (id: string): string => `
  ((select count(*) from ontology.relation r where r.from_id = ${id})
   + (select count(*) from ontology.relation r where r.to_id = ${id})
   + (select count(*) from ontology.value_link l where l.belief_id = ${id}))`

/** A page of the duplicates, in one statement. */
export const listDuplicates = async (
  sql: Sql,
  options: { minSimilarity: number; after: SimilarityCursor | null; limit: number },
): Promise<Duplicate[]> => {
  const { minSimilarity, after, limit } = options
  return sql.query<Duplicate>(
    `with page as materialized (
       select * from (${LISTED}) l
       where $2::float8 is null or l.similarity < $2::float8
         or (l.similarity = $2::float8 and (l.first_id, l.second_id) > ($3::uuid, $4::uuid))
       order by l.similarity desc, l.first_id, l.second_id limit $5::integer
     )
     select page.first_id as first, page.second_id as second, page.similarity,
            case when (${DEGREE('a.id')}, a.strength) >= (${DEGREE('b.id')}, b.strength) then a.id else b.id end as better
     from page join ontology.belief a on a.id = page.first_id join ontology.belief b on b.id = page.second_id
     order by page.similarity desc, page.first_id, page.second_id`,
    [minSimilarity, after?.similarity ?? null, after?.first ?? null, after?.second ?? null, limit],
  )
}

export const countDuplicates = async (sql: Sql, minSimilarity: number): Promise<number> => {
  const [row] = await sql.query<{ count: number }>(`select count(*)::integer as count from (${LISTED}) l`, [
    minSimilarity,
  ])
  return row?.count ?? 0
}

/** Keeps that a listed pair is no duplicate. Answers false where the pair is not listed. */
export const dismissPair = async (
  tools: Pick<EditTools, 'sql' | 'append'>,
  options: { pair: Pair; minSimilarity: number; reason: string | null; author: string },
): Promise<boolean> => {
  const { pair, minSimilarity, reason, author } = options
  const kept = await tools.sql.query(
    `insert into ontology.duplicate_dismissal
       (first_id, second_id, first_source, second_source, reason, author, created_at)
     select l.first_id, l.second_id, a.embedded_from, b.embedded_from, $4::text, $5::text, clock_timestamp()
     from (${LISTED}) l
     join ontology.search_document a on a.node_id = l.first_id join ontology.search_document b on b.node_id = l.second_id
     where l.first_id = $2::uuid and l.second_id = $3::uuid
     on conflict (first_id, second_id) do update set
       first_source = excluded.first_source, second_source = excluded.second_source, reason = excluded.reason,
       author = excluded.author, created_at = excluded.created_at
     returning first_id`,
    [minSimilarity, pair.first, pair.second, reason, author],
  )
  if (kept.length === 0) return false
  await tellInbox(tools, { action: InboxAction.DUPLICATE_DISMISSED, itemId: pairId(pair), by: author })
  return true
}
