import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { EnginePool, type PoolOptions } from '../src/engine/pool.ts'
import type { Problem } from '../src/engine/problem.ts'

/** Compute-engine works on this for a minute and more. */
const ENDLESS: Problem = {
  operation: 'integrate',
  expression: 'sin(x^2) * exp(x^3) * tan(x) * log(x) / sqrt(x + 1)',
}
const EASY: Problem = { operation: 'evaluate', expression: '6 * 7' }

const startPool = async (options: PoolOptions = {}): Promise<EnginePool> => {
  const pool = new EnginePool(options)
  await pool.ready()
  return pool
}

const solveEasy = async (pool: EnginePool): Promise<unknown> => {
  const { result } = await pool.run(EASY, { timeoutMilliseconds: 60_000 })
  return result.answer
}

describe('a pool of one engine', () => {
  let pool: EnginePool
  beforeAll(async () => void (pool = await startPool()))
  afterAll(() => pool.dispose())

  it('integrates x^2 sin x, checked', async () => {
    const problem: Problem = { operation: 'integrate', expression: 'x^2 * sin(x)', variable: 'x' }
    const { trace } = await pool.run(problem, { timeoutMilliseconds: 60_000 })
    expect(trace.evidence.map(({ type }) => type)).toContain('differentiated-integral')
  })

  it('ends a problem that goes on for ever, and solves the next', async () => {
    await expect(pool.run(ENDLESS, { timeoutMilliseconds: 700 })).rejects.toMatchObject({
      code: 'TIMED_OUT',
      retryable: false,
    })
    expect(await solveEasy(pool)).toBe('42')
  })

  it('keeps its process responsive while a worker is busy', async () => {
    const controller = new AbortController()
    const busy = pool.run(ENDLESS, { timeoutMilliseconds: 100_000, signal: controller.signal })
    const ended = expect(busy).rejects.toMatchObject({ code: 'CANCELLED' })
    // Not how many turns fit into a time: a process that is not responsive comes to none of them before the problem ends.
    for (let turns = 0; turns < 50; turns++) await new Promise((resolve) => setTimeout(resolve, 20))
    controller.abort()
    await ended
  })

  it('ends a problem that is cancelled, and solves the next', async () => {
    const controller = new AbortController()
    const running = pool.run(ENDLESS, { timeoutMilliseconds: 60_000, signal: controller.signal })
    setTimeout(() => controller.abort(), 300)
    await expect(running).rejects.toMatchObject({ code: 'CANCELLED' })
    expect(await solveEasy(pool)).toBe('42')
  })

  it('forgets a problem that is cancelled before its turn', async () => {
    const controller = new AbortController()
    const running = pool.run(ENDLESS, { timeoutMilliseconds: 1_000 }).catch((error: unknown) => error)
    const waiting = pool.run(EASY, { timeoutMilliseconds: 60_000, signal: controller.signal })
    controller.abort()
    await expect(waiting).rejects.toMatchObject({ code: 'CANCELLED' })
    await expect(pool.run(EASY, { timeoutMilliseconds: 100, signal: AbortSignal.abort() })).rejects.toMatchObject({
      code: 'CANCELLED',
    })
    expect(await running).toMatchObject({ code: 'TIMED_OUT' })
  })

  it('rejects what is left when it is disposed of', async () => {
    expect(await solveEasy(pool)).toBe('42')
    const jobs = [ENDLESS, EASY].map((problem) => pool.run(problem, { timeoutMilliseconds: 60_000 }))
    const settled = Promise.allSettled(jobs)
    await pool.dispose()
    for (const outcome of await settled)
      expect(outcome).toMatchObject({ status: 'rejected', reason: { code: 'CANCELLED' } })
    await expect(pool.run(EASY, { timeoutMilliseconds: 100 })).rejects.toMatchObject({ code: 'CANCELLED' })
  })
})

describe('a pool of engines', () => {
  it('ends a worker that takes too much memory', async () => {
    const pool = await startPool({ memoryMegabytes: 120, program: new URL('./hungry-worker.mjs', import.meta.url) })
    const hungry: Problem = { operation: 'evaluate', expression: 'hungry' }
    const failure: unknown = await pool.run(hungry, { timeoutMilliseconds: 60_000 }).catch((error: unknown) => error)
    expect(failure).toMatchObject({ code: 'OUT_OF_MEMORY' })
    expect(await solveEasy(pool)).toBe('42')
    await pool.dispose()
  })

  it('works on as many problems at once as it has places, and on the others in turn', async () => {
    const pool = await startPool({ size: 2 })
    const problems = Array.from({ length: 8 }, (_, k): Problem => ({
      operation: 'evaluate',
      expression: `${k} + ${k}`,
    }))
    const solutions = await Promise.all(problems.map((problem) => pool.run(problem, { timeoutMilliseconds: 60_000 })))
    expect(solutions.map(({ result }) => result.answer)).toEqual(['0', '2', '4', '6', '8', '10', '12', '14'])
    await pool.dispose()
  })
})
