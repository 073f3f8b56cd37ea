import type { Bus } from '@mothership/platform/bus'
import { ErrorCode, MothershipError } from '@mothership/platform/errors'
import type { Peers } from '@mothership/platform/peers'
import { withCorrelationId, type Logger } from '@mothership/platform/telemetry'
import { backoff, disposeAll, every, once, type Disposer } from '@mothership/platform/time'
import { stepFailed } from '../domain/lifecycle.ts'
import { peerStepOf } from '../domain/steps.ts'
import type { Task } from '../domain/task.ts'
import { Topic } from '../events.ts'
import type { TaskStore } from '../store.ts'
import type { DueStep } from '../store/steps.ts'
import { asOf, checkResult, compileDirective, type Learnt } from './peer-steps.ts'

const POLL_MILLISECONDS = 1_000
/** A step that is younger than that has enough of its lease left. */
const RENEW_MILLISECONDS = 1_500
const MAX_RUNNING = 32
const BACKOFF = { baseMilliseconds: 250, maxMilliseconds: 30_000 }
/** A peer's bug, which it masks, may pass; one that does not ends the task. */
const MAX_UNKNOWN_FAILURES = 5

interface RunnerOptions {
  store: TaskStore
  peers: Peers
  bus: Bus
  logger: Logger
}

/** Takes the steps of tasks that are due, in this process, until it is disposed of; that waits for those in progress. */
export const runSteps = async (options: RunnerOptions): Promise<Disposer> => {
  const { store, bus, logger } = options
  const running = new Map<Promise<void>, { task: Task; since: number }>()
  let isDisposed = false
  let isTaking = false
  let isWoken = false

  const begin = (due: DueStep, task: Task): void => {
    const step = withCorrelationId(task.correlationId, () => takeStep(options, due, task))
      .catch((error: unknown) => logger.warn({ error, taskId: task.id }, 'a step failed; it is taken again'))
      .finally(() => {
        running.delete(step)
        if (running.size === MAX_RUNNING - 1) wake()
      })
    running.set(step, { task, since: performance.now() })
  }
  const take = async (): Promise<void> => {
    while (isWoken && !isDisposed && running.size < MAX_RUNNING) {
      isWoken = false
      const due = await store.takeSteps(MAX_RUNNING - running.size)
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
    take()
      .catch((error: unknown) => logger.warn({ error }, 'steps could not be taken; trying again'))
      .finally(() => {
        isTaking = false
        if (isWoken && running.size < MAX_RUNNING && !isDisposed) setTimeout(wake, POLL_MILLISECONDS).unref()
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
    await Promise.all(running.keys())
  })
}

const takeStep = async (options: RunnerOptions, due: DueStep, task: Task): Promise<void> => {
  const { store } = options
  const step = peerStepOf(task)
  if (step === null) return store.letTimePass(task.id)
  const learnt = await askPeer(options, due, task)
  if (learnt) await store.change(task.id, asOf(task, learnt))
}

/** What the peer answered, as a transition; null where it is asked again later. */
const askPeer = async ({ store, peers, logger }: RunnerOptions, due: DueStep, task: Task): Promise<Learnt | null> => {
  try {
    return task.state === 'VALIDATING'
      ? await checkResult(store, peers, task)
      : await compileDirective(store, peers, task)
  } catch (error) {
    const failure = failureOf(error, due.failures)
    if (failure) return (current, now) => stepFailed(current, failure, now)
    logger.warn({ error, taskId: task.id, failures: due.failures + 1 }, 'a step waits for a peer')
    await store.letTimePass(task.id)
    await store.postpone(task, backoff({ ...BACKOFF, attempt: due.failures }))
    return null
  }
}

/** Why a step is over for good; null: what went wrong may pass. */
const failureOf = (error: unknown, failures: number): { code: string; message: string } | null => {
  if (error instanceof MothershipError) {
    const mayPass = error.code === ErrorCode.UNAVAILABLE || error.code === ErrorCode.RATE_LIMITED
    return mayPass ? null : { code: error.code, message: error.message }
  }
  if (failures < MAX_UNKNOWN_FAILURES) return null
  return { code: 'INTERNAL_SERVER_ERROR', message: 'A peer failed again and again; its log says why.' }
}
