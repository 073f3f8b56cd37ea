import type { Runtime } from '@mothership/platform/subgraph'
import { databaseNow } from '@mothership/platform/database'
import { BadUserInputError, ConflictError } from '@mothership/platform/errors'
import { canonicalJson } from '@mothership/platform/json'
import type { Disposer } from '@mothership/platform/time'
import { PrismaClient } from '@mothership/prisma'
import { sha256, type Trace, type TraceStep } from './domain/content.ts'
import type { Decision } from './domain/decision.ts'
import { submit, type Submission } from './domain/lifecycle.ts'
import type { Attempt, Task } from './domain/task.ts'
import { agentLost, Stream, toDraft } from './events.ts'
import { createWriter } from './store/changes.ts'
import type { OwnTables, Tx } from './store/client.ts'
import { changeHeld, completeTask, holdTask, takeTasks, type Claim, type Taker } from './store/lending.ts'
import { taskReads } from './store/reads.ts'
import { stepStore } from './store/steps.ts'

export type TaskStore = ReturnType<typeof createTaskStore>

/** The only way to the tasks. */
export const createTaskStore = ({ database, events, bus }: Pick<Runtime, 'database' | 'events' | 'bus'>) => {
  const prisma: OwnTables = database.client(PrismaClient)
  const writer = createWriter({ prisma, events, bus })
  const reads = taskReads(prisma)
  const steps = stepStore(prisma, writer)
  return {
    ...reads,
    takeSteps: steps.takeSteps,
    renewSteps: steps.renewSteps,
    postpone: steps.postpone,
    letTimePass: steps.letTimePass,
    revokeLeases: steps.revokeLeases,
    change: writer.change,
    onStep: writer.onStep,

    /**
     * Keeps a new task. The same idempotency key of the same submitter with the same type and input answers the task
     * that is there. Throws ConflictError for another input, BadUserInputError for a deadline that has passed.
     */
    submit: async (submission: Submission, input: unknown): Promise<Task> => {
      const inputHash = sha256(canonicalJson([submission.type, input]))
      let existing: string | undefined
      const [created] = await writer.write(async (tx, append) => {
        existing = await findByKey(tx, submission, inputHash)
        if (existing !== undefined) return []
        const now = await databaseNow(tx)
        assertInFuture(submission.deadline, now)
        const { task, event } = submit(submission, now)
        if (!(await insertTask(tx, task, input, inputHash))) {
          existing = await findByKey(tx, submission, inputHash)
          return []
        }
        await append([toDraft(task.id, event)])
        return [task]
      })
      if (created) return created
      const [task] = await reads.findTasks(existing === undefined ? [] : [existing])
      if (!task) throw new Error(`task ${existing} of an idempotency key is gone`)
      return task
    },

    take: (taker: Taker, max: number): Promise<{ task: Task; token: string }[]> => takeTasks(writer, taker, max),

    /** Ends what an agent held as soon as it registers again or goes away. */
    followAgents: (): Disposer =>
      events.consume<Tx>({
        name: 'task.leases',
        stream: Stream.AGENT,
        client: prisma,
        handle: (tx, news) =>
          steps.revokeLeases(
            tx,
            news.flatMap((event) => agentLost(event) ?? []),
          ),
      }),

    /** A transition by the agent that holds the task. Throws StaleAssignmentError. */
    changeHeld: (
      claim: Claim,
      decide: (task: Task, attempt: Attempt, now: Date) => Decision,
    ): Promise<{ task: Task; attempt: Attempt }> => changeHeld(writer, claim, decide),

    hold: (
      claim: Claim,
      report: { progress: number | null; message: string | null; steps: readonly TraceStep[] },
    ): Promise<{ task: Task; attempt: Attempt }> => holdTask(writer, claim, report),

    complete: (
      claim: Claim,
      answer: { result: unknown; trace: Trace | null },
    ): Promise<{ task: Task; attempt: Attempt }> => completeTask(writer, claim, answer),
  }
}

/** The id of the submitter's task of that key. Throws ConflictError where it was submitted with another input. */
const findByKey = async (tx: Tx, submission: Submission, inputHash: string): Promise<string | undefined> => {
  const { submittedBy, idempotencyKey } = submission
  if (idempotencyKey === null) return undefined
  const found = await tx.task.findUnique({
    where: { submittedBy_idempotencyKey: { submittedBy, idempotencyKey } },
    select: { id: true, inputHash: true },
  })
  if (found && found.inputHash !== inputHash) {
    throw new ConflictError(
      `You have submitted another task under the idempotency key ${JSON.stringify(idempotencyKey)}: use a new key for a new input.`,
      { path: 'input.idempotencyKey', taskId: found.id },
    )
  }
  return found?.id
}

const assertInFuture = (deadline: Date | null, now: Date): void => {
  if (deadline === null || deadline > now) return
  throw new BadUserInputError(`The deadline ${deadline.toISOString()} has passed: it is ${now.toISOString()}.`, {
    path: 'input.deadline',
  })
}

/** False where another submission of the same key was faster. */
const insertTask = async (tx: Tx, task: Task, input: unknown, inputHash: string): Promise<boolean> => {
  const count = await tx.$executeRawUnsafe(
    `insert into task.task (id, type, input, input_hash, priority, state, max_attempts, submitted_by, idempotency_key,
       deadline, correlation_id, version, next_step_at, created_at, updated_at)
     values ($1::uuid, $2, $3::jsonb, $4, $5::integer, $6, $7::integer, $8, $9, $10::timestamptz, $11, $12::integer,
       $13::timestamptz, $13::timestamptz, $13::timestamptz)
     on conflict (submitted_by, idempotency_key) do nothing`,
    task.id,
    task.type,
    JSON.stringify(input),
    inputHash,
    task.priority,
    task.state,
    task.maxAttempts,
    task.submittedBy,
    task.idempotencyKey,
    task.deadline?.toISOString() ?? null,
    task.correlationId,
    task.version,
    task.createdAt.toISOString(),
  )
  return count === 1
}
