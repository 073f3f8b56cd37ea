import { databaseNow } from '@mothership/platform/database'
import { NotFoundError } from '@mothership/platform/errors'
import type { EventDraft, EventLog } from '@mothership/platform/events'
import { isUuid } from '@mothership/platform/uuid'
import type { Agent as AgentRow, Prisma } from '@mothership/prisma'
import { type Agent, AgentState, deriveState, type Skill } from '../domain/agent.ts'
import { AgentChange, agentEvent } from '../events.ts'

/** What a transaction of this subgraph may touch: its own tables. */
export type Tx = Pick<
  Prisma.TransactionClient,
  'agent' | 'agentCredential' | 'agentAssignment' | '$queryRawUnsafe' | '$executeRawUnsafe'
>
export type OwnTables = Tx & { $transaction<R>(work: (tx: Tx) => Promise<R>): Promise<R> }
export type Append = (drafts: readonly EventDraft[]) => Promise<void>

export const noAgent = (id: string): NotFoundError => new NotFoundError(`There is no agent ${id}.`, { id })

/** Throws NotFoundError. */
export const getAgent = async (tx: Tx, id: string): Promise<Agent> => {
  const row = isUuid(id) ? await tx.agent.findUnique({ where: { id } }) : null
  if (!row) throw noAgent(id)
  return toAgent(row)
}

type Patch = Partial<Pick<Agent, 'config' | 'hasLeft' | 'isDraining' | 'isRestarting'>>

/** One change with its event; what changes nothing is no event. */
export const changeAgent = (
  prisma: OwnTables,
  events: EventLog,
  { id, change, patch }: { id: string; change: AgentChange; patch: Patch },
): Promise<Agent> =>
  events.write(prisma, async (tx, append) => {
    const [before] = isUuid(id) ? await lockAgents(tx, [id]) : []
    if (!before) throw noAgent(id)
    const isNews = Object.entries(patch).some(([key, value]) => before[key as keyof Patch] !== value)
    return isNews ? writeAgent(tx, append, { before, patch, change, now: await databaseNow(tx) }) : before
  })

/** The agents of those ids, locked in the order of their ids, so that no two transactions wait for each other. */
export const lockAgents = async (tx: Tx, ids: readonly string[]): Promise<Agent[]> => {
  const locked = await tx.$queryRawUnsafe<{ id: string }[]>(
    `select id from agent.agent where id in (select value::uuid from jsonb_array_elements_text($1::jsonb))
     order by id for update`,
    JSON.stringify(ids),
  )
  const rows = await tx.agent.findMany({ where: { id: { in: locked.map(({ id }) => id) } }, orderBy: { id: 'asc' } })
  return rows.map(toAgent)
}

const writeAgent = async (
  tx: Tx,
  append: Append,
  { before, patch, change, now }: { before: Agent; patch: Patch; change: AgentChange; now: Date },
): Promise<Agent> => {
  const state = deriveState({ ...before, ...patch }, now)
  const { config, ...flags } = patch
  const row = await tx.agent.update({
    where: { id: before.id },
    data: {
      ...flags,
      ...(config && { config: config as Prisma.InputJsonObject }),
      state,
      stateDue: false,
      eventVersion: { increment: 1 },
    },
  })
  const agent = toAgent(row)
  await append([agentEvent(agent, change)])
  return agent
}

/** Takes agents offline or changes their state, where what is known of them says so; for a revocation `hasLeft`. */
export const settleIn = async (tx: Tx, append: Append, ids: readonly string[], patch: Patch = {}): Promise<void> => {
  const now = await databaseNow(tx)
  for (const before of await lockAgents(tx, ids)) {
    const state = deriveState({ ...before, ...patch }, now)
    if (state === before.state) {
      await tx.agent.update({
        where: { id: before.id },
        data: { ...(patch as Pick<Patch, 'hasLeft'>), stateDue: false },
      })
      continue
    }
    const change = state === AgentState.OFFLINE ? AgentChange.OFFLINE : AgentChange.STATE_CHANGED
    await writeAgent(tx, append, { before, patch, change, now })
  }
}

export const settle = (prisma: OwnTables, events: EventLog, ids: readonly string[]): Promise<void> =>
  events.write(prisma, (tx, append) => settleIn(tx, append, ids))

export const toAgent = (row: AgentRow): Agent => ({
  ...row,
  skills: row.skills as unknown as Skill[],
  config: row.config as Record<string, unknown>,
  state: row.state as AgentState,
})
