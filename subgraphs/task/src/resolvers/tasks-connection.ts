import { decodeCursor, encodeCursor, pageSize, toConnection, type Connection } from '@mothership/platform/connection'
import { BadUserInputError } from '@mothership/platform/errors'
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
  const after = page.after == null ? null : toPlace(page.after)
  const rows = first === 0 ? [] : await store.pageOfTasks({ rows: first + 1, after, filter })
  return toConnection({
    rows,
    first,
    cursorOf: ({ createdAt, id }) => encodeCursor([createdAt.toISOString(), id]),
    totalCount: () => store.countTasks(filter),
    hasPreviousPage: after !== null,
  })
}

const toPlace = (cursor: string): { createdAt: Date; id: string } => {
  const [at, id] = decodeCursor(cursor, 2)
  const createdAt = new Date(typeof at === 'string' ? at : Number.NaN)
  const isPlace = !Number.isNaN(createdAt.getTime()) && typeof id === 'string' && UUID.test(id)
  if (!isPlace) throw new BadUserInputError('after is not a cursor of a list of tasks.', { path: 'after' })
  return { createdAt, id }
}

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/
