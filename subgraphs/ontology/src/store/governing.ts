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

/** Of the beliefs without task types. Those that name the task's type are counted in, and never cut. */
interface Bounds {
  readonly leastRelevance: number
  /** How many candidates; MUSTs come beyond that too, */
  readonly limit: number
  /** up to so many of them. */
  readonly mustLimit: number
}

/** What governs a task. */
export interface GovernedTask {
  /** Whether its meaning was compared with that of the beliefs. */
  readonly isByMeaning: boolean
  readonly candidates: Candidate[]
  /** How many more there would be without the bounds. */
  readonly mustsCut: number
  readonly shouldsCut: number
}

/** A candidate as it is found; what was cut beside it is the same in every row. */
type Found = Candidate & Pick<GovernedTask, 'mustsCut' | 'shouldsCut'>

/** What candidates are looked for in: tables, or what `with` puts in their place. */
export interface CandidateTables {
  readonly with: string
  readonly beliefs: string
  readonly documents: string
}

/** As `levelOf` has it, of a belief b. */
const IS_MUST = `coalesce(b.level, case when b.rule is null then 'SHOULD' else 'MUST' end) = 'MUST'`

const STORED: CandidateTables = { with: '', beliefs: 'ontology.belief', documents: 'ontology.search_document' }

/**
 * The beliefs in force that bear on a task: all that name its type (relevance 1), then those without task types by how
 * near they are in meaning, or in words, to its text. Exact, not by the approximating index: the same task must get
 * the same beliefs. Both kinds of nearness count: 1 - (1 - meaning) * (1 - words); words alone where the direction of the
 * task is null, and of a belief that the task's model did not embed. The MUSTs are ranked and cut apart, so that however
 * many SHOULDs there are, none takes a MUST's place.
 */
const findCandidates = (
  sql: Sql,
  { taskType, text, direction, leastRelevance, limit, mustLimit }: TaskToGovern & Bounds,
  tables: CandidateTables,
): Promise<Found[]> =>
  sql.query<Found>(
    `with ${tables.with} named as (
       select b.id, 1::float8 as relevance from ${tables.beliefs} b
       where b.deleted_at is null and b.standing = 'IN_FORCE' and b.task_types @> array[$1::text]
     ),
     question as (
       select string_agg(quote_literal(lexeme), ' | ')::tsquery as words
       from unnest(tsvector_to_array(to_tsvector('english', $2::text))) as lexeme
     ),
     near as materialized (
       select b.id, ${IS_MUST} as is_must,
              1 - (1 - greatest(0, coalesce(case when ${isOfModel('d', 6)} then 1 - (d.embedding <=> $3::public.vector) end, 0)))
                      * (1 - coalesce(ts_rank(d.words, question.words, 32), 0)) as relevance
       from question cross join ${tables.beliefs} b
       join ${tables.documents} d on d.node_id = b.id
       where b.deleted_at is null and b.standing = 'IN_FORCE' and b.task_types = '{}'
     ),
     relevant as materialized (
       select id, least(relevance, 1) as relevance, is_must from near where relevance >= $4::float8
     ),
     must as (
       select id, relevance from relevant where is_must order by relevance desc, id limit $7::integer
     ),
     should as (
       select id, relevance from relevant where not is_must order by relevance desc, id
       limit greatest(0, $5::integer - (select count(*) from named))
     ),
     cut as (
       select ((count(*) filter (where is_must)) - (select count(*) from must))::integer as musts,
              ((count(*) filter (where not is_must)) - (select count(*) from should))::integer as shoulds
       from relevant
     ),
     candidate as (
       select * from named union all select * from must union all select * from should
     )
     select id as "beliefId", relevance, musts as "mustsCut", shoulds as "shouldsCut" from candidate cross join cut
     order by relevance desc, id`,
    [
      taskType,
      text,
      direction && toVector(direction.vector),
      leastRelevance,
      limit,
      direction?.model ?? null,
      mustLimit,
    ],
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
    const found = await findCandidates(sql, { ...task, ...bounds }, tables)
    governed.push({
      isByMeaning: task.direction !== null && present.has(task.direction.model),
      candidates: found.map(({ beliefId, relevance }) => ({ beliefId, relevance })),
      // Where something is cut there is something that is not: the bounds are at least 1.
      mustsCut: found[0]?.mustsCut ?? 0,
      shouldsCut: found[0]?.shouldsCut ?? 0,
    })
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
