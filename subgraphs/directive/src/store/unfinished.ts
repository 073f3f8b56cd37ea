import type { PrismaSql, Sql } from '@mothership/platform/database'
import type { DirectiveStatus } from '../domain/directive.ts'

/** A directive whose task is not finished, and that was not compared with what a newer revision would give. */
export interface Unfinished {
  readonly id: string
  readonly taskId: string
}

/** What a comparison found. */
export interface Compared {
  readonly ids: readonly string[]
  /** The revision that they were compared at; null: they are to be compared once more. */
  readonly revision: number | null
}

/**
 * Watches a directive that is kept in the same transaction. Whoever notes a newer revision waits for it, or is waited
 * for: either finds the other's row.
 */
export const watchDirective = async (
  tx: PrismaSql,
  { id, taskId, ontologyRevision }: { id: string; taskId: string; ontologyRevision: number },
): Promise<void> => {
  await tx.$queryRawUnsafe('select revision from directive.ontology_seen for share')
  await tx.$executeRawUnsafe(
    'insert into directive.unfinished (directive_id, task_id, compared_at) values ($1::uuid, $2::text, $3::integer)',
    id,
    taskId,
    ontologyRevision,
  )
}

/** Notes that there is a revision. */
export const noteRevision = async (tx: PrismaSql, revision: number): Promise<void> => {
  await tx.$executeRawUnsafe(
    'update directive.ontology_seen set revision = $1::integer where revision < $1::integer',
    revision,
  )
}

/** Watches the directives of these tasks no more: they are finished. */
export const forgetTasks = async (tx: PrismaSql, taskIds: readonly string[]): Promise<void> => {
  await tx.$executeRawUnsafe(
    'delete from directive.unfinished where task_id in (select jsonb_array_elements_text($1::jsonb))',
    JSON.stringify(taskIds),
  )
}

/** A page of what is to be compared, after an id. It waits for a revision that is just being noted. */
export const listBehind = async (
  sql: Sql,
  { after, limit }: { after: string | null; limit: number },
): Promise<Unfinished[]> => {
  const [seen] = await sql.query<{ revision: number }>('select revision from directive.ontology_seen for share')
  return sql.query<Unfinished>(
    `select directive_id as id, task_id as "taskId" from directive.unfinished
     where compared_at < $1::integer and ($2::uuid is null or directive_id > $2::uuid)
     order by directive_id limit $3::integer`,
    [seen?.revision ?? 0, after, limit],
  )
}

/** Notes up to where directives were compared. */
export const noteComparison = async (tx: PrismaSql, { ids, revision }: Compared): Promise<void> => {
  if (revision === null || ids.length === 0) return
  await tx.$executeRawUnsafe(
    `update directive.unfinished set compared_at = $2::integer
     where compared_at < $2::integer and directive_id in (select id::uuid from jsonb_array_elements_text($1::jsonb) as list (id))`,
    JSON.stringify(ids),
    revision,
  )
}

/** Sets the status of those that are still watched and have another. Answers those, with the version of their event. */
export const setStatus = (
  tx: PrismaSql,
  { ids, status }: { ids: readonly string[]; status: DirectiveStatus },
): PromiseLike<{ id: string; taskType: string; version: number }[]> =>
  tx.$queryRawUnsafe(
    `update directive.directive d set status = $2::text, version = d.version + 1
     from (
       select directive_id from directive.unfinished
       where directive_id in (select id::uuid from jsonb_array_elements_text($1::jsonb) as list (id))
       order by directive_id for update
     ) as watched
     where d.id = watched.directive_id and d.status not in ($2::text, 'SUPERSEDED')
     returning d.id, d.task_type as "taskType", d.version`,
    JSON.stringify(ids),
    status,
  )
