import type { Logger } from 'pino'
import type { Agent } from './agent.ts'
import { backoff, persist } from './backoff.ts'
import type { Clock } from './clock.ts'
import { isPassing, MothershipFault } from './failure.ts'
import {
  HeartbeatDocument,
  type HeartbeatMutation,
  RegisterAgentDocument,
  SignOffAgentDocument,
} from './generated/documents.ts'
import type { Mothership } from './mothership.ts'

/** A registered agent whose heart beats. */
export interface Heart {
  readonly agentId: string
  /** Tells the mothership that the agent leaves, as well as may be, and stops. */
  stop(): Promise<void>
}
export interface HeartOptions {
  agent: Agent
  instance: string
  mothership: Mothership
  clock: Clock
  logger: Logger
  load: () => number
  onHold: (hold: HeartbeatMutation['heartbeat']) => void
  /** The mothership will have nothing more to do with this agent. */
  onRefused: (error: unknown) => void
  /** Aborts an attempt to register that goes on for ever. */
  ending: AbortSignal
}

const FAREWELL_MILLISECONDS = 2_000

/** Registers, however long the mothership is away, and keeps the agent alive from there. Throws what refuses it. */
export const startHeart = async (options: HeartOptions): Promise<Heart> => {
  const { agent, mothership, clock, logger, ending } = options
  const stopping = new AbortController()
  const register = (): Promise<string> =>
    persist(() => registerOnce(options), {
      clock,
      signal: ending,
      onFailure: (error) => logger.warn({ error: String(error) }, 'the registration did not arrive; again'),
    })
  let agentId = await register()

  const beat = async (): Promise<number> => {
    const { heartbeat } = await mothership.ask(HeartbeatDocument, { agentId, load: options.load() })
    agent.config = heartbeat.config as Record<string, unknown>
    options.onHold(heartbeat)
    return heartbeat.heartbeatMilliseconds
  }
  const loop = (async () => {
    for (let failures = 0; !stopping.signal.aborted;) {
      let wait: number
      try {
        wait = await beat()
        failures = 0
      } catch (error) {
        if (error instanceof MothershipFault && error.code === 'NOT_FOUND') {
          agentId = await register()
        } else if (!isPassing(error)) {
          return options.onRefused(error)
        }
        logger.warn({ error: String(error) }, 'a heartbeat did not arrive')
        wait = backoff(failures++)
      }
      await clock.sleep(wait, stopping.signal)
    }
  })().catch(options.onRefused)
  return {
    get agentId() {
      return agentId
    },
    stop: async () => {
      stopping.abort()
      const farewell = mothership.ask(SignOffAgentDocument, { agentId }).catch(() => undefined)
      const patience = new AbortController()
      await Promise.race([Promise.all([farewell, loop]), clock.sleep(FAREWELL_MILLISECONDS, patience.signal)])
      patience.abort()
    },
  }
}

const registerOnce = async ({ agent, instance, mothership, logger }: HeartOptions): Promise<string> => {
  const { name, version, skills, concurrency, configSchema } = agent
  const { registerAgent } = await mothership.ask(RegisterAgentDocument, {
    input: { name, version, instance, skills: [...skills], concurrency, configSchema },
  })
  agent.config = registerAgent.config as Record<string, unknown>
  logger.info({ agentId: registerAgent.id, restarts: registerAgent.restarts }, 'registered')
  return registerAgent.id
}
