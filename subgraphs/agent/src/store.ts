import { randomUUID } from 'node:crypto'
import { BadUserInputError, ForbiddenError, UnauthenticatedError } from '@mothership/platform/errors'
import type { Runtime } from '@mothership/platform/subgraph'
import { isUuid } from '@mothership/platform/uuid'
import { PrismaClient } from '@mothership/prisma'
import {
  type Agent,
  type AgentCaller,
  AgentState,
  deriveState,
  identify,
  SILENCE_MILLISECONDS,
} from './domain/agent.ts'
import type { Registration } from './domain/registration.ts'
import { configProblem } from './domain/schemas.ts'
import { AgentChange, agentEvent } from './events.ts'
import { credentialStore, lockCredential } from './store/credentials.ts'
import { recordTaskNews } from './store/health.ts'
import { agentReads, severalRun } from './store/reads.ts'
import { assertRoom, forgetBeyond, forgetLongAway } from './store/retention.ts'
import { changeAgent, getAgent, noAgent, type OwnTables, settle, toAgent, type Tx } from './store/rows.ts'

/** How many agents one sweep looks at; the next one goes on. */
const SWEEP = 200

export type AgentStore = ReturnType<typeof createAgentStore>

/** The only way to the agents and their credentials. */
export const createAgentStore = ({ database, events }: Pick<Runtime, 'database' | 'events'>) => {
  const prisma: OwnTables = database.client(PrismaClient)
  return {
    ...agentReads(prisma),
    ...credentialStore(prisma, events),

    /**
     * (Credential, instance) is one agent: it comes back as itself, with one restart more. Throws RateLimitedError where
     * the credential has too many.
     */
    register: (caller: AgentCaller, registration: Registration): Promise<Agent> => {
      if (caller.instance !== undefined && caller.instance !== registration.instance) {
        throw new ForbiddenError(
          `Your token is of the instance "${caller.instance}"; it cannot register "${registration.instance}".`,
          { path: 'input.instance' },
        )
      }
      return events.write(prisma, async (tx, append) => {
        await lockCredential(tx, caller.credentialId)
        await assertMayRegister(tx, caller, registration.instance)
        await assertRoom(tx, caller.credentialId, registration.instance)
        const agent = await getAgent(tx, await upsertAgent(tx, caller.credentialId, registration))
        // After its own row, which may be waited for: who holds the rows of others waits for nobody.
        await forgetBeyond(tx, caller.credentialId)
        await append([agentEvent(agent, AgentChange.REGISTERED)])
        return agent
      })
    },

    /**
     * No event, unless it changes the agent's state. Throws where the caller is not that agent, and NotFoundError where
     * what it can do was forgotten: it has to register again.
     */
    heartbeat: async (id: string, load: number, caller: AgentCaller): Promise<Agent> => {
      const agent = await getOwnAgent(prisma, id, caller)
      const [seen] = await prisma.$queryRawUnsafe<{ lastSeenAt: Date }[]>(
        `update agent.agent set last_seen_at = clock_timestamp(), load = $2::float8, has_beaten = true, has_left = false
         where id = $1::uuid and forgotten_at is null returning last_seen_at as "lastSeenAt"`,
        agent.id,
        load,
      )
      if (!seen) throw noAgent(id)
      const beating = { ...agent, load, hasBeaten: true, hasLeft: false, lastSeenAt: seen.lastSeenAt }
      if (deriveState(beating, seen.lastSeenAt) !== agent.state) await settle(prisma, events, [agent.id])
      return beating
    },

    signOff: async (id: string, caller: AgentCaller): Promise<void> => {
      await getOwnAgent(prisma, id, caller)
      await changeAgent(prisma, events, { id, change: AgentChange.OFFLINE, patch: { hasLeft: true } })
    },

    /** Throws BadUserInputError where the agent's own schema refuses the configuration. */
    configure: async (id: string, config: unknown): Promise<Agent> => {
      const agent = await getAgent(prisma, id)
      const problem = configProblem(config, agent.configSchema)
      if (problem) throw new BadUserInputError(problem.message, { path: problem.path })
      const patch = { config: config as Record<string, unknown> }
      return changeAgent(prisma, events, { id, change: AgentChange.CONFIGURED, patch })
    },

    drain: (id: string) =>
      changeAgent(prisma, events, { id, change: AgentChange.DRAINING, patch: { isDraining: true } }),

    resume: (id: string) =>
      changeAgent(prisma, events, {
        id,
        change: AgentChange.RESUMED,
        patch: { isDraining: false, isRestarting: false },
      }),

    restart: (id: string) =>
      changeAgent(prisma, events, { id, change: AgentChange.RESTARTING, patch: { isRestarting: true } }),

    /**
     * Gives every agent the state that time and its tasks have brought it to, with an event where that is news.
     * `minds: 'tasks'` leaves out what time alone brings.
     */
    sweep: async (minds: 'tasks' | 'tasks and time'): Promise<void> => {
      const due = await prisma.$queryRawUnsafe<{ id: string }[]>(DUE[minds], SWEEP)
      if (due.length > 0)
        await settle(
          prisma,
          events,
          due.map(({ id }) => id),
        )
    },

    forgetLongAway: () => forgetLongAway(prisma),

    /** Counts what happens to tasks into the agents that hold them, durably; `onChange` is told after each batch. */
    followTasks: (onChange: () => void) =>
      events.consume({
        name: 'agent.health',
        stream: 'task',
        client: prisma,
        handle: async (tx, stored) => {
          await recordTaskNews(tx, stored)
          onChange()
        },
      }),
  }
}

