import { groupBy } from '@mothership/platform/group-by'
import type { Runtime } from '@mothership/platform/subgraph'
import { disposeAll, once, type Disposer, sleep } from '@mothership/platform/time'
import type { Directives } from './directives.ts'
import type { Directive } from './domain/directive.ts'
import { taskText } from './domain/request.ts'
import { asksTheSame } from './domain/staleness.ts'
import type { DirectiveStore } from './store.ts'

/** How many directives are compared at a time; those of the same type and text by one compilation. */
const PAGE = 50
/** Of these so many compilations run side by side. */
const AT_ONCE = 8

interface About {
  readonly taskType: string
  readonly text: string
}

/** How often what was left by a process that died, or came in between, is looked for. */
const LOOK_MILLISECONDS = 1000
/** How long to wait where a comparison failed, or the meaning of some beliefs is not known yet: ever longer. */
const LEAST_WAIT_MILLISECONDS = 250
const MOST_WAIT_MILLISECONDS = 5000

/**
 * Keeps the status of the directives of unfinished tasks true: after each revision of the ontology they are compiled
 * once more, and are STALE where that gives another. What a task was told never changes by it.
 */
export const watchStaleness = (
  { logger }: Pick<Runtime, 'logger'>,
  { store, directives }: { store: DirectiveStore; directives: Directives },
): Disposer => {
  const ending = new AbortController()

  /** Compares directives of one type and text. Answers whether what they were compared with will not change by itself. */
  const compare = async (group: readonly Directive[], about: About): Promise<boolean> => {
    const { content, revision, isSettled, isByMeaning } = await directives.compileNow(about)
    // What was compiled by words alone differs by what a provider's failure left out, and would say STALE of every task.
    if (!isByMeaning) return false
    const same = group.filter((directive) => asksTheSame(directive, content)).map(({ id }) => id)
    const differing: string[] = []
    const finished: string[] = []
    for (const { id, taskId } of group) {
      if (same.includes(id) || taskId === null) continue
      // It was finished before its directive was kept, so that nobody took it off the list.
      if (await store.isFinished(taskId)) finished.push(taskId)
      else differing.push(id)
    }
    if (finished.length > 0) await store.forgetTasks(finished)
    await store.keepComparison({ same, differing, revision: isSettled ? revision : null })
    return isSettled
  }

  /** Compares all that is behind. Answers whether that settled it. */
  const compareAll = async (): Promise<boolean> => {
    let areSettled = true
    let after: string | null = null
    while (!ending.signal.aborted) {
      const page = await store.listBehind({ after, limit: PAGE })
      const groups = groupBy(
        (await store.findDirectives(page.map(({ id }) => id))).map((directive) => ({
          directive,
          about: { taskType: directive.taskType, text: taskText(directive.taskType, directive.input) },
        })),
        ({ about }) => JSON.stringify(about),
      )
      const compareGroup = async (group: readonly { directive: Directive; about: About }[]): Promise<boolean> => {
        const [first] = group
        const own = group.map(({ directive }) => directive)
        return first === undefined || compare(own, first.about).catch(logged)
      }
      const waiting = [...groups.values()]
      while (waiting.length > 0) {
        const settled = await Promise.all(waiting.splice(0, AT_ONCE).map(compareGroup))
        areSettled = settled.every(Boolean) && areSettled
      }
      after = page.at(-1)?.id ?? null
      if (page.length < PAGE) break
    }
    return areSettled
  }
  const logged = (error: unknown): false => {
    if (!ending.signal.aborted)
      logger.warn({ error }, 'a directive was not compared with what it would be; trying again')
    return false
  }

  let isWoken = false
  let nap = new AbortController()
  const wake = (): void => {
    isWoken = true
    nap.abort()
  }
  const loop = (async () => {
    let waits = 0
    while (!ending.signal.aborted) {
      isWoken = false
      nap = new AbortController()
      const areSettled = await compareAll().catch(logged)
      waits = areSettled ? 0 : waits + 1
      const wait = Math.min(LEAST_WAIT_MILLISECONDS * 2 ** waits, MOST_WAIT_MILLISECONDS)
      if (!isWoken) await sleep(areSettled ? LOOK_MILLISECONDS : wait, AbortSignal.any([ending.signal, nap.signal]))
    }
  })()

  const stopFollowing = [store.followOntology(wake), store.followTasks()]
  return once(async () => {
    ending.abort()
    await disposeAll([...stopFollowing, () => loop])
  })
}
