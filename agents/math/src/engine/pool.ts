import { Worker } from 'node:worker_threads'
import { MathFailure } from './failure.ts'
import type { Problem, Solution } from './problem.ts'
import type { WorkerReply, WorkerRequest } from './worker.ts'

const ENGINE = new URL('./worker-bootstrap.mjs', import.meta.url)

/** How a pool is set up. */
export interface PoolOptions {
  /** How many problems are worked on at once; more wait their turn. */
  readonly size?: number
  /** Of each worker; one that needs more ends with OUT_OF_MEMORY. */
  readonly memoryMegabytes?: number
  /** What each worker runs, speaking as worker.ts does: the engine unless it is given. */
  readonly program?: URL
}

/** For one problem. */
export interface RunOptions {
  /** From when a worker takes the problem; waiting for a worker does not count. */
  readonly timeoutMilliseconds: number
  readonly signal?: AbortSignal | undefined
}

interface Lane {
  readonly worker: Worker
  readonly ready: Promise<void>
  isReady: boolean
  job: Job | null
}

interface Job {
  readonly id: number
  readonly problem: Problem
  readonly options: RunOptions
  readonly resolve: (solution: Solution) => void
  readonly reject: (error: Error) => void
  /** Removes the timer and the listener of the signal. */
  release: () => void
}

/**
 * Workers that are warm before they are needed. Compute-engine can run past every limit of its own, so the only way to
 * stop a problem is to terminate its worker: on time-out, on cancellation and on lack of memory that happens, a warm spare
 * takes its place, and a fresh one becomes the spare. The process itself never stalls.
 */
export class EnginePool {
  readonly #lanes: Lane[] = []
  readonly #waiting: Job[] = []
  readonly #size: number
  readonly #memoryMegabytes: number
  readonly #program: URL
  #nextId = 1
  #failedStarts = 0
  #isDisposed = false

  constructor({ size = 1, memoryMegabytes = 768, program = ENGINE }: PoolOptions = {}) {
    this.#size = size
    this.#memoryMegabytes = memoryMegabytes
    this.#program = program
    for (let index = 0; index < size; index += 1) this.#addLane()
  }

