type Turn = { readonly running: Promise<unknown>; next: Promise<unknown> | null }

/**
 * Shares reads of the same: whoever asks while one runs waits for the next one, which begins after it was asked. So all
 * get what is true when they ask, and a thousand at once cost two reads.
 */
export const createTurns = () => {
  const turns = new Map<string, Turn>()
  const start = <T>(key: string, read: () => Promise<T>): Promise<T> => {
    const running = read()
    const turn: Turn = { running, next: null }
    turns.set(key, turn)
    const end = (): void => {
      if (turn.next === null) turns.delete(key)
    }
    running.then(end, end)
    return running
  }
  return <T>(key: string, read: () => Promise<T>): Promise<T> => {
    const turn = turns.get(key)
    if (!turn) return start(key, read)
    const startNext = (): Promise<T> => start(key, read)
    turn.next ??= turn.running.then(startNext, startNext)
    return turn.next as Promise<T>
  }
}
