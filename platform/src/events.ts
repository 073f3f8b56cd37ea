import { startConsumer, type ConsumerOptions } from './event-consumer.ts'
import { followEvents, type FollowOptions } from './event-follower.ts'
import { createEventReader, type ReadOptions, type StoredEvent } from './event-reader.ts'
import { createSequencer } from './event-sequencer.ts'
import type { Bus } from './bus.ts'
import { type Database, type PrismaSql, STATEMENT_TIMEOUT } from './database.ts'
import { UnavailableError } from './errors.ts'
import type { JsonValue } from './json.ts'
import { currentCorrelationId, type Logger } from './telemetry.ts'
import { disposeAll, once, sleep, type Disposer } from './time.ts'

export type { StoredEvent } from './event-reader.ts'

/** A change of one entity. `version` is the entity's, without gaps: lock its row before you count it up. */
export interface EventDraft {
  entityId: string
  version: number
  type: string
  payload: JsonValue
  payloadVersion: number
}

/** A Prisma client, narrowed to what a transaction needs. */
export interface Transactional<Tx> {
  $transaction<R>(work: (tx: Tx) => Promise<R>): Promise<R>
}

type Append = (drafts: readonly EventDraft[]) => Promise<void>

/**
 * The event log of one process. The truth is in PostgreSQL: a change writes its events in its own transaction, a
 * sequencer gives them positions in the order of their commits, and readers see only what has a position, so that no
 * late commit slips behind a reader's cursor.
 */
export interface EventLog {
  /**
   * Runs a transaction and writes its events to this subgraph's stream. It is repeated on a deadlock or a serialization
   * failure: `work` must do nothing but use `tx`. Throws UnavailableError, and nothing is written, where it takes longer
   * than the client allows.
   */
  write<Tx extends PrismaSql, T>(client: Transactional<Tx>, work: (tx: Tx, append: Append) => Promise<T>): Promise<T>
  /** Events after a position, in order. */
  read(options: ReadOptions): Promise<StoredEvent[]>
  /**
   * The last position; 0 before the first. Every event that was committed before the call is at it or before it, so that
   * who follows from here is told of nothing that had happened already.
   */
  head(): Promise<number>
  /** Replays from a position, then goes on live. Pull-based, so a slow reader holds no more than a page. */
  follow(options: FollowOptions): AsyncIterableIterator<StoredEvent>
  /** A durable consumer: its position is stored in the transaction of its effect. */
  consume<Tx extends PrismaSql>(options: ConsumerOptions<Tx>): Disposer
  dispose: Disposer
}

const MAX_TRIES = 5

/** Opens the event log for a subgraph, which writes the stream of its own name and may read all. */
export const openEventLog = async (options: {
  database: Database
  bus: Bus
  logger: Logger
  stream: string
}): Promise<EventLog> => {
  const { database, logger, stream } = options
  const reader = createEventReader(database)
  const sequencer = await createSequencer(options)
  const consumers = new Set<Disposer>()
  return {
    write: async (client, work) => {
      let hasEvents = false
      const result = await retryConflicts(() =>
        client.$transaction(async (tx) => {
          hasEvents = false
          return work(tx, async (drafts) => {
            hasEvents ||= drafts.length > 0
            await appendEvents(tx, stream, drafts)
          })
        }),
      ).catch(tellLateness)
      if (hasEvents) sequencer.nudge()
      return result
    },
    read: reader.read,
    head: async () => {
      await sequencer.catchUp()
      return reader.head()
    },
    follow: (follow) => followEvents({ ...follow, reader, onMove: sequencer.onMove }),
    consume: (consumer) => {
      const stop = startConsumer({ ...consumer, logger, onMove: sequencer.onMove })
      consumers.add(stop)
      return async () => {
        consumers.delete(stop)
        await stop()
      }
    },
    dispose: once(() => disposeAll([...consumers, sequencer.dispose])),
  }
}

const appendEvents = async (tx: PrismaSql, stream: string, drafts: readonly EventDraft[]): Promise<void> => {
  if (drafts.length === 0) return
  const rows = JSON.stringify(drafts)
  await tx.$executeRawUnsafe(
    `insert into events.event (stream, entity_id, version, type, payload, payload_version, correlation_id)
     select $1::text, draft->>'entityId', (draft->>'version')::integer, draft->>'type', draft->'payload',
            (draft->>'payloadVersion')::integer, $3::text
     from jsonb_array_elements($2::jsonb) with ordinality as list (draft, place)
     order by place`,
    stream,
    rows,
    currentCorrelationId(),
  )
}

/** A deadlock, or a serialization failure: the transaction did nothing, and may simply run again. */
const CONFLICTS = ['40P01', '40001']
const PRISMA_CONFLICT = 'P2034'
const PRISMA_RAW_FAILURE = 'P2010'
/** What the driver's adapter calls it, whose own error comes through where the commit fails. */
const ADAPTER_CONFLICT = 'TransactionWriteConflict'

const isConflict = (error: unknown): boolean => {
  if (!(error instanceof Error)) return false
  if ((error.cause as { kind?: unknown } | undefined)?.kind === ADAPTER_CONFLICT) return true
  if (!('code' in error)) return false
  if (error.code === PRISMA_CONFLICT || CONFLICTS.some((code) => error.code === code)) return true
  // Of a raw statement through Prisma, the code of PostgreSQL stands somewhere in what the driver's adapter says of it.
  if (error.code !== PRISMA_RAW_FAILURE || !('meta' in error)) return false
  const meta = JSON.stringify(error.meta)
  return CONFLICTS.some((code) => meta.includes(`"${code}"`))
}

/** Prisma's code for a transaction that did not begin, or did not end, in its time: it is rolled back. */
const PRISMA_TIMEOUT = 'P2028'

const tellLateness = (error: unknown): never => {
  const isLate =
    error instanceof Error && 'code' in error && (error.code === PRISMA_TIMEOUT || error.code === STATEMENT_TIMEOUT)
  if (!isLate) throw error
  const late = new UnavailableError(
    'This took longer to write than it may, or waited so long for other edits; nothing was written. Try again in a moment, or write less at once.',
  )
  late.cause = error
  throw late
}

const retryConflicts = async <T>(work: () => Promise<T>): Promise<T> => {
  for (let attempt = 1; ; attempt++) {
    try {
      return await work()
    } catch (error) {
      if (attempt === MAX_TRIES || !isConflict(error)) throw error
      await sleep(Math.random() * 20 * 2 ** attempt)
    }
  }
}
