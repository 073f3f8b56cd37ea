import type { SearchFilter } from '../domain/search.ts'

/** A filter that keeps no more than this is applied first, and what it keeps is looked at one by one. */
const FEW = 10_000

interface FilterSql {
  /** The table `kept`, to begin a statement with: what passes, where that is not more than a few. Empty: no filter. */
  readonly kept: string
  /** Whether what passes is all in `kept`. */
  readonly keepsFew: string
  /** Whether the document `d` passes. */
  readonly passes: string
  /** Its parameters. */
  readonly values: unknown[]
}

/** A filter of beliefs as SQL, with parameters from n on. A value has neither task types nor standing, nor links. */
export const filterSql = (filter: SearchFilter, n: number): FilterSql => {
  const conditions = [
    { value: filter.taskType, sql: (at: string) => `b.task_types @> array[${at}::text]` },
    { value: filter.standing, sql: (at: string) => `b.standing = ${at}::text` },
    {
      value: filter.valueId,
      sql: (at: string) =>
        `exists (select from ontology.value_link l where l.belief_id = b.id and l.value_id = ${at}::uuid)`,
    },
  ].filter(({ value }) => value !== null)
  if (conditions.length === 0) return { kept: '', keepsFew: 'false', passes: 'true', values: [] }
  const all = conditions.map(({ sql }, place) => sql(`$${n + place}`)).join(' and ')
  const keepsFew = `((select count(*) from kept) <= ${FEW})`
  return {
    kept: `kept as materialized (
      select b.id from ontology.belief b where b.deleted_at is null and ${all} limit ${FEW} + 1
    ),`,
    keepsFew,
    // A subquery for each document, for a join would have the planner leave the order of the index of meanings.
    passes: `case when ${keepsFew} then d.node_id in (select id from kept)
             else coalesce((select ${all} from ontology.belief b where b.id = d.node_id), false) end`,
    values: conditions.map(({ value }) => value),
  }
}
