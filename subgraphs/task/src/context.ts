import type { EventLog } from '@mothership/platform/events'
import type { Bus } from '@mothership/platform/bus'
import type { RequestContext } from '@mothership/platform/subgraph'
import type { Task } from './domain/task.ts'
import type { Loaders } from './loaders.ts'
import type { AgentDirectory } from './steps/agents.ts'
import type { Assignments } from './steps/assignments.ts'
import type { TaskStore } from './store.ts'

/** What another subgraph tells of. */
export interface Reference {
  readonly id: string
}

/** What every resolver of this subgraph works with. */
export interface Context extends RequestContext {
  readonly store: TaskStore
  readonly events: EventLog
  readonly bus: Bus
  readonly assignments: Assignments
  readonly agents: AgentDirectory
  readonly loaders: Loaders
  /** Whether the caller may see a task's contents: an agent's words are left out otherwise. */
  readonly maySee: (task: Task) => boolean
}
