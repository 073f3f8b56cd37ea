import type { Sql } from '@mothership/platform/database'
import type { Revision } from '../domain/change.ts'
import { tryPlan } from '../domain/exchange/apply-import.ts'
import type { Draft } from '../domain/exchange/draft.ts'
import { footprintOfDraft } from '../domain/exchange/footprint.ts'
import type { ImportPlan } from '../domain/exchange/plan.ts'
import { commitChanges, type EditTools, lockHead } from './edit.ts'
import { asJson, idSet } from './sql.ts'
import { loadWorkingSet } from './working-set.ts'

/** What an import did; the revision is null where there was nothing to do, or something stood in its way. */
export type Imported = Omit<ImportPlan, 'changes'> & { revision: Revision | null }

export interface Import {
  readonly draft: Draft
  readonly author: string
  readonly message: string | null
}

/** Imports a draft within a transaction: all of it as one revision, or nothing. */
export const applyImport = async ({ draft, author, message }: Import, tools: EditTools): Promise<Imported> => {
  const { sql } = tools
  const head = await lockHead(sql)
  const { plan, net } = await compare(sql, draft)
  if (net.length === 0) return { ...plan, revision: null }
  const { revision } = await commitChanges(sql, { head, author, message, changes: net }, tools)
  return { ...plan, revision }
}

/** What importing a draft would do. It locks nothing, so that an edit that is made meanwhile may come before it. */
export const tryImport = async ({ draft }: Pick<Import, 'draft'>, sql: Sql): Promise<Imported> => ({
  ...(await compare(sql, draft)).plan,
  revision: null,
})

const compare = async (sql: Sql, draft: Draft) => {
  const set = await loadWorkingSet(sql, footprintOfDraft(draft))
  return tryPlan(set, draft, await findFormerEnds(sql, draft))
}

/**
 * The ends that relations and links of these ids had in their life: they never change, since looking back finds them by
 * what they connect. Asked of those alone that bring an id.
 */
const findFormerEnds = async (sql: Sql, { relations, links }: Draft): Promise<Map<string, string>> => {
  const ids = [...relations, ...links].flatMap(({ id, property }) => (property === null ? [id] : []))
  if (ids.length === 0) return new Map()
  const rows = await sql.query<{ id: string; from: string; to: string }>(
    `select distinct on (c.node_id) c.node_id as id,
            coalesce(state.was ->> 'from', state.was ->> 'belief') as "from",
            coalesce(state.was ->> 'to', state.was ->> 'value') as "to"
     from ontology.change c cross join lateral (select coalesce(c.after, c.before) as was) state
     where c.node_id in ${idSet(1)} order by c.node_id, c.revision desc`,
    [asJson(ids)],
  )
  return new Map(rows.map(({ id, from, to }) => [id, `${from} ${to}`]))
}
