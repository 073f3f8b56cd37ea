import type { Evidence, Json, TraceStep } from './problem.ts'

/** Collects what was done and what confirms it, while one problem is worked on. */
export class Trace {
  readonly steps: TraceStep[] = []
  readonly evidence: Evidence[] = []
  readonly #deadline: number

  constructor(deadline: number) {
    this.#deadline = deadline
  }

  /** How long there is until the pool gives up. */
  get millisecondsLeft(): number {
    return this.#deadline - performance.now()
  }

  step(name: string, data?: Json): void {
    this.steps.push({ name, at: new Date().toISOString(), ...(data !== undefined && { data }) })
  }

  /** Records a confirmation that has succeeded; a failed one is thrown, not recorded. */
  confirm(type: string, data: Json): void {
    this.evidence.push({ type, data })
  }
}