const TASKS = `select id from agent.agent where state_due`
// By the index of states: nothing is read where nothing is due.
const TIME = `
  select id from agent.agent
  where state in ('STARTING', 'IDLE', 'BUSY', 'DEGRADED', 'DRAINING')
    and (last_seen_at < clock_timestamp() - interval '${SILENCE_MILLISECONDS} milliseconds'
         or state = 'DEGRADED' and degraded_until < clock_timestamp())`
const DUE = {
  tasks: `${TASKS} order by id limit $1::int`,
  'tasks and time': `${TASKS} union ${TIME} order by id limit $1::int`,
}

const getOwnAgent = async (tx: Tx, id: string, caller: AgentCaller): Promise<Agent> => {
  const row = isUuid(id) ? await tx.agent.findUnique({ where: { id }, include: { credential: true } }) : null
  if (!row) throw noAgent(id)
  const agent = toAgent(row)
  await assertSelf(tx, agent, caller)
  if (row.credential.revokedAt !== null) throw new UnauthenticatedError('Your credential was revoked.')
  return agent
}

const OTHERS = 'An agent acts only as itself; this is another.'

/** Throws ForbiddenError where the caller is another, and BadUserInputError where its token does not tell. */
const assertSelf = async (tx: Tx, agent: Agent, caller: AgentCaller): Promise<void> => {
  const who = identify(agent, caller, caller.instance === undefined && (await doOthersRun(tx, agent)))
  if (who === 'another') throw new ForbiddenError(OTHERS)
  if (who === 'unclear') throw severalRun()
}

/** A token without an instance may introduce one that does not run: of those that run it must be the only one. */
const assertMayRegister = async (tx: Tx, { credentialId, instance }: AgentCaller, asked: string): Promise<void> => {
  if (instance !== undefined) return
  const row = await tx.agent.findUnique({ where: { credentialId_instance: { credentialId, instance: asked } } })
  if (row && row.state !== AgentState.OFFLINE && (await doOthersRun(tx, row))) throw severalRun()
}

/** Whether another instance of the same credential runs, or was heard of in the last 30 seconds. */
const doOthersRun = async (tx: Tx, { id, credentialId }: Pick<Agent, 'id' | 'credentialId'>): Promise<boolean> => {
  const where = { credentialId, id: { not: id }, state: { not: AgentState.OFFLINE } }
  return (await tx.agent.findFirst({ where, select: { id: true } })) !== null
}

const upsertAgent = async (tx: Tx, credentialId: string, registration: Registration): Promise<string> => {
  const [row] = await tx.$queryRawUnsafe<{ id: string }[]>(
    `insert into agent.agent as kept
       (id, credential_id, instance, name, version, skills, skill_ids, concurrency, config_schema, state)
     values ($1::uuid, $2::uuid, $3::text, $4::text, $5::text, $6::json,
       array(select skill->>'id' from json_array_elements($6::json) as skill), $7::int, $8::json, 'STARTING')
     on conflict (credential_id, instance) do update set
       name = excluded.name, version = excluded.version, skills = excluded.skills, skill_ids = excluded.skill_ids,
       concurrency = excluded.concurrency, config_schema = excluded.config_schema, state = excluded.state,
       state_due = kept.active > 0, has_beaten = false, has_left = false, is_draining = false, is_restarting = false,
       load = 0, recent_failures = '{}', degraded_until = null, last_seen_at = clock_timestamp(), forgotten_at = null,
       restarts = kept.restarts + 1, event_version = kept.event_version + 1
     returning id`,
    randomUUID(),
    credentialId,
    registration.instance,
    registration.name,
    registration.version,
    JSON.stringify(registration.skills),
    registration.concurrency,
    registration.configSchema === null ? null : JSON.stringify(registration.configSchema),
  )
  if (!row) throw new Error('the registration came back without an id')
  return row.id
}
