import { parentPort } from 'node:worker_threads'
import { setWarmUpTime } from './cortex.ts'
import { MathFailure } from './failure.ts'
import type { FailureCode } from './failure.ts'
import type { Problem, Solution } from './problem.ts'
import { run } from './run.ts'

/** What the pool sends: one problem at a time, and when it will give up. */
export interface WorkerRequest {
  readonly id: number
  readonly problem: Problem
  /** Milliseconds from now until the pool terminates this worker. */
  readonly timeoutMilliseconds: number
}

/** What the worker answers: `ready` once, then one of the others for each request. */
export type WorkerReply =
  | { readonly kind: 'ready' }
  | { readonly kind: 'solved'; readonly id: number; readonly solution: Solution }
  | { readonly kind: 'failed'; readonly id: number; readonly code: FailureCode; readonly message: string }
  | { readonly kind: 'broken'; readonly id: number; readonly message: string }

async function answer({ id, problem, timeoutMilliseconds }: WorkerRequest): Promise<WorkerReply> {
  try {
    const solution = await run(problem, { deadline: performance.now() + timeoutMilliseconds })
    return { kind: 'solved', id, solution }
  } catch (error) {
    if (error instanceof MathFailure) return { kind: 'failed', id, code: error.code, message: error.message }
    return { kind: 'broken', id, message: error instanceof Error ? (error.stack ?? error.message) : String(error) }
  }
}

/** Solves one of most things, so that the first problem does not pay for what is set up or compiled on first use. */
async function warmUp(): Promise<void> {
  const problems: readonly Problem[] = [
    { operation: 'integrate', expression: 'x * sin(x)' },
    { operation: 'solve', expression: 'x^3 = 2' },
    { operation: 'evaluate', expression: 'sin(1)' },
  ]
  const began = performance.now()
  for (const problem of problems) await run(problem)
  setWarmUpTime(performance.now() - began)
}

const port = parentPort
if (port) {
  const send = (reply: WorkerReply): void => port.postMessage(reply)
  await warmUp()
  port.on('message', (request: WorkerRequest) => {
    void answer(request).then(send)
  })
  send({ kind: 'ready' })
}
