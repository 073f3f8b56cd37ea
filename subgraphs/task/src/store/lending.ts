import { randomBytes, randomUUID } from 'node:crypto'
import { databaseNow } from '@mothership/platform/database'
import { StaleAssignmentError } from '@mothership/platform/errors'
import { assertJsonSize, canonicalJson } from '@mothership/platform/json'
import { mergeTrace, sha256, type Trace, type TraceStep } from '../domain/content.ts'
import type { Decision } from '../domain/decision.ts'
import { claim, complete, hold } from '../domain/lending.ts'
import type { Attempt, Task } from '../domain/task.ts'
import type { Tx } from './client.ts'
import { lockByAttempt, settle, writeChanges, type Writer } from './changes.ts'
import { TASK_COLUMNS, toTask, type TaskRow } from './rows.ts'

/** Who takes tasks, as the agent subgraph knows it. */
export interface Taker {
  readonly agentId: string
  readonly credentialId: string
  /** The task types that it can do. */
  readonly skills: readonly string[]
  readonly concurrency: number
}

/** What an agent proves its assignment with: the attempt's id, its token, and the credential that it came with. */
export interface Claim {
  readonly attemptId: string
  readonly token: string
  readonly credentialId: string
}

const CANDIDATES = `
  select ${TASK_COLUMNS} from task.task t
  where t.state = 'DIRECTED' and t.attempts < t.max_attempts
    and t.type = any($1::text[]) and (t.deadline is null or t.deadline > now())
  order by t.priority desc, t.created_at, t.id
  limit $2::integer
  for update of t skip locked`

/** Lends up to `max` tasks, never more than the agent's concurrency allows. Tokens are answered once. */
export const takeTasks = async (
  writer: Writer,
  taker: Taker,
  max: number,
): Promise<{ task: Task; token: string }[]> => {
  const tokens = new Map<string, string>()
  const tasks = await writer.write(async (tx, append) => {
    tokens.clear()
    // Two takes of one agent at a time would each count only what the other has not lent yet.
    await tx.$executeRawUnsafe(`select pg_advisory_xact_lock(hashtextextended($1::text, 0))`, `take:${taker.agentId}`)
    const [held] = await tx.$queryRawUnsafe<{ count: number }[]>(
      `select count(*)::integer as count from task.attempt
       where agent_id = $1::text and ended_at is null and revoked_at is null`,
      taker.agentId,
    )
    const room = Math.min(max, taker.concurrency - (held?.count ?? 0))
    if (room <= 0) return []
    const rows = await tx.$queryRawUnsafe<TaskRow[]>(CANDIDATES, [...taker.skills], room)
    if (rows.length === 0) return []
    const now = await databaseNow(tx)
    const changes = rows.flatMap((row) => {
      const token = randomBytes(32).toString('base64url')
      tokens.set(row.id, token)
      const to = { ...taker, attemptId: randomUUID(), tokenHash: sha256(token) }
      const decision = claim(toTask(row, null), to, now)
      return decision.kind === 'changed' ? [decision] : []
    })
    await writeChanges(tx, append, changes)
    return changes.map(({ task }) => task)
  })
  return tasks.map((task) => ({ task, token: tokens.get(task.id) ?? '' }))
}

const notYours = (claim: Claim): StaleAssignmentError =>
  new StaleAssignmentError(`Assignment ${claim.attemptId} is not yours, or its token is not right: take another.`)

/** Whether a claim is the attempt's. Throws StaleAssignmentError, the same for what is not there and what is another's. */
export const assertHolder = (attempt: Attempt | null | undefined, claim: Claim): Attempt => {
  // Both are hashes: comparing them tells nothing of the token.
  const isHolder = attempt && attempt.credentialId === claim.credentialId && attempt.tokenHash === sha256(claim.token)
  if (!isHolder) throw notYours(claim)
  return attempt
}

/** A transition of a task by the agent that has it, or had it. `write` runs where it changes something. */
export const changeHeld = async (
  writer: Writer,
  claim: Claim,
  decide: (task: Task, attempt: Attempt, now: Date) => Decision,
  write?: (tx: Tx, decision: Decision) => Promise<void>,
): Promise<{ task: Task; attempt: Attempt }> => {
  let attempt: Attempt | undefined
  const [task] = await writer.write(async (tx, append) => {
    const locked = await lockByAttempt(tx, claim.attemptId)
    const before = assertHolder(locked?.attempt, claim)
    if (!locked) throw notYours(claim)
    const decision = decide(locked.task, before, locked.now)
    attempt = decision.kind === 'changed' ? (decision.attempt ?? before) : before
    const after = await settle(tx, append, locked.task, decision)
    if (decision.kind === 'changed') await write?.(tx, decision)
    return [after]
  })
  if (!task || !attempt) throw notYours(claim)
  return { task, attempt }
}

/** Renews a lease and keeps what the agent says. Throws BadUserInputError where its steps, with its plan, outgrow 1 MB. */
export const holdTask = (
  writer: Writer,
  claim: Claim,
  report: { progress: number | null; message: string | null; steps: readonly TraceStep[] },
): Promise<{ task: Task; attempt: Attempt }> => {
  const added = JSON.stringify(report.steps)
  const stepsBytes = report.steps.length === 0 ? 0 : Buffer.byteLength(added)
  return changeHeld(
    writer,
    claim,
    (task, attempt, now) => hold(task, attempt, { ...report, stepsBytes }, now),
    async (tx) => {
      if (report.steps.length === 0) return
      await tx.$executeRawUnsafe(
        'update task.attempt set steps = steps || $2::jsonb where id = $1::uuid',
        claim.attemptId,
        added,
      )
    },
  )
}

/** Keeps a result and the whole trace, once. Throws BadUserInputError where the trace is larger than 1 MB. */
export const completeTask = (
  writer: Writer,
  claim: Claim,
  answer: { result: unknown; trace: Trace | null },
): Promise<{ task: Task; attempt: Attempt }> => {
  const answerHash = sha256(canonicalJson(answer.result))
  return changeHeld(
    writer,
    claim,
    (task, attempt, now) => complete(task, attempt, answerHash, now),
    async (tx) => {
      const [held] = await tx.$queryRawUnsafe<{ plan: string[] | null; steps: TraceStep[] }[]>(
        'select plan, steps from task.attempt where id = $1::uuid',
        claim.attemptId,
      )
      const trace = mergeTrace(held ?? { plan: null, steps: [] }, answer.trace, canonicalJson)
      assertJsonSize(trace, 'trace')
      await tx.$executeRawUnsafe(
        `update task.attempt set result = $2::jsonb, trace = $3::jsonb, steps = '[]' where id = $1::uuid`,
        claim.attemptId,
        JSON.stringify(answer.result),
        JSON.stringify(trace),
      )
    },
  )
}
