import { Role, roleIncludes, type Identity } from '@mothership/platform/identity'
import { defineSubgraph } from '@mothership/platform/subgraph'
import { disposeAll, once } from '@mothership/platform/time'
import DataLoader from 'dataloader'
import type { Context } from './context.ts'
import type { Task } from './domain/task.ts'
import { isOwner } from './domain/visibility.ts'
import { resolvers } from './resolvers/resolvers.ts'
import { createAgentDirectory } from './steps/agents.ts'
import { createAssignments } from './steps/assignments.ts'
import { runSteps } from './steps/runner.ts'
import type { TaskContent } from './store/reads.ts'
import { createTaskStore, type TaskStore } from './store.ts'

/** Tasks: their state machine, their events, their steps, and the leases under which agents do them. */
export const taskSubgraph = defineSubgraph<Context>({
  name: 'task',
  schema: new URL('../schema.graphql', import.meta.url),
  start: async (runtime) => {
    const { events, bus, logger } = runtime
    const store = createTaskStore(runtime)
    const agents = createAgentDirectory(runtime)
    const assignments = createAssignments({ ...runtime, store, agents })
    const stopSteps = await runSteps({ ...runtime, store })
    const stopRevoking = store.followAgents()
    return {
      resolvers,
      context: (request) => ({
        ...request,
        store,
        events,
        bus,
        assignments,
        agents,
        logger,
        tasks: taskLoader(store),
        contents: contentLoader(store),
        maySee: (task) => seesAll(request.identity) || isOwner(task, request.identity),
      }),
      ready: async () => null,
      dispose: once(() => disposeAll([stopRevoking, stopSteps])),
    }
  },
})

const seesAll = ({ role }: Identity): boolean => role === Role.SERVICE || roleIncludes(role, Role.OPERATOR)

const taskLoader = (store: TaskStore): DataLoader<string, Task | null> =>
  new DataLoader(
    async (ids) => {
      const found = new Map((await store.findTasks(ids)).map((task) => [task.id, task]))
      return ids.map((id) => found.get(id) ?? null)
    },
    { cache: false },
  )

const contentLoader = (store: TaskStore): DataLoader<Task, TaskContent> =>
  new DataLoader(
    async (tasks) => {
      const contents = await store.contentsOf(tasks)
      return tasks.map(({ id }) => contents.get(id) ?? new Error(`task ${id} has no content`))
    },
    { cache: false },
  )
