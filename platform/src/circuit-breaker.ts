/** closed: calls go through; open: none does; half-open: one does, to see whether the service is back. */
export type CircuitState = 'closed' | 'open' | 'half-open'

/** Thrown in place of a call while the circuit is open. */
export class CircuitOpenError extends Error {
  constructor() {
    super('failed too often, and is left alone for a while')
    this.name = 'CircuitOpenError'
  }
}

export interface CircuitBreaker {
  state(): CircuitState
  /** Calls, unless the circuit is open: then it throws CircuitOpenError at once. What the call throws is thrown on. */
  run<T>(call: () => Promise<T>): Promise<T>
}

/**
 * Leaves a service alone that failed `failures` times one after the other, for `openMilliseconds`; then one call tries it,
 * and the others are refused until it has answered. `isFailure` says which errors are the service's (all, where it
 * is not given); another error neither opens nor closes the circuit.
 */
export const createCircuitBreaker = (options: {
  failures: number
  openMilliseconds: number
  /** Milliseconds that never go back; performance.now where it is not given. */
  now?: () => number
  isFailure?: (error: unknown) => boolean
}): CircuitBreaker => {
  const { failures, openMilliseconds, now = () => performance.now(), isFailure = () => true } = options
  let failed = 0
  let openedAt: number | null = null
  let isTrying = false
  // What a call started in an earlier state comes to says nothing of the present one.
  let generation = 0

  const state = (): CircuitState => {
    if (openedAt === null) return 'closed'
    return now() - openedAt < openMilliseconds ? 'open' : 'half-open'
  }
  const close = (): void => {
    if (openedAt !== null) generation += 1
    openedAt = null
    failed = 0
  }
  const fail = (): void => {
    failed += 1
    if (openedAt === null && failed < failures) return
    openedAt = now()
    generation += 1
  }
  return {
    state,
    run: async (call) => {
      const isTrial = state() === 'half-open'
      if (state() === 'open' || (isTrial && isTrying)) throw new CircuitOpenError()
      if (isTrial) isTrying = true
      const startedIn = generation
      try {
        const answer = await call()
        if (startedIn === generation) close()
        return answer
      } catch (error) {
        if (startedIn === generation && isFailure(error)) fail()
        throw error
      } finally {
        if (isTrial) isTrying = false
      }
    },
  }
}
