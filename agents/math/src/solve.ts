import { MathFailure } from './engine/failure.ts'
import { EnginePool } from './engine/pool.ts'
import type { Problem, Solution } from './engine/problem.ts'
import { problemSchema } from './engine/problem.ts'

export { MathFailure } from './engine/failure.ts'
export type { Solution } from './engine/problem.ts'

/** For one problem. */
export interface SolveOptions {
  /** 15 seconds unless it is given. */
  readonly timeoutMilliseconds?: number
  readonly signal?: AbortSignal | undefined
}

const DEFAULT_TIMEOUT_MILLISECONDS = 15_000

/** Solves mathematics problems, each in a worker that can be terminated. Dispose of it to end the workers. */
export class MathSolver {
  readonly #pool: EnginePool

  constructor({ concurrency = 1 }: { concurrency?: number } = {}) {
    this.#pool = new EnginePool({ size: concurrency })
  }

  /** Resolves when the workers are warm. */
  ready(): Promise<void> {
    return this.#pool.ready()
  }

  /**
   * Solves one problem of the task type `math.solve`.
   *
   * @throws MathFailure {code, message, retryable}
   */
  async solve(
    input: unknown,
    { timeoutMilliseconds = DEFAULT_TIMEOUT_MILLISECONDS, signal }: SolveOptions = {},
  ): Promise<Solution> {
    return this.#pool.run(parseProblem(input), { timeoutMilliseconds, signal })
  }

  dispose(): Promise<void> {
    return this.#pool.dispose()
  }
}

/** Reads the input of a task. @throws MathFailure BAD_INPUT that names every property at fault */
export function parseProblem(input: unknown): Problem {
  const parsed = problemSchema.safeParse(input)
  if (parsed.success) return parsed.data
  const problems = parsed.error.issues
    .slice(0, 5)
    .map(({ path, message }) => `${path.join('.') || 'input'}: ${message}`)
  throw new MathFailure('BAD_INPUT', problems.join('; ').slice(0, 1_000))
}

let shared: MathSolver | undefined

/** The same by one solver for the whole process, made at the first call. @throws MathFailure */
export function solveMath(input: unknown, options: SolveOptions = {}): Promise<Solution> {
  shared ??= new MathSolver()
  return shared.solve(input, options)
}
