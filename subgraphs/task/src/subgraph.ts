import { Role, roleIncludes, type Identity } from '@mothership/platform/identity'
import { createLargeReads } from '@mothership/platform/large-reads'
import { defineSubgraph, type SubgraphDefinition } from '@mothership/platform/subgraph'
import { disposeAll, once } from '@mothership/platform/time'
import type { Context } from './context.ts'
import { isOwner } from './domain/visibility.ts'
import { readTaskSettings, type TaskSettings } from './environment.ts'
import { createLoaders } from './loaders.ts'
import { resolvers } from './resolvers/resolvers.ts'
import { createAgentDirectory } from './steps/agents.ts'
import { createAssignments } from './steps/assignments.ts'
import { runSteps } from './steps/runner.ts'
import { createTaskStore } from './store.ts'

/** The task subgraph. `settings` are asked for when it starts, and throw StartError where they are wrong. */
export const createTaskSubgraph = (options: { settings: () => TaskSettings }): SubgraphDefinition<Context> =>
  defineSubgraph<Context>({
    name: 'task',
    schema: new URL('../schema.graphql', import.meta.url),
    start: async (runtime) => {
      const { events, bus, logger } = runtime
      const store = createTaskStore(runtime, options.settings())
      const agents = createAgentDirectory(runtime)
      const assignments = createAssignments({ ...runtime, store, agents })
      const readLarge = createLargeReads()
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
          loaders: createLoaders(store, request.identity, readLarge(request.answer)),
          maySee: (task) => seesAll(request.identity) || isOwner(task, request.identity),
        }),
        ready: async () => null,
        dispose: once(() => disposeAll([stopRevoking, stopSteps])),
      }
    },
  })

/** Tasks: their state machine, their events, their steps, and the leases under which agents do them. */
export const taskSubgraph = createTaskSubgraph({ settings: () => readTaskSettings() })

const seesAll = ({ role }: Identity): boolean => role === Role.SERVICE || roleIncludes(role, Role.OPERATOR)
