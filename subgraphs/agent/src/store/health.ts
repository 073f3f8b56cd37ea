import type { StoredEvent } from '@mothership/platform/events'
import type { Agent } from '../domain/agent.ts'
import { concernsAgents, leavesHeld, recordEvent } from '../domain/health.ts'
import { readTaskEvent, type TaskNews } from '../events.ts'
import { lockAgents, type Tx } from './rows.ts'

/** Counts a batch of task events into the agents that held the tasks. States are left to the sweep, with its events. */
export const recordTaskNews = async (tx: Tx, stored: readonly StoredEvent[]): Promise<void> => {
  const news = stored.map(readTaskEvent).filter(concernsAgents)
  if (news.length === 0) return
  const taskIds = [...new Set(news.map(({ taskId }) => taskId))]
  const before = await tx.agentAssignment.findMany({ where: { taskId: { in: taskIds } } })
  const holders = new Map(before.map(({ taskId, agentId }) => [taskId, agentId]))
  const newsOfAgents = followHolders(news, holders)
  const involved = [...new Set([...before.map(({ agentId }) => agentId), ...newsOfAgents.keys()])]
  if (involved.length === 0) return
  const agents = await lockAgents(tx, involved)
  await tx.agentAssignment.deleteMany({ where: { taskId: { in: taskIds } } })
  const known = new Set(agents.map(({ id }) => id))
  const held = [...holders]
    .map(([taskId, agentId]) => ({ taskId, agentId }))
    .filter(({ agentId }) => known.has(agentId))
  await tx.agentAssignment.createMany({ data: held })
  for (const agent of agents) {
    const active = await tx.agentAssignment.count({ where: { agentId: agent.id } })
    await writeRecord(tx, agent, active, newsOfAgents.get(agent.id) ?? [])
  }
}

/** Goes through the news in order: moves tasks between `holders`, and tells which agent each piece is about. */
const followHolders = (news: readonly TaskNews[], holders: Map<string, string>): Map<string, TaskNews[]> => {
  const ofAgents = new Map<string, TaskNews[]>()
  for (const piece of news) {
    const agentId = piece.agentId ?? holders.get(piece.taskId)
    if (agentId !== undefined) ofAgents.set(agentId, [...(ofAgents.get(agentId) ?? []), piece])
    const isHeld = leavesHeld(piece.to)
    if (isHeld === false) holders.delete(piece.taskId)
    if (isHeld === true && agentId !== undefined) holders.set(piece.taskId, agentId)
  }
  return ofAgents
}

const writeRecord = async (tx: Tx, agent: Agent, active: number, news: readonly TaskNews[]): Promise<void> => {
  const record = news.reduce(recordEvent<Agent>, agent)
  const mayChangeState = active > 0 !== agent.active > 0 || record.degradedUntil !== agent.degradedUntil
  await tx.agent.update({
    where: { id: agent.id },
    data: {
      active,
      completed: record.completed,
      failed: record.failed,
      violations: record.violations,
      durations: [...record.durations],
      lastError: record.lastError,
      recentFailures: [...record.recentFailures],
      degradedUntil: record.degradedUntil,
      ...(mayChangeState && { stateDue: true }),
    },
  })
}
