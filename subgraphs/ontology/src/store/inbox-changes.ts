import type { InboxChange } from '../domain/inbox-change.ts'
import { inboxChanged } from '../events.ts'
import type { EditTools } from './edit.ts'

/** Tells those who follow the inbox of a change to it: the last that a transaction does, for the one row is locked by it. */
export const tellInbox = async (
  { sql, append }: Pick<EditTools, 'sql' | 'append'>,
  change: InboxChange,
): Promise<void> => {
  const [row] = await sql.query<{ version: number }>(
    'update ontology.inbox set version = version + 1 returning version',
  )
  if (!row) throw new Error('ontology.inbox has no row: the migrations have not run')
  await append([inboxChanged(change, row.version)])
}
