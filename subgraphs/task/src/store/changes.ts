import { isUuid } from '@mothership/platform/uuid'
import { BadUserInputError, ConflictError, NotFoundError, StaleAssignmentError } from '@mothership/platform/errors'
import type { EventDraft, EventLog } from '@mothership/platform/events'
import type { Bus } from '@mothership/platform/bus'
import { assertNever } from '../domain/state.ts'
import type { Decision } from '../domain/decision.ts'
import { nextStepAt } from '../domain/steps.ts'
import type { Attempt, Task } from '../domain/task.ts'
import { toDraft, Topic } from '../events.ts'
import type { OwnTables, Tx } from './client.ts'
import {
  ATTEMPT_COLUMNS,
  attemptRecord,
  SAVE_ATTEMPTS,
  TASK_COLUMNS,
  taskRecord,
  toAttempt,
  toTask,
  UPDATE_TASKS,
  type AttemptRow,
  type TaskRow,
} from './rows.ts'

export type Append = (drafts: readonly EventDraft[]) => Promise<void>
type Changed = Extract<Decision, { kind: 'changed' }>

/** A task under its row's lock, with the database's time. */
export interface Locked {
  readonly task: Task
  readonly now: Date
}

const noTask = (id: string): NotFoundError => new NotFoundError(`There is no task ${id}.`, { id })

const LOCK = `select ${TASK_COLUMNS}, clock_timestamp() as now from task.task t where t.id = $1::uuid for update`
const LOCK_BY_ATTEMPT = `select ${TASK_COLUMNS}, clock_timestamp() as now from task.task t
  where t.id = (select task_id from task.attempt where id = $1::uuid) for update`
// In a statement of its own: one that waits for the task's lock would show its attempts as they were before.
const ATTEMPTS = `select ${ATTEMPT_COLUMNS} from task.attempt a where a.id in ($1::uuid, $2::uuid)`

/** Locks a task. Throws NotFoundError. */
export const lockTask = async (tx: Tx, id: string): Promise<Locked> => {
  const [row] = isUuid(id) ? await tx.$queryRawUnsafe<(TaskRow & { now: Date })[]>(LOCK, id) : []
  if (!row) throw noTask(id)
  const { now, ...facts } = row
  const attempts = facts.attemptId ? await readAttempts(tx, facts.attemptId, facts.attemptId) : []
  return { task: toTask(facts, attempts[0] ?? null), now }
}

/** Locks the task of an attempt, which may be over; null where there is no such attempt. */
export const lockByAttempt = async (tx: Tx, attemptId: string): Promise<(Locked & { attempt: Attempt }) | null> => {
  const [row] = isUuid(attemptId)
    ? await tx.$queryRawUnsafe<(TaskRow & { now: Date })[]>(LOCK_BY_ATTEMPT, attemptId)
    : []
  if (!row) return null
  const { now, ...facts } = row
  const attempts = await readAttempts(tx, attemptId, facts.attemptId ?? attemptId)
  const attempt = attempts.find(({ id }) => id === attemptId)
  if (!attempt) return null
  return { task: toTask(facts, attempts.find(({ id }) => id === facts.attemptId) ?? null), attempt, now }
}

const readAttempts = async (tx: Tx, one: string, other: string): Promise<Attempt[]> =>
  (await tx.$queryRawUnsafe<AttemptRow[]>(ATTEMPTS, one, other)).map(toAttempt)

/** Writes decisions and their events; the rows are locked. */
export const writeChanges = async (tx: Tx, append: Append, changes: readonly Changed[]): Promise<void> => {
  if (changes.length === 0) return
  const attempts = changes.flatMap(({ attempt }) => (attempt ? [attemptRecord(attempt)] : []))
  if (attempts.length > 0) await tx.$executeRawUnsafe(SAVE_ATTEMPTS, JSON.stringify(attempts))
  await tx.$executeRawUnsafe(UPDATE_TASKS, JSON.stringify(changes.map(({ task }) => taskRecord(task))))
  await append(changes.flatMap(({ task, events }) => events.map((event) => toDraft(task.id, event))))
}

/** What a decision comes to. Throws where it refuses. */
export const settle = async (tx: Tx, append: Append, before: Task, decision: Decision): Promise<Task> => {
  switch (decision.kind) {
    case 'unchanged':
      return before
    case 'refused':
      throw new REFUSALS[decision.code](decision.message, decision.path === undefined ? {} : { path: decision.path })
    case 'changed':
      await writeChanges(tx, append, [decision])
      return decision.task
    default:
      return assertNever(decision)
  }
}

const REFUSALS = {
  CONFLICT: ConflictError,
  STALE_ASSIGNMENT: StaleAssignmentError,
  BAD_USER_INPUT: BadUserInputError,
}

/** Transactions on tasks that, once committed, say "look" to whom they concern. */
export interface Writer {
  write(work: (tx: Tx, append: Append) => Promise<Task[]>): Promise<Task[]>
  /** One transition of one task. */
  change(id: string, decide: (task: Task, now: Date) => Decision): Promise<Task>
  /** Called in this process after a commit that made a step due. */
  onStep(listener: () => void): void
}

export const createWriter = (options: { prisma: OwnTables; events: EventLog; bus: Bus }): Writer => {
  const { prisma, events, bus } = options
  const listeners: (() => void)[] = []
  const announce = (tasks: readonly Task[]): void => {
    if (tasks.some((task) => (nextStepAt(task, task.updatedAt) ?? NEVER) <= task.updatedAt)) {
      for (const listener of listeners) listener()
      void bus.publish(Topic.STEPS, null)
    }
    if (tasks.some(({ state }) => QUEUE_STATES.has(state))) void bus.publish(Topic.QUEUE, null)
  }
  const write: Writer['write'] = async (work) => {
    const tasks = await events.write(prisma, work)
    announce(tasks)
    return tasks
  }
  return {
    write,
    change: async (id, decide) => {
      const [task] = await write(async (tx, append) => {
        const { task: before, now } = await lockTask(tx, id)
        return [await settle(tx, append, before, decide(before, now))]
      })
      if (!task) throw noTask(id)
      return task
    },
    onStep: (listener) => void listeners.push(listener),
  }
}

const NEVER = new Date(8.64e15)
/** A task that is in one of these has just entered or left the queue, or is soon to. */
const QUEUE_STATES = new Set(['DIRECTED', 'ASSIGNED', 'CANCELLED', 'FAILED'])
