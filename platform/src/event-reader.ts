import type { Sql } from './database.ts'
import type { JsonValue } from './json.ts'

export interface StoredEvent {
  readonly stream: string
  readonly position: number
  readonly entityId: string
  readonly version: number
  readonly type: string
  readonly payload: JsonValue
  readonly payloadVersion: number
  readonly at: Date
  /** Of the request that wrote it; null where none did. */
  readonly correlationId: string | null
}

export interface ReadOptions {
  stream: string
  /** Events with a greater position. */
  after: number
  limit: number
  entityId?: string | undefined
}

export interface EventReader {
  read(options: ReadOptions): Promise<StoredEvent[]>
  head(): Promise<number>
}

export const READ_EVENTS = `
  select stream, position, entity_id as "entityId", version, type, payload, payload_version as "payloadVersion", at,
         correlation_id as "correlationId"
  from events.event
  where stream = $1 and position > $2::bigint and ($3::text is null or entity_id = $3::text)
  order by position
  limit $4::integer`

export const createEventReader = (database: Sql): EventReader => ({
  read: ({ stream, after, limit, entityId }) =>
    database.query<StoredEvent>(READ_EVENTS, [stream, after, entityId ?? null, limit]),
  head: async () => {
    const [head] = await database.query<{ position: number }>('select position from events.head')
    return head?.position ?? 0
  },
})
