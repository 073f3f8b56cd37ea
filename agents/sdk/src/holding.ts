import type { Assignment } from './agent.ts'
import { persist } from './backoff.ts'
import type { Clock } from './clock.ts'
import { Interruption, type InterruptionKind, isPassing, MothershipFault } from './failure.ts'
import { type HoldFragment, HoldAssignmentDocument, StartAssignmentDocument } from './generated/documents.ts'
import type { Mothership } from './mothership.ts'
import { startPacer } from './pacer.ts'
import type { Trace } from './trace.ts'

/** A lease on an assignment: kept alive, and used to tell how the work goes. */
export interface Holding {
  /** Aborts, with an Interruption, when the work is to stop. */
  readonly signal: AbortSignal
  /** Aborts when the lease is left alone, for whatever reason. */
  readonly released: AbortSignal
  /** Of no effect once it is released. */
  interrupt(kind: InterruptionKind, message: string): void
  /** Tells the mothership that the work begins; asked again it answers the same. Throws the Interruption that came of it. */
  start(plan: readonly string[] | null): Promise<void>
  /** How far it is; null leaves it. New steps of the trace go along. */
  report(progress: { fraction: number; message: string | undefined } | null): void
  /** The lease is left alone from here. */
  release(): void
}

const REPORTS_PER_SECOND = 4
const SHORTEST_MILLISECONDS = 500
const LONGEST_MILLISECONDS = 30_000

/** Holds an assignment until it is released or interrupted. */
export const holdAssignment = (options: {
  assignment: Assignment & { token: string; leaseExpiresAt: string }
  mothership: Mothership
  clock: Clock
  trace: Trace
  onDrain: () => void
}): Holding => {
  const { assignment, mothership, clock, trace } = options
  const { id, token } = assignment
  const asking = { correlationId: assignment.task.correlationId }
  const stopping = new AbortController()
  const releasing = new AbortController()
  let leaseMilliseconds = mothership.millisecondsUntil(assignment.leaseExpiresAt)
  let pending: { fraction: number; message: string | undefined } | null = null
  let sentSteps = 0
  let started: Promise<void> | undefined

  const interrupt = (kind: InterruptionKind, message: string): void => {
    if (releasing.signal.aborted) return
    stopping.abort(new Interruption(kind, message))
    release()
  }
  const heed = (hold: HoldFragment): void => {
    leaseMilliseconds = mothership.millisecondsUntil(hold.leaseExpiresAt)
    if (hold.drain) options.onDrain()
    if (hold.violation) interrupt('violation', brokenBy(hold.violation))
    else if (hold.cancel) interrupt('cancelled', 'The task was called off.')
  }
  /** Passing failures are thrown, to be tried again; the others end the work. */
  const endOn = (error: unknown): void => {
    if (isPassing(error)) throw error
    const isLost = error instanceof MothershipFault && error.code === 'STALE_ASSIGNMENT'
    interrupt(isLost ? 'lost' : 'refused', error instanceof Error ? error.message : 'The mothership refused a report.')
  }
  const start = (plan: readonly string[] | null): Promise<void> => {
    const ask = () => mothership.ask(StartAssignmentDocument, { id, token, plan: plan && [...plan] }, asking)
    started ??= persist(ask, { clock, signal: stopping.signal })
      .then(({ startAssignment }) => heed(startAssignment))
      .catch(endOn)
    return started.then(() => stopping.signal.throwIfAborted())
  }
  const send = async (): Promise<void> => {
    await start(null)
    const progress = pending
    const steps = trace.steps.slice(sentSteps)
    pending = null
    try {
      const { holdAssignment: hold } = await mothership.ask(
        HoldAssignmentDocument,
        { id, token, progress: progress?.fraction, message: progress?.message, steps: steps.length > 0 ? steps : null },
        asking,
      )
      sentSteps += steps.length
      heed(hold)
    } catch (error) {
      // What came meanwhile is newer.
      pending ??= progress
      endOn(error)
    }
  }
  const pacer = startPacer({
    minMilliseconds: 1_000 / REPORTS_PER_SECOND,
    maxMilliseconds: () => Math.min(LONGEST_MILLISECONDS, Math.max(SHORTEST_MILLISECONDS, leaseMilliseconds / 3)),
    send,
    clock,
  })
  const release = (): void => {
    releasing.abort()
    void pacer.stop()
  }
  return {
    signal: stopping.signal,
    released: releasing.signal,
    interrupt,
    start,
    report: (progress) => {
      pending = progress ?? pending
      pacer.touch()
    },
    release,
  }
}

const brokenBy = (violation: NonNullable<HoldFragment['violation']>): string => {
  const reasons = violation.findings.filter(({ outcome }) => outcome === 'FAIL').map(({ reason }) => reason)
  return `What was done so far broke the directive: ${reasons.join('; ')}`
}
