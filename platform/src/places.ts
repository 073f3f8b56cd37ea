/** Gives a place back. Safe to call more than once. */
export type Leave = () => void

export interface Places {
  /** A place, or null where all are taken. */
  tryTake(): Leave | null
  /** The next place that is free, in the order of asking; null where none was in time. */
  take(options: { waitMilliseconds: number }): Promise<Leave | null>
}

/** So many places for work that takes much: who has none waits for one, or does without. */
export const createPlaces = (count: number): Places => {
  let free = count
  const waiting: ((leave: Leave) => void)[] = []

  const occupy = (): Leave => {
    let hasLeft = false
    return () => {
      if (hasLeft) return
      hasLeft = true
      // Whoever waits takes over this place.
      const next = waiting.shift()
      if (next) next(occupy())
      else free++
    }
  }
  const tryTake = (): Leave | null => {
    if (free === 0) return null
    free--
    return occupy()
  }
  return {
    tryTake,
    take: ({ waitMilliseconds }) =>
      new Promise((resolve) => {
        const taken = tryTake()
        if (taken) return resolve(taken)
        const enter = (leave: Leave): void => {
          clearTimeout(timer)
          resolve(leave)
        }
        const timer = setTimeout(() => {
          waiting.splice(waiting.indexOf(enter), 1)
          resolve(null)
        }, waitMilliseconds)
        waiting.push(enter)
      }),
  }
}
