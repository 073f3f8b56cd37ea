import { setMaxListeners } from 'node:events'
import type { Bus } from '@mothership/platform/bus'
import { ErrorCode, MothershipError } from '@mothership/platform/errors'
import type { Peers } from '@mothership/platform/peers'
import { withCorrelationId, withoutCorrelationId, type Logger } from '@mothership/platform/telemetry'
import { backoff, disposeAll, every, once, type Disposer, sleep } from '@mothership/platform/time'
import { stepFailed } from '../domain/lifecycle.ts'
import { peerStepOf } from '../domain/steps.ts'
import type { Task } from '../domain/task.ts'
import type { OverrunReport } from '../domain/verdict.ts'
import { Topic } from '../events.ts'
import type { TaskStore } from '../store.ts'
import type { DueStep } from '../store/steps.ts'
import { asOf, checkOverrun, checkResult, compileDirective, type Learnt } from './peer-steps.ts'

const POLL_MILLISECONDS = 1_000
/** A step that is younger than that has enough of its lease left. */
const RENEW_MILLISECONDS = 1_500
/** Of those that wait for a peer, maybe with a language model behind it; and of those that time alone asks for. */
const MAX_RUNNING = 32
/** How long those in progress are waited for at the end: another process takes again what is left. */
const GRACE_MILLISECONDS = 2000
const BACKOFF = { baseMilliseconds: 250, maxMilliseconds: 30_000 }
/** A peer's bug, which it masks, may pass; one that does not ends the task. */
const MAX_UNKNOWN_FAILURES = 5

interface RunnerOptions {
  store: TaskStore
  peers: Peers
  bus: Bus
  logger: Logger
}

/**
 * Takes the steps of tasks that are due, in this process, until it is disposed of; that waits 2 s for those in progress,
 * and leaves the others to whoever takes them next.
 */
export const runSteps = async (options: RunnerOptions): Promise<Disposer> => {
  const { store, bus, logger } = options
  const running = new Map<Promise<void>, { task: Task; since: number }>()
  const ending = new AbortController()
  // Each step that is running listens to it.
  setMaxListeners(2 * MAX_RUNNING, ending.signal)
  let isDisposed = false
  let isTaking = false
  let isWoken = false

  const countOf = (isOfPeer: boolean): number =>
    [...running.values()].filter(({ task }) => (peerStepOf(task) !== null) === isOfPeer).length

  const begin = (due: DueStep, task: Task): void => {
    const step = withCorrelationId(task.correlationId, () => takeStep({ ...options, signal: ending.signal }, due, task))
      .catch((error: unknown) => logger.warn({ error, taskId: task.id }, 'a step failed; it is taken again'))
      .finally(() => {
        running.delete(step)
        if (countOf(peerStepOf(task) !== null) === MAX_RUNNING - 1) wake()
      })
    running.set(step, { task, since: performance.now() })
  }
  const take = async (): Promise<void> => {
    while (isWoken && !isDisposed) {
      isWoken = false
      const due = await store.takeSteps({
        // One that was taken as of the other kind may have come on top.
        ofPeers: Math.max(0, MAX_RUNNING - countOf(true)),
        ofTime: Math.max(0, MAX_RUNNING - countOf(false)),
      })
      if (due.length === 0) continue
      isWoken = true
      const tasks = new Map((await store.findTasks(due.map(({ taskId }) => taskId))).map((task) => [task.id, task]))
      for (const step of due) {
        const task = tasks.get(step.taskId)
        if (task) begin(step, task)
      }
    }
  }
  const wake = (): void => {
    isWoken = true
    if (isTaking || isDisposed) return
    isTaking = true
    withoutCorrelationId(take)
      .catch((error: unknown) => logger.warn({ error }, 'steps could not be taken; trying again'))
      .finally(() => {
        isTaking = false
        if (isWoken && !isDisposed) setTimeout(wake, POLL_MILLISECONDS).unref()
      })
  }
  const renew = (): Promise<void> => {
    const old = performance.now() - RENEW_MILLISECONDS
    return store.renewSteps([...running.values()].flatMap(({ task, since }) => (since < old ? [task] : [])))
  }
  store.onStep(wake)
  const stopListening = await bus.subscribe(Topic.STEPS, wake)
  const stopPolling = every(
    POLL_MILLISECONDS,
    async () => {
      wake()
      await renew()
    },
    logger,
  )
  wake()
  return once(async () => {
    isDisposed = true
    await disposeAll([stopListening, stopPolling])
    const all = Promise.all(running.keys())
    await Promise.race([all, sleep(GRACE_MILLISECONDS, ending.signal)])
    ending.abort()
    await all
  })
}

type StepOptions = RunnerOptions & { readonly signal: AbortSignal }

const takeStep = async (options: StepOptions, due: DueStep, task: Task): Promise<void> => {
  const { store } = options
  const step = peerStepOf(task)
  if (step === null) {
    const report = await reportOverrun(options, task)
    // Whoever takes the step next asks again, rather than that it ends without a report.
    return options.signal.aborted ? undefined : store.letTimePass(task.id, report)
  }
  const learnt = await askPeer(options, due, task)
  if (learnt) await store.change(task.id, asOf(task, learnt))
}

/** The report on an attempt that takes longer than it may; null: it does not, or nobody answers: it ends all the same. */
const reportOverrun = async (
  { store, peers, logger, signal }: StepOptions,
  task: Task,
): Promise<OverrunReport | null> => {
  try {
    return await orAborted(checkOverrun(store, peers, task), signal)
  } catch (error) {
    logger.warn({ error, taskId: task.id }, 'an attempt that took too long ends without a report')
    return null
  }
}

/** What the peer answered, as a transition; null where it is asked again later. */
const askPeer = async (options: StepOptions, due: DueStep, task: Task): Promise<Learnt | null> => {
  const { store, peers, logger, signal } = options
  try {
    const learning =
      task.state === 'VALIDATING' ? checkResult(store, peers, task) : compileDirective(store, peers, task)
    return await orAborted(learning, signal)
  } catch (error) {
    if (signal.aborted) return null
    const failure = failureOf(error, due.failures)
    if (failure) return (current, now) => stepFailed(current, failure, now)
    logger.warn({ error, taskId: task.id, failures: due.failures + 1 }, 'a step waits for a peer')
    await store.letTimePass(task.id)
    await store.postpone(task, backoff({ ...BACKOFF, attempt: due.failures }))
    return null
  }
}

/** What work comes to; null where it is aborted before. */
const orAborted = <T>(work: Promise<T>, signal: AbortSignal): Promise<T | null> =>
  new Promise((resolve, reject) => {
    const onAbort = (): void => resolve(null)
    signal.addEventListener('abort', onAbort, { once: true })
    void work.then(resolve, reject).finally(() => signal.removeEventListener('abort', onAbort))
  })

/** Why a step is over for good; null: what went wrong may pass. */
const failureOf = (error: unknown, failures: number): { code: string; message: string } | null => {
  if (error instanceof MothershipError) {
    const mayPass = error.code === ErrorCode.UNAVAILABLE || error.code === ErrorCode.RATE_LIMITED
    return mayPass ? null : { code: error.code, message: error.message }
  }
  if (failures < MAX_UNKNOWN_FAILURES) return null
  return { code: 'INTERNAL_SERVER_ERROR', message: 'A peer failed again and again; its log says why.' }
}
