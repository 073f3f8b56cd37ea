import { createIdentitySigner } from '@mothership/platform/identity'
import { connectSubgraph } from '@mothership/platform/remote-subgraph'
import type { Tell } from '@mothership/platform/progress'
import { openFoundation } from '@mothership/platform/runtime'
import type { Logger } from '@mothership/platform/telemetry'
import { disposeAll, once } from '@mothership/platform/time'
import { request } from 'undici'
import type { Topology } from './environment.ts'
import type { Fleet } from './fleet.ts'

const HEALTH_TIMEOUT_MILLISECONDS = 3000

/** Connects to the four subgraphs, each a process of its own. They need not be up yet. */
export const connectDistributed = async (options: {
  topology: Extract<Topology, { mode: 'distributed' }>
  databaseUrl: string | undefined
  redisUrl: string | undefined
  logger: Logger
  tell: Tell
}): Promise<Fleet> => {
  const { topology, databaseUrl, redisUrl, logger, tell } = options
  const foundation = await openFoundation({ databaseUrl, redisUrl, logger, tell })
  const signer = createIdentitySigner(topology.identitySecret)
  const connect = (name: keyof typeof topology.urls) => connectSubgraph({ name, url: topology.urls[name], signer })
  const clients = {
    ontology: connect('ontology'),
    directive: connect('directive'),
    task: connect('task'),
    agent: connect('agent'),
  }
  return {
    foundation,
    clients,
    ready: async () => {
      const waiting = await Promise.all(Object.entries(topology.urls).map(([name, url]) => waitingFor(name, url)))
      return waiting.find((one) => one !== null) ?? null
    },
    dispose: once(() => disposeAll([...Object.values(clients).map((client) => client.dispose), foundation.dispose])),
  }
}

const waitingFor = async (name: string, url: string): Promise<string | null> => {
  try {
    const { statusCode, body } = await request(new URL('/health/ready', url), {
      signal: AbortSignal.timeout(HEALTH_TIMEOUT_MILLISECONDS),
    })
    const answer = (await body.json()) as { for?: string }
    return statusCode === 200 ? null : `${name}: ${answer.for ?? 'not ready'}`
  } catch {
    return `${name}: cannot be reached`
  }
}
