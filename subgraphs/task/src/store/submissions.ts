import { databaseNow } from '@mothership/platform/database'
import { BadUserInputError, ConflictError } from '@mothership/platform/errors'
import { canonicalJson } from '@mothership/platform/json'
import { sha256 } from '../domain/content.ts'
import type { Decision } from '../domain/decision.ts'
import { submit, type Submission } from '../domain/lifecycle.ts'
import type { Task } from '../domain/task.ts'
import { toDraft } from '../events.ts'
import { lockTask, settle, type Writer } from './changes.ts'
import type { Tx } from './client.ts'
import { Counting, hasManyPlaces, lockCounting } from './unfinished.ts'

/** What came of a submission. */
type Kept = { readonly kind: 'created'; readonly task: Task } | { readonly kind: 'existing'; readonly id: string }

/** A submission with its input, and the hash of both that matters. */
interface Request {
  readonly submission: Submission
  readonly input: unknown
  readonly inputHash: string
}

/** How tasks come to be unfinished: submitted, or retried by a person. */
export const submissionStore = (options: {
  writer: Writer
  findTasks: (ids: readonly string[]) => Promise<Task[]>
  /** Of one person, at a time. */
  mostUnfinished: number
}) => {
  const { writer, findTasks, mostUnfinished } = options

  /** Null: so few places are free that they must be counted alone. `counting` null: any number may be unfinished. */
  const keep = async (request: Request, counting: Counting | null): Promise<Kept | null> => {
    const { submission, input, inputHash } = request
    const { submittedBy } = submission
    let kept: Kept | null = null
    await writer.write(async (tx, append) => {
      kept = null
      if (counting) await lockCounting(tx, submittedBy, counting)
      const found = await findByKey(tx, request)
      if (found !== undefined) kept = { kind: 'existing', id: found }
      if (found !== undefined) return []
      const now = await databaseNow(tx)
      assertInFuture(submission.deadline, now)
      const hasMany = counting === null || (await hasManyPlaces(tx, submittedBy, mostUnfinished))
      if (!hasMany && counting !== Counting.ALONE) return []
      const { task, event } = submit(submission, now)
      if (!(await insertTask(tx, task, input, inputHash))) {
        const faster = await findByKey(tx, request)
        if (faster === undefined) throw new Error(`task ${task.id} was not kept, and no other has its key`)
        kept = { kind: 'existing', id: faster }
        return []
      }
      await append([toDraft(task.id, event)])
      kept = { kind: 'created', task }
      return [task]
    })
    return kept
  }

  return {
    /**
     * Keeps a new task. The same idempotency key of the same submitter with the same type and input answers the task
     * that is there. Throws ConflictError for another input, BadUserInputError for a deadline that has passed, and, where
     * it `isBounded`, RateLimitedError for one unfinished task too many.
     */
    submit: async (submission: Submission, input: unknown, { isBounded = true } = {}): Promise<Task> => {
      const request = { submission, input, inputHash: sha256(canonicalJson([submission.type, input])) }
      const kept = (await keep(request, isBounded ? Counting.TOGETHER : null)) ?? (await keep(request, Counting.ALONE))
      if (kept?.kind === 'created') return kept.task
      const [task] = kept ? await findTasks([kept.id]) : []
      if (!task) throw new Error(`task ${kept?.id} of an idempotency key is gone`)
      return task
    },

    /** A transition that makes a finished task unfinished. Throws RateLimitedError where it `isBounded` and is one too many. */
    retry: async (
      id: string,
      decide: (task: Task, now: Date) => Decision,
      { isBounded = true } = {},
    ): Promise<Task> => {
      const [task] = await writer.write(async (tx, append) => {
        const { task: before, now } = await lockTask(tx, id)
        const decision = decide(before, now)
        if (decision.kind === 'changed' && isBounded) {
          await lockCounting(tx, before.submittedBy, Counting.ALONE)
          await hasManyPlaces(tx, before.submittedBy, mostUnfinished)
        }
        return [await settle(tx, append, before, decision)]
      })
      if (!task) throw new Error(`task ${id} came back from its retry as nothing`)
      return task
    },
  }
}

/** The id of the submitter's task of that key. Throws ConflictError where it was submitted with another input. */
const findByKey = async (tx: Tx, { submission, inputHash }: Request): Promise<string | undefined> => {
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
