import { nextStepAt, peerStepOf, timePasses } from '../domain/steps.ts'
import type { Task } from '../domain/task.ts'
import type { OverrunReport } from '../domain/verdict.ts'
import type { OwnTables, Tx } from './client.ts'
import { lockTask, settle, type Writer } from './changes.ts'

/** A step that this process may take now. */
export interface DueStep {
  readonly taskId: string
  /** How often it failed since the task last changed. */
  readonly failures: number
}

/** For how long a step is a process's own, unless it says that it is still at it: what a killed process costs. */
const STEP_LEASE_SECONDS = 5

/** The states whose step waits for a peer: those of `peerStepOf`. */
const OF_PEERS = `('SUBMITTED', 'VALIDATING')`

// now() rather than clock_timestamp(): an index serves only what does not change within a statement.
const TAKE = `
  with of_peers as (
    select id from task.task where next_step_at <= now() and state in ${OF_PEERS}
    order by next_step_at limit $1::integer for update skip locked
  ),
  of_time as (
    select id from task.task where next_step_at <= now() and state not in ${OF_PEERS}
    order by next_step_at limit $2::integer for update skip locked
  ),
  due as (select id from of_peers union all select id from of_time)
  update task.task t set next_step_at = clock_timestamp() + make_interval(secs => ${STEP_LEASE_SECONDS})
  from due where t.id = due.id
  returning t.id::text as "taskId", t.step_failures as failures`

const RENEW = `
  update task.task t set next_step_at = clock_timestamp() + make_interval(secs => ${STEP_LEASE_SECONDS})
  from jsonb_to_recordset($1::jsonb) as r (id uuid, version integer)
  where t.id = r.id and t.version = r.version and t.next_step_at is not null`

const POSTPONE = `
  update task.task
  set step_failures = step_failures + 1,
      next_step_at = least(clock_timestamp() + make_interval(secs => $3::double precision / 1000), deadline)
  where id = $1::uuid and version = $2::integer`

/** The steps that the server itself takes: which are due, and until when they are this process's own. */
export const stepStore = (prisma: OwnTables, writer: Writer) => ({
  /** Takes steps that are due, so many of those that wait for a peer and of the others. Each is this process's for 5 s; one that is not renewed by then is taken again. */
  takeSteps: (most: { ofPeers: number; ofTime: number }): Promise<DueStep[]> =>
    prisma.$queryRawUnsafe<DueStep[]>(TAKE, most.ofPeers, most.ofTime),

  /** This process is still at the steps of these tasks, as they were when it took them. */
  renewSteps: async (tasks: readonly Task[]): Promise<void> => {
    if (tasks.length === 0) return
    await prisma.$executeRawUnsafe(RENEW, JSON.stringify(tasks.map(({ id, version }) => ({ id, version }))))
  },

  /** Tries a step again after a while, or at the task's deadline where that comes first. */
  postpone: async (task: Task, milliseconds: number): Promise<void> =>
    void (await prisma.$executeRawUnsafe(POSTPONE, task.id, task.version, milliseconds)),

  /** Does what time alone asks for, else looks again when it next could. `report` is on an attempt that overran. */
  letTimePass: async (id: string, report: OverrunReport | null = null): Promise<void> => {
    await writer.write(async (tx, append) => {
      const { task, now } = await lockTask(tx, id)
      const decision = timePasses(task, now, report)
      if (decision.kind !== 'unchanged') return [await settle(tx, append, task, decision)]
      if (peerStepOf(task) === null)
        await tx.$executeRawUnsafe(RESCHEDULE, id, nextStepAt(task, now)?.toISOString() ?? null)
      return []
    })
  },

  /**
   * Revokes all that these agents held before they registered again or went away, in the transaction of a consumer.
   * The steps that this makes due give the tasks to others.
   */
  revokeLeases: async (tx: Tx, lost: readonly { agentId: string; at: Date }[]): Promise<void> => {
    if (lost.length === 0) return
    // Tasks before attempts, as everywhere: two orders would be a deadlock.
    await tx.$queryRawUnsafe(LOCK_HELD, JSON.stringify(lost.map(({ agentId }) => agentId)))
    const revoked = await tx.$queryRawUnsafe<{ taskId: string }[]>(REVOKE, JSON.stringify(lost))
    if (revoked.length === 0) return
    await tx.$executeRawUnsafe(HURRY, JSON.stringify(revoked.map(({ taskId }) => taskId)))
  },
})

const RESCHEDULE = 'update task.task set next_step_at = $2::timestamptz where id = $1::uuid'
const LOCK_HELD = `
  select t.id::text from task.task t
  where t.id in (
    select a.task_id from task.attempt a
    where a.ended_at is null and a.agent_id in (select jsonb_array_elements_text($1::jsonb))
  )
  order by t.id for update`
const REVOKE = `
  update task.attempt a set revoked_at = clock_timestamp()
  from (
    select "agentId" as agent_id, max(at) as at
    from jsonb_to_recordset($1::jsonb) as r ("agentId" text, at timestamptz) group by 1
  ) as lost
  where a.agent_id = lost.agent_id and a.ended_at is null and a.revoked_at is null and a.assigned_at < lost.at
  returning a.task_id::text as "taskId"`
const HURRY = `
  update task.task set next_step_at = clock_timestamp()
  where id in (select task_id::uuid from jsonb_array_elements_text($1::jsonb) as task_id)`
