import { pageSize, toConnection, type Connection } from '@mothership/platform/connection'
import { placeOf, timeCursor } from '@mothership/platform/time-cursor'
import type { Context } from '../context.ts'
import type { Task } from '../domain/task.ts'
import type { TaskFilter } from '../store/reads.ts'

/** A page of tasks, newest first. Throws BadUserInputError for a page or a cursor that can not be. */
export const tasksConnection = async (
  { store }: Context,
  page: { first?: number | null | undefined; after?: string | null | undefined },
  filter: TaskFilter,
): Promise<Connection<Task>> => {
  const first = pageSize(page.first)
  const after = placeOf(page.after)
  const rows = first === 0 ? [] : await store.pageOfTasks({ rows: first + 1, after, filter })
  return toConnection({
    rows,
    first,
    cursorOf: ({ createdAt, id }) => timeCursor(createdAt, id),
    totalCount: () => store.countTasks(filter),
    hasPreviousPage: after !== null,
  })
}
