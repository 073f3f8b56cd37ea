/**
 * An honest end of a task that an agent cannot do: thrown by `perform`, it fails the assignment under its own code and
 * message. `code` has capital letters, digits and underscores; `retryable` says whether another attempt could succeed.
 */
export class AgentFailure extends Error {
  readonly code: string
  readonly retryable: boolean

  constructor(failure: { code: string; message: string; retryable: boolean }) {
    super(failure.message)
    this.name = 'AgentFailure'
    this.code = failure.code
    this.retryable = failure.retryable
  }
}

/** Why work was broken off before `perform` was done. It is the `reason` of the work's signal. */
export class Interruption extends Error {
  readonly kind: InterruptionKind

  constructor(kind: InterruptionKind, message: string) {
    super(message)
    this.name = 'Interruption'
    this.kind = kind
  }
}

/**
 * cancelled: the task was called off. lost: the lease is over, and the task may be another agent's. violation: what was
 * done so far broke the directive. budget: the directive's time is used up. refused: the mothership would not take what
 * was reported. ending: the agent's process has to end.
 */
export type InterruptionKind = 'cancelled' | 'lost' | 'violation' | 'budget' | 'refused' | 'ending'

/** The mothership answered with an error, or could not be reached. `code` is its code, or NETWORK. */
export class MothershipFault extends Error {
  readonly code: string

  constructor(code: string, message: string) {
    super(message)
    this.name = 'MothershipFault'
    this.code = code
  }
}

/** The mothership knows no such secret, or it was revoked: nothing will mend that but another one. */
export class SecretRefused extends Error {
  constructor() {
    super(
      'The mothership refuses this agent’s secret. Ask an administrator for another, and set MOTHERSHIP_AGENT_SECRET.',
    )
    this.name = 'SecretRefused'
  }
}

const PASSING = new Set(['NETWORK', 'UNAVAILABLE', 'RATE_LIMITED', 'INTERNAL_SERVER_ERROR', 'UNAUTHENTICATED'])

/** Whether the same request may succeed later. */
export const isPassing = (error: unknown): boolean => error instanceof MothershipFault && PASSING.has(error.code)
