import { BadUserInputError } from '@mothership/platform/errors'
import type { EventLog, StoredEvent } from '@mothership/platform/events'
import { mapAsync } from '@mothership/platform/iterate'
import type { Revision } from './domain/change.ts'
import type { InboxChange } from './domain/inbox-change.ts'
import { INBOX_ID, ONTOLOGY_ID, ONTOLOGY_STREAM, toInboxChange } from './events.ts'
import type { OntologyStore } from './store.ts'

export type Watch = ReturnType<typeof createWatch>

/** Follows the revisions, and the decisions of the inbox, by the event log. */
export const createWatch = (events: EventLog, store: OntologyStore) => {
  /** The last position before the event of the first revision after that number. */
  const positionAfter = async (number: number): Promise<number> => {
    // A revision is an event of this stream, so its position is no lower than its number.
    let low = number
    let high = Math.max(low, await events.head())
    while (low < high) {
      const middle = Math.floor((low + high) / 2)
      const [next] = await events.read({ stream: ONTOLOGY_STREAM, entityId: ONTOLOGY_ID, after: middle, limit: 1 })
      if (next && next.version <= number) low = Math.max(middle + 1, next.position)
      else high = middle
    }
    return low
  }

  return {
    /** The revisions after a number, then those to come; null: only those to come. Throws BadUserInputError. */
    revisions: async (after: number | null): Promise<AsyncIterableIterator<Revision>> => {
      const head = await store.head()
      if (after !== null && (after < 0 || after > head)) {
        throw new BadUserInputError(`after is ${after}; the newest revision is ${head}.`, { path: 'after' })
      }
      const position = after === null ? await events.head() : await positionAfter(after)
      const source = events.follow({ stream: ONTOLOGY_STREAM, entityId: ONTOLOGY_ID, after: position })
      return mapAsync(source, (event) => revisionOf(store, event), {
        filter: ({ version }) => version > (after ?? 0),
      })
    },

    /** The decisions of the inbox that are to come. */
    inbox: async (): Promise<AsyncIterableIterator<InboxChange>> => {
      const after = await events.head()
      const source = events.follow({ stream: ONTOLOGY_STREAM, entityId: INBOX_ID, after })
      return mapAsync(source, toInboxChange)
    },
  }
}

const revisionOf = async (store: OntologyStore, { version }: StoredEvent): Promise<Revision> => {
  const [revision] = await store.findRevisions([version])
  if (!revision) throw new Error(`the event of revision ${version} has no revision`)
  return revision
}
