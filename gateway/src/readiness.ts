import { silently, type Tell } from '@mothership/platform/progress'
import { sleep } from '@mothership/platform/time'

/** Who opens the address must find something there, but not wait for it for ever. */
const PATIENCE_MILLISECONDS = 60_000
const LOOK_MILLISECONDS = 200

const TITLES: Readonly<Record<string, string>> = {
  'ontology: seeding': 'Seeding the starter ontology',
  'the math agent': 'Starting the math agent',
}

/**
 * Waits until a system can serve, and tells for what. Resolves to null when it can, else to what it still waits for: after
 * a minute, or where `ending` aborts.
 */
export const untilReady = async (options: {
  ready: () => Promise<string | null>
  ending: AbortSignal
  tell?: Tell
  patienceMilliseconds?: number
}): Promise<string | null> => {
  const { ready, ending, tell = silently, patienceMilliseconds = PATIENCE_MILLISECONDS } = options
  const over = AbortSignal.any([ending, AbortSignal.timeout(patienceMilliseconds)])
  const look = (): Promise<string | null> => ready().catch(() => 'the database')
  const another = async (waiting: string): Promise<string | null> => {
    for (;;) {
      await sleep(LOOK_MILLISECONDS, over)
      if (over.aborted) throw new Over(waiting)
      const next = await look()
      if (next !== waiting) return next
    }
  }
  try {
    let waiting = await look()
    while (waiting !== null) {
      const current = waiting
      waiting = await tell(TITLES[current] ?? `Waiting for ${current}`, () => another(current))
    }
    return null
  } catch (error) {
    if (error instanceof Over) return error.waiting
    throw error
  }
}

/** The time is over, or the process ends: not what was waited for. */
class Over extends Error {
  readonly waiting: string
  constructor(waiting: string) {
    super(waiting)
    this.waiting = waiting
  }
}
