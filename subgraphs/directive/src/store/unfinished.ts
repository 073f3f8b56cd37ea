import type { PrismaSql, Sql } from '@mothership/platform/database'
import type { Directive, DirectiveStatus } from '../domain/directive.ts'
import { isFinal, TASK_STREAM } from '../events.ts'

/** A directive whose task is not finished, and that was not compared with what a newer revision would give. */
export interface Unfinished {
  readonly id: string
  readonly taskId: string
}

/** What a comparison found. */
export interface Comparison {
  /** Those that ask for what they would today, by their ids; */
  readonly same: readonly string[]
  /** and those that do not. */
  readonly differing: readonly string[]
  /** The revision that they were compared with. */
  readonly revision: number
  /** Whether that is all there is to say of the revision; where not, they are to be compared once more. */
  readonly isSettled: boolean
}

/**
 * Watches a directive that is kept in the same transaction. Whoever notes a newer revision waits for it, or is waited
 * for: either finds the other's row. One that was not compiled by meaning was compared with nothing: it may lack beliefs.
 */
export const watchDirective = async (
  tx: PrismaSql,
  directive: Pick<Directive, 'id' | 'ontologyRevision' | 'isByMeaning'> & { readonly taskId: string },
): Promise<void> => {
  await tx.$queryRawUnsafe('select revision from directive.ontology_seen for share')
  await tx.$executeRawUnsafe(
    'insert into directive.unfinished (directive_id, task_id, compared_at) values ($1::uuid, $2::text, $3::integer)',
    directive.id,
    directive.taskId,
    directive.isByMeaning ? directive.ontologyRevision : 0,
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
  if (taskIds.length === 0) return
  await tx.$executeRawUnsafe(
    'delete from directive.unfinished where task_id in (select jsonb_array_elements_text($1::jsonb))',
    JSON.stringify(taskIds),
  )
}

/**
 * Watches the directives of these tasks again, as compared with nothing: they were finished, and are begun anew. One that
 * is still watched is written too, so that whoever is just about to forget it is waited for.
 */
export const watchAgain = async (tx: PrismaSql, taskIds: readonly string[]): Promise<void> => {
  if (taskIds.length === 0) return
  await tx.$executeRawUnsafe(
    `insert into directive.unfinished (directive_id, task_id, compared_at)
     select id, task_id, 0 from directive.directive
     where origin = 'SERVICE' and status <> 'SUPERSEDED' and task_id in (select jsonb_array_elements_text($1::jsonb))
     order by id
     on conflict (directive_id) do update set compared_at = 0`,
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

/**
 * Locks those of some directives that are watched and were compared with nothing as new as a revision: what was found of
 * the others is out of date.
 */
export const lockOlder = (
  tx: PrismaSql,
  { ids, revision }: { ids: readonly string[]; revision: number },
): PromiseLike<Unfinished[]> =>
  tx.$queryRawUnsafe(
    `select directive_id as id, task_id as "taskId" from directive.unfinished
     where compared_at < $2::integer and directive_id in (select id::uuid from jsonb_array_elements_text($1::jsonb) as list (id))
     order by directive_id for update`,
    JSON.stringify(ids),
    revision,
  )

/** Which of some tasks are finished as far as is committed, be it told to those who follow their events or not. */
export const findFinished = async (tx: PrismaSql, taskIds: readonly string[]): Promise<Set<string>> => {
  if (taskIds.length === 0) return new Set()
  const rows = await tx.$queryRawUnsafe<{ taskId: string; state: string }[]>(
    // By the version, which an event has before it has its position.
    `select task.id as "taskId", last.state
     from (select distinct id from jsonb_array_elements_text($1::jsonb) as list (id)) as task
     cross join lateral (
       select e.payload ->> 'to' as state from events.event e
       where e.stream = $2::text and e.entity_id = task.id and e.payload ->> 'to' is not null
       order by e.version desc limit 1
     ) as last`,
    JSON.stringify(taskIds),
    TASK_STREAM,
  )
  return new Set(rows.flatMap(({ taskId, state }) => (isFinal(state) ? [taskId] : [])))
}

/** Notes up to where directives were compared. They are locked. */
export const noteComparison = async (
  tx: PrismaSql,
  { ids, revision }: { ids: readonly string[]; revision: number },
): Promise<void> => {
  if (ids.length === 0) return
  await tx.$executeRawUnsafe(
    `update directive.unfinished set compared_at = $2::integer
     where directive_id in (select id::uuid from jsonb_array_elements_text($1::jsonb) as list (id))`,
    JSON.stringify(ids),
    revision,
  )
}

/** Sets the status of those that have another, and are locked. Answers those, with the version of their event. */
export const setStatus = (
  tx: PrismaSql,
  { ids, status }: { ids: readonly string[]; status: DirectiveStatus },
): PromiseLike<{ id: string; taskType: string; version: number }[]> =>
  tx.$queryRawUnsafe(
    `update directive.directive d set status = $2::text, version = d.version + 1
     where d.id in (select id::uuid from jsonb_array_elements_text($1::jsonb) as list (id))
       and d.status not in ($2::text, 'SUPERSEDED')
     returning d.id, d.task_type as "taskType", d.version`,
    JSON.stringify(ids),
    status,
  )
