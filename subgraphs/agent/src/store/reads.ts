import { BadUserInputError } from '@mothership/platform/errors'
import type { TimePlace } from '@mothership/platform/time-cursor'
import { isUuid } from '@mothership/platform/uuid'
import type { Prisma } from '@mothership/prisma'
import { type Agent, AgentState } from '../domain/agent.ts'
import { type OwnTables, toAgent } from './rows.ts'

/** Which agents a page of the list holds. */
export interface AgentsPage {
  readonly rows: number
  readonly after: TimePlace | null
  readonly filter: AgentFilter
}
export interface AgentFilter {
  readonly state: AgentState | null
  readonly skill: string | null
}

/** So many task types are told at once. */
const MOST_SKILLS = 10_000

const whereOf = ({ state, skill }: AgentFilter): Prisma.AgentWhereInput => ({
  ...(state !== null && { state }),
  ...(skill !== null && { skillIds: { has: skill } }),
})

/** Of a token without an instance, where its credential has several that run. */
export const severalRun = (): BadUserInputError =>
  new BadUserInputError('Several agents run under this credential: name your instance when you ask for a token.', {
    path: 'instance',
  })

/** What is read of agents, outside of any transaction. */
export const agentReads = (prisma: OwnTables) => ({
  findAgents: async (ids: readonly string[]): Promise<Agent[]> =>
    (await prisma.agent.findMany({ where: { id: { in: ids.filter(isUuid) } } })).map(toAgent),

  pageOfAgents: async ({ rows, after, filter }: AgentsPage): Promise<Agent[]> => {
    const behind: Prisma.AgentWhereInput = after
      ? {
          OR: [{ registeredAt: { lt: after.at } }, { registeredAt: after.at, id: { lt: after.id } }],
        }
      : {}
    const found = await prisma.agent.findMany({
      where: { AND: [whereOf(filter), behind] },
      orderBy: [{ registeredAt: 'desc' }, { id: 'desc' }],
      take: rows,
    })
    return found.map(toAgent)
  },

  countAgents: (filter: AgentFilter): Promise<number> => prisma.agent.count({ where: whereOf(filter) }),

  /** What agents can do whose credential was not revoked, by name. */
  findSkillIds: async (first: number): Promise<string[]> => {
    if (first < 1 || first > MOST_SKILLS) {
      throw new BadUserInputError(`first is ${first}; it may be 1 to ${MOST_SKILLS}.`, { path: 'first' })
    }
    const rows = await prisma.$queryRawUnsafe<{ id: string }[]>(
      `select distinct unnest(a.skill_ids) as id from agent.agent a
       join agent.credential c on c.id = a.credential_id where c.revoked_at is null
       order by id limit $1::integer`,
      first,
    )
    return rows.map(({ id }) => id)
  },

  /** Throws BadUserInputError where the credential has several agents and no instance tells which. */
  findAgentOf: async (credentialId: string, instance: string | null): Promise<Agent | null> => {
    if (!isUuid(credentialId)) return null
    const found = await prisma.agent.findMany({
      where: {
        credentialId,
        credential: { revokedAt: null },
        ...(instance === null ? { state: { not: AgentState.OFFLINE } } : { instance }),
      },
      take: 2,
    })
    if (found.length > 1) throw severalRun()
    return found[0] ? toAgent(found[0]) : null
  },
})