  /** Resolves when as many workers are warm as work at once. */
  async ready(): Promise<void> {
    await Promise.all(this.#lanes.map((lane) => lane.ready))
  }

  /**
   * Solves a problem in a worker.
   *
   * @throws MathFailure with any of its codes
   */
  run(problem: Problem, options: RunOptions): Promise<Solution> {
    if (this.#isDisposed) return Promise.reject(shutDown())
    if (options.signal?.aborted) return Promise.reject(cancelled())
    return new Promise((resolve, reject) => {
      const job: Job = { id: this.#nextId, problem, options, resolve, reject, release: () => undefined }
      this.#nextId += 1
      const onAbort = (): void => this.#abandon(job, cancelled())
      options.signal?.addEventListener('abort', onAbort, { once: true })
      job.release = () => options.signal?.removeEventListener('abort', onAbort)
      this.#waiting.push(job)
      this.#dispatch()
    })
  }

  /** Terminates all workers; what is still worked on is rejected as CANCELLED. */
  async dispose(): Promise<void> {
    this.#isDisposed = true
    const lanes = this.#lanes.splice(0)
    const jobs = [...this.#waiting.splice(0), ...lanes.flatMap(({ job }) => (job ? [job] : []))]
    for (const job of jobs) reject(job, shutDown())
    await Promise.all(lanes.map(({ worker }) => worker.terminate()))
  }

  #addLane(): void {
    const worker = new Worker(this.#program, {
      // Of the parent's options, such as another loader, none is wanted.
      execArgv: [],
      resourceLimits: { maxOldGenerationSizeMb: this.#memoryMegabytes, stackSizeMb: 4 },
    })
    let announce: () => void = () => undefined
    const ready = new Promise<void>((resolve) => (announce = resolve))
    const lane: Lane = { worker, ready, isReady: false, job: null }
    worker.on('message', (reply: WorkerReply) => {
      if (reply.kind !== 'ready') return this.#settle(lane, reply)
      lane.isReady = true
      this.#failedStarts = 0
      // An idle worker keeps no process alive; one that starts or works does.
      worker.unref()
      announce()
      this.#dispatch()
      setTimeout(() => this.#topUp(), SPARE_MILLISECONDS).unref()
    })
    worker.on('error', (error: Error & { code?: string }) => this.#replace(lane, failureOf(error)))
    worker.on('exit', () => this.#replace(lane, new MathFailure('WORKER_LOST', 'the worker ended')))
    this.#lanes.push(lane)
  }

  /** Adds the spare, where all others are ready: it stands in at once for a worker that must be terminated. */
  #topUp(): void {
    const isCalm = !this.#isDisposed && this.#lanes.every(({ isReady }) => isReady)
    if (isCalm && this.#lanes.length <= this.#size) this.#addLane()
  }

  #dispatch(): void {
    for (const lane of this.#lanes) {
      if (this.#lanes.filter((each) => each.job).length >= this.#size) return
      if (!lane.isReady || lane.job) continue
      const job = this.#waiting.shift()
      if (!job) return
      this.#start(lane, job)
    }
  }

  #start(lane: Lane, job: Job): void {
    const { timeoutMilliseconds } = job.options
    const message = `no answer within ${timeoutMilliseconds} ms`
    const timer = setTimeout(() => this.#abandon(job, new MathFailure('TIMED_OUT', message)), timeoutMilliseconds)
    const releaseSignal = job.release
    job.release = () => {
      clearTimeout(timer)
      releaseSignal()
    }
    lane.job = job
    lane.worker.ref()
    const request: WorkerRequest = { id: job.id, problem: job.problem, timeoutMilliseconds }
    lane.worker.postMessage(request)
  }

  #settle(lane: Lane, reply: Exclude<WorkerReply, { kind: 'ready' }>): void {
    const { job } = lane
    // A reply that crossed with its own time-out belongs to nobody any more.
    if (job?.id !== reply.id) return
    lane.job = null
    lane.worker.unref()
    job.release()
    if (reply.kind === 'solved') job.resolve(reply.solution)
    else if (reply.kind === 'failed') job.reject(new MathFailure(reply.code, reply.message))
    else job.reject(new Error(`a bug in the engine: ${reply.message}`))
    this.#dispatch()
  }

  /** Ends a job before its answer: one that waits is forgotten, one that runs takes its worker with it. */
  #abandon(job: Job, error: MathFailure): void {
    const index = this.#waiting.indexOf(job)
    if (index >= 0) this.#waiting.splice(index, 1)
    const lane = this.#lanes.find((each) => each.job === job)
    if (lane) this.#replace(lane, error)
    else reject(job, error)
  }

  #replace(lane: Lane, error: MathFailure): void {
    const index = this.#lanes.indexOf(lane)
    // Both `error` and `exit` come for a worker that fails, and `exit` for one that was terminated here.
    if (index < 0) return
    this.#lanes.splice(index, 1)
    const { job } = lane
    lane.job = null
    if (job) reject(job, error)
    void lane.worker.terminate()
    if (!lane.isReady) this.#failedStarts += 1
    if (this.#isDisposed) return
    this.#dispatch()
    if (this.#failedStarts < MOST_FAILED_STARTS) this.#addLane()
    else for (const each of this.#waiting.splice(0)) reject(each, error)
  }
}

/** From when a worker is ready until the spare starts: the first problems shall not wait for the processor. */
const SPARE_MILLISECONDS = 3_000

/** Workers that end before they are ready, in a row, until the pool gives up rather than spin. */
const MOST_FAILED_STARTS = 5

function reject(job: Job, error: MathFailure): void {
  job.release()
  job.reject(error)
}

function cancelled(): MathFailure {
  return new MathFailure('CANCELLED', 'the problem was cancelled')
}

function shutDown(): MathFailure {
  return new MathFailure('CANCELLED', 'the engine has been shut down')
}

function failureOf(error: Error & { code?: string }): MathFailure {
  if (error.code === 'ERR_WORKER_OUT_OF_MEMORY')
    return new MathFailure('OUT_OF_MEMORY', 'the problem needs more memory than a worker has')
  return new MathFailure('WORKER_LOST', `the worker ended: ${error.message.slice(0, 200)}`)
}
