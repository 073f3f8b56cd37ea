import { listen } from '@mothership/platform/http'
import { createPeers } from '@mothership/platform/peers'
import { silently, type Tell } from '@mothership/platform/progress'
import { createLogger, type Logger } from '@mothership/platform/telemetry'
import { disposeAll, once, type Disposer } from '@mothership/platform/time'
import { type GatewayEnvironment } from './environment.ts'
import type { Fleet } from './fleet.ts'
import { RegisteredAgentsDocument, RotateAgentCredentialDocument } from './generated/agent-documents.ts'
import { createGatewayServer } from './server.ts'
import { superviseMathAgent } from './supervisor.ts'

export interface Gateway {
  readonly port: number
  /** Where people open it. */
  readonly address: string
  /** An address that signs `admin` in once; null where it would end up in a log. */
  readonly signInLink: string | null
  readonly isEmbedded: boolean
  /** Null where it can serve, else what it waits for. */
  ready(): Promise<string | null>
  dispose: Disposer
}

/** The credential under which the supervised math agent runs, and its one instance. */
const SUPERVISED = { name: 'math (supervised)', instance: 'supervised', skill: 'math.solve' }

/** Starts the gateway: with the four subgraphs and the math agent around it, or in front of those that run elsewhere. */
export const startGateway = async (environment: GatewayEnvironment, tell: Tell = silently): Promise<Gateway> => {
  const logger = createLogger({ name: 'gateway', level: environment.logLevel })
  const disposers: Disposer[] = []
  const dispose = once(() => disposeAll(disposers.toReversed()))
  try {
    const fleet = await startFleet(environment, logger, tell)
    disposers.push(fleet.dispose)
    const startedAt = new Date()
    const isEmbedded = environment.topology.mode === 'embedded'
    const ready = async (): Promise<string | null> =>
      (await fleet.ready()) ?? (isEmbedded ? waitingForAgent(fleet, startedAt) : null)
    const server = await createGatewayServer({
      fleet,
      redisUrl: environment.redisUrl,
      tokenSeconds: environment.tokenSeconds,
      trustedProxies: environment.trustedProxies,
      logger,
      ready,
    })
    disposers.push(server.dispose)
    await server.accounts.ensureAdmin(environment.adminPassword)
    const port = await listen(server.app, { host: environment.host, port: environment.port })
    if (isEmbedded) disposers.push(startSupervisor(fleet, port, environment, logger))
    const address = environment.publicUrl ?? `http://localhost:${port}`
    const signInLink = isEmbedded ? `${address}/sign-in#code=${server.accounts.issueSignInCode()}` : null
    return { port, address, signInLink, isEmbedded, ready, dispose }
  } catch (error) {
    await dispose()
    throw error
  }
}

const startFleet = async (environment: GatewayEnvironment, logger: Logger, tell: Tell): Promise<Fleet> => {
  const { topology } = environment
  if (topology.mode === 'distributed') {
    const { connectDistributed } = await import('./distributed.ts')
    return connectDistributed({ ...environment, topology, logger, tell })
  }
  const { startEmbedded } = await import('./embedded.ts')
  return startEmbedded({ ...environment, logger, tell })
}

const startSupervisor = (
  fleet: Fleet,
  port: number,
  { logLevel, path }: GatewayEnvironment,
  logger: Logger,
): Disposer => {
  const peers = createPeers('gateway', (name) => fleet.clients[name])
  return superviseMathAgent({
    logger,
    logLevel,
    path,
    issueCredential: async () => {
      const { rotateAgentCredential } = await peers.agent(
        RotateAgentCredentialDocument,
        { name: SUPERVISED.name },
        null,
      )
      return { url: `http://127.0.0.1:${port}`, secret: rotateAgentCredential.secret, instance: SUPERVISED.instance }
    },
  })
}

const waitingForAgent = async (fleet: Fleet, startedAt: Date): Promise<string | null> => {
  const peers = createPeers('gateway', (name) => fleet.clients[name])
  const { agents } = await peers.agent(RegisteredAgentsDocument, { skill: SUPERVISED.skill }, null)
  const isRegistered = agents.nodes.some(
    ({ state, lastSeenAt }) => state !== 'OFFLINE' && new Date(lastSeenAt) >= startedAt,
  )
  return isRegistered ? null : 'the math agent'
}
