import type { PrismaSql } from './database.ts'
import { READ_EVENTS, type StoredEvent } from './event-reader.ts'
import type { Transactional } from './events.ts'
import type { Logger } from './telemetry.ts'
import { backoff, sleep, type Disposer } from './time.ts'

export interface ConsumerOptions<Tx extends PrismaSql> {
  /** Unique in the system, e.g. `agent.health`: its position is kept under it. */
  name: string
  stream: string
  client: Transactional<Tx>
  /** The effect of the events, in the transaction that also moves the position: each event takes effect once. */
  handle: (tx: Tx, events: StoredEvent[]) => Promise<void>
}

const PAGE = 100

/** Runs a durable consumer until it is disposed of. Replicas of a process take turns by the consumer's row. */
export const startConsumer = <Tx extends PrismaSql>(
  options: ConsumerOptions<Tx> & { logger: Logger; onMove: (listener: () => void) => () => void },
): Disposer => {
  const { name, logger } = options
  const ending = new AbortController()
  let hasMoved = false
  let wake: () => void = () => undefined
  const stopListening = options.onMove(() => {
    hasMoved = true
    wake()
  })
  const moveOrEnd = (): Promise<void> =>
    new Promise((resolve) => {
      wake = resolve
      if (hasMoved || ending.signal.aborted) resolve()
    })
  const loop = async (): Promise<void> => {
    let failures = 0
    while (!ending.signal.aborted) {
      hasMoved = false
      try {
        const count = await options.client.$transaction((tx) => consumePage(tx, options))
        failures = 0
        if (count === 0) await moveOrEnd()
      } catch (error) {
        if (ending.signal.aborted) return
        logger.warn({ error, consumer: name }, 'a consumer of events failed; it tries again')
        const wait = backoff({ attempt: failures++, baseMilliseconds: 100, maxMilliseconds: 10_000 })
        await sleep(wait, ending.signal)
      }
    }
  }
  const running = loop()
  return async () => {
    ending.abort()
    stopListening()
    wake()
    await running
  }
}

const consumePage = async <Tx extends PrismaSql>(tx: Tx, options: ConsumerOptions<Tx>): Promise<number> => {
  await tx.$executeRawUnsafe('insert into events.consumer (name) values ($1) on conflict do nothing', options.name)
  const [consumer] = await tx.$queryRawUnsafe<{ position: bigint }[]>(
    'select position from events.consumer where name = $1 for update',
    options.name,
  )
  const after = Number(consumer?.position ?? 0)
  const rows = await tx.$queryRawUnsafe<(Omit<StoredEvent, 'position'> & { position: bigint })[]>(
    READ_EVENTS,
    options.stream,
    after,
    null,
    PAGE,
  )
  const events = rows.map((row) => ({ ...row, position: Number(row.position) }))
  const last = events.at(-1)
  if (!last) return 0
  await options.handle(tx, events)
  await tx.$executeRawUnsafe(
    'update events.consumer set position = $2::bigint, updated_at = clock_timestamp() where name = $1',
    options.name,
    last.position,
  )
  return events.length
}
