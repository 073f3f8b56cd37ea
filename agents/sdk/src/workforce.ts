import { TakeAssignmentsDocument } from './generated/documents.ts'
import { undertake, type Undertaking, type UndertakingOptions } from './undertaking.ts'

/** What an agent works on, and how it comes by it. */
export interface Workforce {
  /** Looks for work, unless there is no room, or it is to take nothing new. */
  look(): void
  /** Whether it may take anything new. */
  accept(isAccepting: boolean): void
  /** 0 to 1. */
  load(): number
  /** Takes nothing new; resolves when nothing is left, at the latest when the grace is over and the rest was given back. */
  drain(graceMilliseconds: number): Promise<void>
}

/** The most that a mothership lends at once. */
const MOST_AT_ONCE = 50

/** How long what is given back may take to arrive. */
const RETURN_MILLISECONDS = 3_000

export const gatherWorkforce = (options: Omit<UndertakingOptions, 'onDrain'>): Workforce => {
  const { agent, mothership, clock, logger } = options
  const active = new Set<Undertaking>()
  let isAccepting = true
  let isDraining = false
  let taking: Promise<void> | undefined
  let looksAgain = false

  const room = (): number =>
    isAccepting && !isDraining ? Math.min(MOST_AT_ONCE, Math.max(0, agent.concurrency - active.size)) : 0

  const take = async (): Promise<void> => {
    for (let max = room(); max > 0; max = room()) {
      const { takeAssignments } = await mothership.ask(TakeAssignmentsDocument, { max })
      for (const taken of takeAssignments) begin(taken)
      if (takeAssignments.length < max) return
    }
  }
  const begin = (taken: Parameters<typeof undertake>[0]): void => {
    const undertaking = undertake(taken, { ...options, onDrain: () => (isAccepting = false) })
    active.add(undertaking)
    undertaking.done
      .catch((error: unknown) => logger.error({ error }, 'an assignment ended badly'))
      .finally(() => {
        active.delete(undertaking)
        look()
      })
  }
  const look = (): void => {
    // One at a time: two would each ask for the same room.
    if (taking) looksAgain = true
    if (taking || room() === 0) return
    looksAgain = false
    taking = take()
      .catch((error: unknown) => logger.warn({ error: String(error) }, 'no work could be asked for; it is tried again'))
      .finally(() => {
        taking = undefined
        if (looksAgain) look()
      })
  }
  const idle = (): Promise<unknown> => Promise.allSettled([...active].map(({ done }) => done))
  return {
    look,
    accept: (accepting) => {
      isAccepting = accepting
      look()
    },
    load: () => Math.min(1, active.size / agent.concurrency),
    drain: async (graceMilliseconds) => {
      isDraining = true
      // What is just being lent has to be finished or given back like the rest.
      await taking
      const over = new AbortController()
      await Promise.race([idle(), clock.sleep(graceMilliseconds, over.signal)])
      over.abort()
      for (const { interrupt } of active) interrupt('ending', 'The agent has to end: another attempt may follow.')
      await Promise.race([idle(), clock.sleep(RETURN_MILLISECONDS)])
    },
  }
}
