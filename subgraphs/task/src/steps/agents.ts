import { ForbiddenError } from '@mothership/platform/errors'
import type { Identity } from '@mothership/platform/identity'
import type { Peers } from '@mothership/platform/peers'
import type { Logger } from '@mothership/platform/telemetry'
import { sleep } from '@mothership/platform/time'
import { AgentOfDocument } from '../generated/agent-documents.ts'
import type { Taker } from '../store/lending.ts'

/** An agent that asks for work. */
interface KnownAgent extends Taker {
  /** It takes no new work: it finishes what it has, or it is away. */
  readonly isDraining: boolean
}

/** The agents behind the callers, as the agent subgraph knows them. */
export interface AgentDirectory {
  /** Asks anew. Throws ForbiddenError where the caller has not registered. */
  find(caller: Identity): Promise<KnownAgent>
  /** As known a second ago, else anew. */
  recall(caller: Identity): Promise<KnownAgent>
  /** Whether the caller is to finish and leave, as known a second ago: a hold never fails for not knowing. */
  isDraining(caller: Identity): Promise<boolean>
}

const FRESH_MILLISECONDS = 1_000
/** What a hold waits for the agent subgraph. */
const PATIENCE_MILLISECONDS = 500
const MAX_KNOWN = 10_000

export const createAgentDirectory = (options: { peers: Peers; logger: Logger }): AgentDirectory => {
  const { peers, logger } = options
  const known = new Map<string, { agent: KnownAgent; at: number }>()

  const remember = (key: string, agent: KnownAgent): KnownAgent => {
    known.delete(key)
    known.set(key, { agent, at: performance.now() })
    const [oldest] = known.keys()
    if (known.size > MAX_KNOWN && oldest !== undefined) known.delete(oldest)
    return agent
  }
  const find = async (caller: Identity): Promise<KnownAgent> => {
    const { subject, instance } = caller
    const { agentOf: agent } = await peers.agent(
      AgentOfDocument,
      { credentialId: subject, instance: instance ?? null },
      caller,
    )
    if (!agent) throw new ForbiddenError('No agent of your credential and instance is registered: registerAgent first.')
    const isDraining = agent.state === 'DRAINING' || agent.state === 'OFFLINE'
    const found: KnownAgent = {
      agentId: agent.id,
      credentialId: subject,
      skills: agent.skills.map(({ id }) => id),
      concurrency: agent.concurrency,
      isDraining,
    }
    return remember(keyOf(caller), found)
  }
  const recall = async (caller: Identity): Promise<KnownAgent> => {
    const last = known.get(keyOf(caller))
    return last && performance.now() - last.at < FRESH_MILLISECONDS ? last.agent : find(caller)
  }
  return {
    find,
    recall,
    isDraining: async (caller) => {
      const last = known.get(keyOf(caller))?.agent.isDraining ?? false
      const asked = recall(caller).then(
        ({ isDraining }) => isDraining,
        (error: unknown) => {
          logger.warn({ error }, 'an agent holds its task, and nobody knows whether it should drain')
          return last
        },
      )
      return Promise.race([asked, sleep(PATIENCE_MILLISECONDS).then(() => last)])
    },
  }
}

const keyOf = ({ subject, instance }: Identity): string => JSON.stringify([subject, instance ?? null])
