import type { PrismaSql } from './database.ts'
import { READ_EVENTS, type StoredEvent } from './event-reader.ts'
import type { Transactional } from './events.ts'
import { type Logger, withCorrelationId } from './telemetry.ts'
import { backoff, sleep, type Disposer } from './time.ts'

export interface ConsumerOptions<Tx extends PrismaSql> {
  /** Unique in the system, e.g. `agent.health`: its position is kept under it. */
  name: string
  stream: string
  client: Transactional<Tx>
  /**
   * The effect of the events, in the transaction that also moves the position: each event takes effect once. It runs
   * under the correlation id of the first of them.
   */
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
    let page: StoredEvent[] = []
    while (!ending.signal.aborted) {
      hasMoved = false
      try {
        page = []
        await options.client.$transaction(async (tx) => {
          page = await readPage(tx, options)
          await takeEffect(tx, page, options)
        })
        failures = 0
        if (page.length === 0) await moveOrEnd()
        else logger.debug({ consumer: name, correlationIds: idsOf(page) }, 'events took effect')
      } catch (error) {
        if (ending.signal.aborted) return
        const correlationIds = idsOf(page)
        logger.warn({ error, consumer: name, correlationIds }, 'a consumer of events failed; it tries again')
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

/** The requests that led to events, each once. */
const idsOf = (events: readonly StoredEvent[]): string[] => [
  ...new Set(events.map(({ correlationId }) => correlationId).filter((id) => id !== null)),
]

/** The events that come next, with the consumer's row locked. */
const readPage = async <Tx extends PrismaSql>(tx: Tx, options: ConsumerOptions<Tx>): Promise<StoredEvent[]> => {
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
  return rows.map((row) => ({ ...row, position: Number(row.position) }))
}

const takeEffect = async <Tx extends PrismaSql>(
  tx: Tx,
  events: StoredEvent[],
  options: ConsumerOptions<Tx>,
): Promise<void> => {
  const last = events.at(-1)
  if (!last) return
  const [id] = idsOf(events)
  await (id === undefined ? options.handle(tx, events) : withCorrelationId(id, () => options.handle(tx, events)))
  await tx.$executeRawUnsafe(
    'update events.consumer set position = $2::bigint, updated_at = clock_timestamp() where name = $1',
    options.name,
    last.position,
  )
}
