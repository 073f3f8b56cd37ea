import { type Identity, Role } from '@mothership/platform/identity'
import type { Peers } from '@mothership/platform/peers'
import type { Directive } from './domain/directive.ts'
import { LentTasksDocument } from './generated/task-documents.ts'

/** The task subgraph is asked about so many tasks at a time. */
export const MOST_ASKED = 500

/**
 * Of some directives, at most MOST_ASKED, those that somebody may read. An agent reads those of tasks that are or once
 * were lent to its credential, and no other: a directive may quote the input of its task. The task subgraph knows which
 * these are, and as an agent is lent a task before it hears of it, reads the directive of its assignment at once.
 */
export const readableFor =
  ({ identity, peers }: { identity: Identity; peers: Pick<Peers, 'task'> }) =>
  async (directives: readonly Directive[]): Promise<readonly Directive[]> => {
    if (identity.role !== Role.AGENT) return directives
    const ids = [...new Set(directives.flatMap(({ taskId }) => taskId ?? []))]
    if (ids.length === 0) return []
    const lent = new Set((await peers.task(LentTasksDocument, { ids }, identity)).lentTasks)
    return directives.filter(({ taskId }) => taskId !== null && lent.has(taskId))
  }
