import type { Runtime } from '@mothership/platform/subgraph'
import type { Disposer } from '@mothership/platform/time'
import { PrismaClient } from '@mothership/prisma'
import type { Trace, TraceStep } from './domain/content.ts'
import type { Decision } from './domain/decision.ts'
import type { Attempt, Task } from './domain/task.ts'
import type { TaskSettings } from './environment.ts'
import { agentLost, Stream } from './events.ts'
import { createWriter } from './store/changes.ts'
import type { OwnTables, Tx } from './store/client.ts'
import { changeHeld, completeTask, holdTask, takeTasks, type Claim, type Taker } from './store/lending.ts'
import { taskReads } from './store/reads.ts'
import { stepStore } from './store/steps.ts'
import { submissionStore } from './store/submissions.ts'

export type TaskStore = ReturnType<typeof createTaskStore>

/** The only way to the tasks. */
export const createTaskStore = (
  { database, events, bus }: Pick<Runtime, 'database' | 'events' | 'bus'>,
  { mostUnfinished }: TaskSettings,
) => {
  const prisma: OwnTables = database.client(PrismaClient)
  const writer = createWriter({ prisma, events, bus })
  const reads = taskReads(prisma)
  const steps = stepStore(prisma, writer)
  return {
    ...reads,
    ...submissionStore({ writer, findTasks: reads.findTasks, mostUnfinished }),
    takeSteps: steps.takeSteps,
    renewSteps: steps.renewSteps,
    postpone: steps.postpone,
    letTimePass: steps.letTimePass,
    revokeLeases: steps.revokeLeases,
    change: writer.change,
    onStep: writer.onStep,

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
