import { availableParallelism } from 'node:os'
import { Agent, type Assignment, type Work } from '@mothership/agent-sdk'
import { AgentFailure } from '@mothership/agent-sdk/failure'
import { card } from './card.ts'
import { MathFailure, MathSolver } from './solve.ts'

/** Two at least, so that a problem without an end holds up only one place of them; each place is a thread. */
const CONCURRENCY = Math.min(4, Math.max(2, availableParallelism()))

/** Solves mathematics problems; each answer comes with the evidence of the second way that confirmed it. */
export class MathAgent extends Agent {
  readonly name = 'math'
  readonly version = card.version
  readonly skills = [
    { id: card.id, description: card.description, inputSchema: card.inputSchema, outputSchema: card.outputSchema },
  ]
  override readonly concurrency = CONCURRENCY
  readonly #solver = new MathSolver({ concurrency: CONCURRENCY })

  /** Resolves when the first problem will not have to wait for a thread to start. */
  warmUp(): Promise<void> {
    return this.#solver.ready()
  }

  async perform({ task }: Assignment, work: Work): Promise<unknown> {
    try {
      // At once with the plan: computing changes nothing in the world, so nothing has to be agreed on first.
      const [{ result, trace }] = await Promise.all([
        this.#solver.solve(task.input, { signal: work.signal }),
        work.plan(['parse', 'solve', 'verify']),
      ])
      for (const { name, data, at } of trace.steps) work.step(name, data, at)
      for (const { type, data } of trace.evidence) work.evidence(type, data)
      return result
    } catch (error) {
      if (!(error instanceof MathFailure)) throw error
      const { code, message, retryable } = error
      throw new AgentFailure({ code, message, retryable })
    }
  }

  dispose(): Promise<void> {
    return this.#solver.dispose()
  }
}
