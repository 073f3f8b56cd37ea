import { BadUserInputError } from '@mothership/platform/errors'
import type { TimePlace } from '@mothership/platform/time-cursor'
import { isUuid } from '@mothership/platform/uuid'
import type { Prisma } from '@mothership/prisma'
import { hasResult, type TaskState } from '../domain/state.ts'
import type { Trace, TraceStep } from '../domain/content.ts'
import type { Attempt, Task } from '../domain/task.ts'
import type { OwnTables } from './client.ts'
import { countFinished, findFinished } from './finished.ts'
import { toAttempt, toTask, type AttemptRow, type TaskRow } from './rows.ts'

/** Which tasks a list holds; null: any. */
export interface TaskFilter {
  readonly state: TaskState | null
  readonly type: string | null
  readonly agentId: string | null
  readonly directiveId: string | null
}
export const ANY_TASK: TaskFilter = { state: null, type: null, agentId: null, directiveId: null }

export interface TasksPage {
  readonly rows: number
  readonly after: TimePlace | null
  readonly filter: TaskFilter
}

/** What may be large of a task. */
export interface TaskContent {
  readonly input: unknown
  /** Of an answer that is accepted or under review; null otherwise. */
  readonly result: unknown
  readonly trace: unknown
}

/** So many task types are told at once. */
const MOST_TYPES = 10_000

/** Of so many tasks it is told at once whether they were lent. */
export const MOST_LENT = 500

const NO_ANSWER = { result: null, trace: null }

// What is large, and what only the store itself needs.
const TASK_OMIT = { input: true, inputHash: true, nextStepAt: true, stepFailures: true } as const
const ATTEMPT_OMIT = { steps: true, result: true, trace: true } as const

const whereOf = ({ state, type, agentId, directiveId }: TaskFilter): Prisma.TaskWhereInput => ({
  ...(state !== null && { state }),
  ...(type !== null && { type }),
  ...(agentId !== null && { agentId }),
  ...(directiveId !== null && { directiveId }),
})

/** What is read of tasks, outside of any transaction. */
export const taskReads = (prisma: OwnTables) => {
  const withAttempts = async (rows: readonly unknown[]): Promise<Task[]> => {
    // The columns of jsonb hold what `taskRecord` wrote.
    const tasks = rows as readonly TaskRow[]
    const ids = tasks.flatMap(({ attemptId }) => attemptId ?? [])
    const found =
      ids.length > 0 ? await prisma.attempt.findMany({ where: { id: { in: ids } }, omit: ATTEMPT_OMIT }) : []
    const attempts = new Map((found as AttemptRow[]).map((row) => [row.id, toAttempt(row)]))
    return tasks.map((row) => toTask(row, attempts.get(row.attemptId ?? '') ?? null))
  }
  return {
    findTasks: async (ids: readonly string[]): Promise<Task[]> =>
      withAttempts(await prisma.task.findMany({ where: { id: { in: ids.filter(isUuid) } }, omit: TASK_OMIT })),

    /** Newest first. */
    pageOfTasks: async ({ rows, after, filter }: TasksPage): Promise<Task[]> => {
      const behind: Prisma.TaskWhereInput = after
        ? {
            // The first is implied, and what an index can begin at.
            createdAt: { lte: after.at },
            OR: [{ createdAt: { lt: after.at } }, { createdAt: after.at, id: { lt: after.id } }],
          }
        : {}
      const found = await prisma.task.findMany({
        where: { AND: [whereOf(filter), behind] },
        orderBy: [{ createdAt: 'desc' }, { id: 'desc' }],
        take: rows,
        omit: TASK_OMIT,
      })
      return withAttempts(found)
    },

    countTasks: (filter: TaskFilter): Promise<number> => prisma.task.count({ where: whereOf(filter) }),

    /** The contents of tasks, by the ids of the tasks. */
    contentsOf: async (tasks: readonly Task[]): Promise<Map<string, TaskContent>> => {
      const inputs = await prisma.task.findMany({
        where: { id: { in: tasks.map(({ id }) => id) } },
        select: { id: true, input: true },
      })
      const shown = tasks.flatMap(({ state, attempt }) => (hasResult(state) && attempt ? [attempt.id] : []))
      const answers =
        shown.length === 0
          ? []
          : await prisma.attempt.findMany({
              where: { id: { in: shown } },
              select: { taskId: true, result: true, trace: true, plan: true, steps: true },
            })
      const answerOf = new Map(
        answers.map(({ taskId, result, trace, plan, steps }) => [taskId, { result, trace: trace ?? { plan, steps } }]),
      )
      return new Map(inputs.map(({ id, input }) => [id, { input, ...(answerOf.get(id) ?? NO_ANSWER) }]))
    },

    findAttempt: async (id: string): Promise<Attempt | null> => {
      const row = isUuid(id) ? await prisma.attempt.findUnique({ where: { id }, omit: ATTEMPT_OMIT }) : null
      return row && toAttempt(row as AttemptRow)
    },

    /** Which of some tasks are or once were lent to agents of a credential. Throws BadUserInputError. */
    findLent: async (ids: readonly string[], credentialId: string): Promise<string[]> => {
      if (ids.length > MOST_LENT) {
        throw new BadUserInputError(`There are ${ids.length} ids; there may be ${MOST_LENT}.`, { path: 'ids' })
      }
      const rows = await prisma.attempt.findMany({
        where: { taskId: { in: ids.filter(isUuid) }, credentialId },
        select: { taskId: true },
        distinct: ['taskId'],
      })
      return rows.map(({ taskId }) => taskId)
    },

    /** What an attempt reported so far, and what it answered. */
    workOf: async (
      attemptId: string,
    ): Promise<{ steps: readonly TraceStep[]; result: unknown; trace: Trace | null }> => {
      const { steps, result, trace } = await prisma.attempt.findUniqueOrThrow({
        where: { id: attemptId },
        select: { steps: true, result: true, trace: true },
      })
      return { steps: steps as unknown as TraceStep[], result, trace: trace as Trace | null }
    },

    /**
     * The types of all tasks, the first by name: from one type to the next by the index, however many tasks each has.
     * Throws BadUserInputError.
     */
    findTaskTypes: async (first: number): Promise<string[]> => {
      if (first < 1 || first > MOST_TYPES) {
        throw new BadUserInputError(`first is ${first}; it may be 1 to ${MOST_TYPES}.`, { path: 'first' })
      }
      const rows = await prisma.$queryRawUnsafe<{ type: string }[]>(
        `with recursive next (type) as (
           (select type from task.task order by type limit 1)
           union all
           select (select t.type from task.task t where t.type > next.type order by t.type limit 1)
           from next where next.type is not null
         )
         select type from next where type is not null limit $1::integer`,
        first,
      )
      return rows.map(({ type }) => type)
    },

    findFinished: (page: Parameters<typeof findFinished>[1]) => findFinished(prisma, page),
    countFinished: (before: Date | null) => countFinished(prisma, before),

    /** How many tasks wait for one of these skills, counted up to 1,000. */
    countAvailable: async (skills: readonly string[]): Promise<number> => {
      const [row] = await prisma.$queryRawUnsafe<{ count: number }[]>(
        `select count(*)::integer as count from (
           select 1 from task.task
           where state = 'DIRECTED' and type = any($1::text[])
           limit 1000
         ) as waiting`,
        [...skills],
      )
      return row?.count ?? 0
    },
  }
}
