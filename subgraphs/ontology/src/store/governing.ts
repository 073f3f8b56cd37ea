import type { Sql } from '@mothership/platform/database'
import type { Candidate } from '../domain/search.ts'
import { findPass, isOfModel } from './pass-sql.ts'
import { type Direction, toVector } from './search.ts'

/** A task with the direction of its text. */
export interface TaskToGovern {
  readonly taskType: string
  readonly text: string
  /** Null where the meaning cannot be computed. */
  readonly direction: Direction | null
}

interface Bounds {
  readonly leastRelevance: number
  readonly limit: number
}

/** What governs a task. */
export interface GovernedTask {
  /** Whether its meaning was compared with that of the beliefs. */
  readonly isByMeaning: boolean
  readonly candidates: Candidate[]
}

/** What candidates are looked for in: tables, or what `with` puts in their place. */
export interface CandidateTables {
  readonly with: string
  readonly beliefs: string
  readonly documents: string
}

const STORED: CandidateTables = { with: '', beliefs: 'ontology.belief', documents: 'ontology.search_document' }

/**
 * The beliefs in force that bear on a task: all that name its type (relevance 1), then those without task types by how
 * near they are in meaning, or in words, to its text. Exact, not by the approximating index: the same task must get
 * the same beliefs. Both kinds of nearness count: 1 - (1 - meaning) * (1 - words); words alone where the direction of the
 * task is null, and of a belief that the task's model did not embed.
 */
const findCandidates = (
  sql: Sql,
  { taskType, text, direction, leastRelevance, limit }: TaskToGovern & Bounds,
  tables: CandidateTables,
): Promise<Candidate[]> =>
  sql.query<Candidate>(
    `with ${tables.with} named as (
       select b.id, 1::float8 as relevance from ${tables.beliefs} b
       where b.deleted_at is null and b.standing = 'IN_FORCE' and b.task_types @> array[$1::text]
     ),
     question as (
       select string_agg(quote_literal(lexeme), ' | ')::tsquery as words
       from unnest(tsvector_to_array(to_tsvector('english', $2::text))) as lexeme
     ),
     near as materialized (
       select b.id, 1 - (1 - greatest(0, coalesce(case when ${isOfModel('d', 6)} then 1 - (d.embedding <=> $3::public.vector) end, 0)))
                      * (1 - coalesce(ts_rank(d.words, question.words, 32), 0)) as relevance
       from question cross join ${tables.beliefs} b
       join ${tables.documents} d on d.node_id = b.id
       where b.deleted_at is null and b.standing = 'IN_FORCE' and b.task_types = '{}'
     ),
     relevant as (
       select id, least(relevance, 1) as relevance from near
       where relevance >= $4::float8
       order by relevance desc, id
       limit greatest(0, $5::integer - (select count(*) from named))
     )
     select id as "beliefId", relevance from (select * from named union all select * from relevant) as candidate
     order by relevance desc, id`,
    [taskType, text, direction && toVector(direction.vector), leastRelevance, limit, direction?.model ?? null],
  )

/** What governs each of some tasks, in their order. */
export const governTasks = async (
  sql: Sql,
  { tasks, ...bounds }: Bounds & { readonly tasks: readonly TaskToGovern[] },
  tables = STORED,
): Promise<GovernedTask[]> => {
  const present = await presentModels(sql, tasks)
  const governed: GovernedTask[] = []
  for (const task of tasks) {
    const candidates = await findCandidates(sql, { ...task, ...bounds }, tables)
    governed.push({ isByMeaning: task.direction !== null && present.has(task.direction.model), candidates })
  }
  return governed
}

/** Which of the models that computed the directions also computes the meanings: there is nothing to compare another with. */
const presentModels = async (sql: Sql, tasks: readonly TaskToGovern[]): Promise<Set<string>> => {
  const present = new Set<string>()
  for (const model of new Set(tasks.flatMap(({ direction }) => direction?.model ?? []))) {
    if ((await findPass(sql, model)) !== null) present.add(model)
  }
  return present
}

/** The ids of all candidates, each once. */
export const candidateIds = (tasks: readonly GovernedTask[]): Set<string> =>
  new Set(tasks.flatMap(({ candidates }) => candidates.map(({ beliefId }) => beliefId)))
