import type { Sql } from '@mothership/platform/database'
import { InboxAction } from '../domain/inbox-change.ts'
import { type Overridden, type Suggestion, suggestionId, SuggestionKind } from '../domain/suggestion.ts'
import type { EditTools } from './edit.ts'
import { tellInbox } from './inbox-changes.ts'
import { asJson } from './sql.ts'

/** Where a page of suggestions begins: what was overridden the most comes first. */
export interface SuggestionCursor {
  readonly overridden: number
  readonly beliefId: string
}

/** Those about a belief in force, without what was dismissed when it was overridden as often as now. */
const LISTED = `
  select r.* from jsonb_to_recordset($1::jsonb) as r ("beliefId" uuid, overridden integer, violated integer)
  join ontology.belief b on b.id = r."beliefId"
  where b.deleted_at is null and b.standing = 'IN_FORCE' and not exists (
    select from ontology.suggestion_dismissal d
    where d.belief_id = r."beliefId" and d.kind = '${SuggestionKind.OVERRIDDEN_OFTEN}' and d.overridden >= r.overridden)`

/** A page of the suggestions about beliefs that are overridden often, in one statement. */
export const listSuggestions = async (
  sql: Sql,
  { often, after, limit }: { often: readonly Overridden[]; after: SuggestionCursor | null; limit: number },
): Promise<Suggestion[]> => {
  const rows = await sql.query<Overridden>(
    `select * from (${LISTED}) l
     where $2::integer is null or l.overridden < $2::integer
       or (l.overridden = $2::integer and l."beliefId" > $3::uuid)
     order by l.overridden desc, l."beliefId" limit $4::integer`,
    [asJson(often), after?.overridden ?? null, after?.beliefId ?? null, limit],
  )
  return rows.map((row) => ({ ...row, kind: SuggestionKind.OVERRIDDEN_OFTEN }))
}

export const countSuggestions = async (sql: Sql, often: readonly Overridden[]): Promise<number> => {
  const [row] = await sql.query<{ count: number }>(`select count(*)::integer as count from (${LISTED}) l`, [
    asJson(often),
  ])
  return row?.count ?? 0
}

/** Keeps that a listed suggestion needs no answer. Answers false where it is not listed. */
export const dismissSuggestion = async (
  tools: Pick<EditTools, 'sql' | 'append'>,
  { often, reason, author }: { often: readonly Overridden[]; reason: string | null; author: string },
): Promise<boolean> => {
  const kept = await tools.sql.query<{ beliefId: string }>(
    `insert into ontology.suggestion_dismissal (belief_id, kind, overridden, reason, author, created_at)
     select l."beliefId", '${SuggestionKind.OVERRIDDEN_OFTEN}', l.overridden, $2::text, $3::text, clock_timestamp()
     from (${LISTED}) l
     on conflict (belief_id, kind) do update set
       overridden = excluded.overridden, reason = excluded.reason, author = excluded.author,
       created_at = excluded.created_at
     returning belief_id as "beliefId"`,
    [asJson(often), reason, author],
  )
  for (const { beliefId } of kept) {
    const itemId = suggestionId({ kind: SuggestionKind.OVERRIDDEN_OFTEN, beliefId })
    await tellInbox(tools, { action: InboxAction.SUGGESTION_DISMISSED, itemId, by: author })
  }
  return kept.length > 0
}
