import { byId } from '@mothership/platform/by-id'
import { LARGE_AT_A_TIME, type ReadLarge } from '@mothership/platform/large-reads'
import DataLoader from 'dataloader'
import type { Task } from './domain/task.ts'
import type { TaskContent } from './store/reads.ts'
import type { TaskStore } from './store.ts'

/** What is read together for all that ask at a time. It remembers nothing, as a subscription's context lives long. */
export interface Loaders {
  /** Tasks by id; null where there is none. */
  readonly task: DataLoader<string, Task | null>
  /** What may be large of tasks. */
  readonly content: DataLoader<Task, TaskContent>
}

export const createLoaders = (store: TaskStore, readLarge: ReadLarge): Loaders => ({
  task: new DataLoader(byId(store.findTasks), { cache: false }),
  content: new DataLoader(
    async (tasks) => {
      const contents = await readLarge(() => store.contentsOf(tasks))
      return tasks.map(({ id }) => contents.get(id) ?? new Error(`task ${id} has no content`))
    },
    { cache: false, maxBatchSize: LARGE_AT_A_TIME },
  ),
})
