import { agentSubgraph } from '@mothership/agent/subgraph'
import { directiveSubgraph } from '@mothership/directive/subgraph'
import { ontologySubgraph } from '@mothership/ontology/subgraph'
import type { Tell } from '@mothership/platform/progress'
import { openFoundation, startOn } from '@mothership/platform/runtime'
import type { RunningSubgraph, SubgraphDefinition } from '@mothership/platform/subgraph'
import type { SubgraphName } from '@mothership/platform/subgraph-client'
import type { Logger } from '@mothership/platform/telemetry'
import { disposeAll, once } from '@mothership/platform/time'
import { taskSubgraph } from '@mothership/task/subgraph'
import type { Fleet } from './fleet.ts'

/** Starts the four subgraphs in this process; they and the gateway call each other without a socket. */
export const startEmbedded = async (options: {
  data: string
  databaseUrl: string | undefined
  redisUrl: string | undefined
  logger: Logger
  tell: Tell
}): Promise<Fleet> => {
  const { data, databaseUrl, redisUrl, logger, tell } = options
  const foundation = await openFoundation({ databaseUrl, redisUrl, folder: data, logger, tell })
  const running = new Map<SubgraphName, RunningSubgraph>()
  const started: RunningSubgraph[] = []
  const start = async <D extends SubgraphDefinition<never>>(definition: D): Promise<RunningSubgraph> => {
    const subgraph = await startOn(foundation, definition, (name) => running.get(name))
    running.set(definition.name, subgraph)
    started.push(subgraph)
    return subgraph
  }
  // Those that work in the background end first, while the ones that they ask still answer.
  const dispose = once(() =>
    disposeAll([...started.toReversed().map((subgraph) => subgraph.dispose), foundation.dispose]),
  )
  try {
    const clients = {
      directive: await start(directiveSubgraph as SubgraphDefinition<never>),
      ontology: await start(ontologySubgraph as SubgraphDefinition<never>),
      agent: await start(agentSubgraph as SubgraphDefinition<never>),
      task: await start(taskSubgraph as SubgraphDefinition<never>),
    }
    const ready = async (): Promise<string | null> => {
      for (const subgraph of started) {
        const waiting = await subgraph.ready()
        if (waiting !== null) return `${subgraph.name}: ${waiting}`
      }
      return null
    }
    return { foundation, clients, ready, dispose }
  } catch (error) {
    await dispose()
    throw error
  }
}
