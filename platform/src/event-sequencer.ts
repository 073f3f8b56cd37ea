import { EventEmitter } from 'node:events'
import type { Bus } from './bus.ts'
import type { Database, SqlTransaction } from './database.ts'
import type { Logger } from './telemetry.ts'
import { disposeAll, every, once, type Disposer } from './time.ts'

export interface Sequencer {
  /** There are events without a position: number them soon. */
  nudge(): void
  /** Resolves when every event that was committed before the call has its position. */
  catchUp(): Promise<void>
  /** Calls the listener whenever events may have got positions, in this process or another. */
  onMove(listener: () => void): () => void
  dispose: Disposer
}

const TOPIC = 'events'
const BATCH = 2000
/** How long an event of a process that died between its commit and its nudge waits; and a lost "look" costs. */
const POLL_MILLISECONDS = 1000

/**
 * Gives events their positions in the order in which their commits become visible. The head row is locked first and the
 * pending events are read by a statement of its own after that: one snapshot for both would number events twice.
 */
export const createSequencer = async (options: {
  database: Database
  bus: Bus
  logger: Logger
}): Promise<Sequencer> => {
  const { database, bus, logger } = options
  const moves = new EventEmitter().setMaxListeners(0)
  let known = -1
  let isNudged = false
  let running: Promise<void> | undefined
  let isDisposed = false

  const moved = (position: number): void => {
    known = position
    moves.emit('move')
  }
  const run = async (): Promise<void> => {
    try {
      while (isNudged && !isDisposed) {
        isNudged = false
        const { position, count } = await database.transaction(numberPending)
        if (count === BATCH) isNudged = true
        if (count === 0) continue
        moved(position)
        void bus.publish(TOPIC, position)
      }
    } catch (error) {
      logger.warn({ error }, 'events wait for their positions; the next poll tries again')
    } finally {
      running = undefined
    }
  }
  const nudge = (): void => {
    isNudged = true
    running ??= run()
  }
  const look = async (): Promise<{ position: number; isPending: boolean } | undefined> => {
    const [state] = await database.query<{ position: number; isPending: boolean }>(
      `select position, exists (select 1 from events.event where position is null) as "isPending" from events.head`,
    )
    if (state?.isPending) nudge()
    return state
  }
  const poll = async (): Promise<void> => {
    const state = await look()
    if (state && state.position !== known) moved(state.position)
  }
  // A "look" is believed only to look: what is known comes from the database alone.
  const unsubscribe = await bus.subscribe(TOPIC, (position) => {
    if (position !== known) moves.emit('move')
  })
  const stopPolling = every(POLL_MILLISECONDS, poll, logger)
  return {
    nudge,
    catchUp: async () => {
      const state = await look()
      if (state?.isPending) await running
    },
    onMove: (listener) => {
      moves.on('move', listener)
      return () => moves.off('move', listener)
    },
    dispose: once(async () => {
      await disposeAll([unsubscribe, stopPolling])
      // What was nudged is numbered before the end: a shut-down loses no time for those who read on.
      await running
      isDisposed = true
    }),
  }
}

const numberPending = async (sql: SqlTransaction): Promise<{ position: number; count: number }> => {
  const [head] = await sql.query<{ position: number }>('select position from events.head for update')
  if (!head) throw new Error('events.head has no row: the migrations have not run')
  const numbered = await sql.query(
    `update events.event set position = $1::bigint + pending.place
     from (select id, row_number() over (order by id) as place
           from (select id from events.event where position is null order by id limit $2::integer) as first) as pending
     where event.id = pending.id
     returning event.id`,
    [head.position, BATCH],
  )
  const position = head.position + numbered.length
  if (numbered.length > 0) await sql.query('update events.head set position = $1::bigint', [position])
  return { position, count: numbered.length }
}
