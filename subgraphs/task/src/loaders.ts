import { byId } from '@mothership/platform/by-id'
import { type Identity, Role } from '@mothership/platform/identity'
import { LARGE_AT_A_TIME, type ReadLarge } from '@mothership/platform/large-reads'
import DataLoader from 'dataloader'
import type { Task } from './domain/task.ts'
import { MOST_LENT, type TaskContent } from './store/reads.ts'
import type { TaskStore } from './store.ts'

/** What is read together for all that ask at a time. It remembers nothing, as a subscription's context lives long. */
export interface Loaders {
  /** Tasks by id; null where there is none, or the caller may not read it. */
  readonly task: DataLoader<string, Task | null>
  /** What may be large of tasks. */
  readonly content: DataLoader<Task, TaskContent>
}

/** What somebody reads; `readLarge` gives way to what others read that may be large, too. */
export const createLoaders = (store: TaskStore, caller: Identity, readLarge: ReadLarge): Loaders => ({
  task: new DataLoader(byId(readableFor(store, caller)), { cache: false, maxBatchSize: MOST_LENT }),
  content: new DataLoader(
    async (tasks) => {
      const contents = await readLarge(() => store.contentsOf(tasks))
      return tasks.map(({ id }) => contents.get(id) ?? new Error(`task ${id} has no content`))
    },
    { cache: false, maxBatchSize: LARGE_AT_A_TIME },
  ),
})

/**
 * The tasks that somebody may read. An agent acts only as itself: it reads those that are or once were lent to its
 * credential, so that it goes on reading one that it lost to another attempt.
 */
const readableFor =
  (store: TaskStore, { role, subject }: Identity) =>
  async (ids: readonly string[]): Promise<readonly Task[]> =>
    store.findTasks(role === Role.AGENT ? await store.findLent(ids, subject) : ids)
