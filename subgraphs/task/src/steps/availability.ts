import type { Bus } from '@mothership/platform/bus'
import type { Identity } from '@mothership/platform/identity'
import { iteratePulls } from '@mothership/platform/iterate'
import type { Logger } from '@mothership/platform/telemetry'
import { sleep } from '@mothership/platform/time'
import { Topic } from '../events.ts'
import type { TaskStore } from '../store.ts'
import type { AgentDirectory } from './agents.ts'

/** A lost "look" costs no more. */
const POLL_MILLISECONDS = 3_000
/** Tasks that come in a burst are counted once. */
const PAUSE_MILLISECONDS = 50

/**
 * How many tasks wait for the caller's skills: at once, then upon each change. It counts when it is asked for the next,
 * so a slow reader gets the latest count and nothing queues up. Throws where the caller is no registered agent.
 */
export const followAvailability = async (
  options: { store: TaskStore; agents: AgentDirectory; bus: Bus; logger: Logger },
  caller: Identity,
): Promise<AsyncIterableIterator<number>> => {
  const { store, agents, bus, logger } = options
  await agents.find(caller)
  const ending = new AbortController()
  let look = new AbortController()
  const stopListening = await bus.subscribe(Topic.QUEUE, () => look.abort())
  let last: number | undefined
  let countedAt = 0

  const count = async (): Promise<number> => {
    const { isDraining, skills } = await agents.recall(caller)
    return isDraining || skills.length === 0 ? 0 : store.countAvailable(skills)
  }
  const pull = async (): Promise<IteratorResult<number>> => {
    while (!ending.signal.aborted) {
      if (last !== undefined) {
        await sleep(POLL_MILLISECONDS, AbortSignal.any([look.signal, ending.signal]))
        await sleep(PAUSE_MILLISECONDS - (performance.now() - countedAt), ending.signal)
        if (ending.signal.aborted) break
      }
      // Before the count, so that what changes meanwhile is counted again.
      look = new AbortController()
      countedAt = performance.now()
      const available: number | undefined = await count().catch((error: unknown) => {
        logger.warn({ error }, 'waiting tasks could not be counted; counting again')
        return last ?? 0
      })
      // The same number may be other tasks: only that there are still none is no news.
      if (available === 0 && last === 0) continue
      last = available
      return { done: false, value: available }
    }
    return { done: true, value: undefined }
  }
  return iteratePulls(pull, async () => {
    ending.abort()
    await stopListening()
  })
}
