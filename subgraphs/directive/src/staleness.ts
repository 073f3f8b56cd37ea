import { groupBy } from '@mothership/platform/group-by'
import type { Runtime } from '@mothership/platform/subgraph'
import { disposeAll, once, type Disposer, sleep } from '@mothership/platform/time'
import type { About, Directives } from './directives.ts'
import { isCertainlyDifferent } from './domain/certain.ts'
import type { Directive } from './domain/directive.ts'
import { taskText } from './domain/request.ts'
import { asksTheSame, beliefsOf } from './domain/staleness.ts'
import type { DirectiveStore } from './store.ts'

/** So many directives are read at a time. */
const PAGE = 100
/** So many types and texts are compiled by one question to the ontology, */
const BATCH = 20
/** and so many questions are asked side by side: the database and this process both have work then. */
const AT_ONCE = 2
/** About so many of the beliefs that they rest on the ontology is asked by one question. */
const MOST_BELIEFS = 5000

/** Directives of one type and text: one compilation serves all of them. */
interface Group {
  readonly about: About
  readonly directives: readonly Directive[]
}

/** How often what was left by a process that died, or came in between, is looked for. */
const LOOK_MILLISECONDS = 1000
/**
 * Where the meaning of something is not known yet, the comparison rests for as long as it took, within these: who has little
 * to compare sees it soon, and who has much is not kept busy by it. Where one failed it waits ever longer.
 */
const LEAST_WAIT_MILLISECONDS = 250
const MOST_WAIT_MILLISECONDS = 5000

/** The waits as above, from what the last comparison of all came to. `failures` in a row; 0: none failed. */
export const waitAfter = ({ took, failures }: { took: number; failures: number }): number => {
  const wait = failures > 0 ? LEAST_WAIT_MILLISECONDS * 2 ** failures : took
  return Math.min(Math.max(wait, LEAST_WAIT_MILLISECONDS), MOST_WAIT_MILLISECONDS)
}

const groupsOf = (directives: readonly Directive[]): Group[] => {
  const placed = directives.map((directive) => {
    const { taskType, input } = directive
    return { directive, about: { taskType, text: taskText(taskType, input) } }
  })
  return [...groupBy(placed, ({ about }) => JSON.stringify(about)).values()].flatMap((group) => {
    const [first] = group
    return first ? [{ about: first.about, directives: group.map(({ directive }) => directive) }] : []
  })
}

const inBatches = (groups: readonly Group[]): Group[][] =>
  Array.from({ length: Math.ceil(groups.length / BATCH) }, (_, place) =>
    groups.slice(place * BATCH, (place + 1) * BATCH),
  )

/**
 * Keeps the status of the directives of unfinished tasks true: after each revision of the ontology they are compiled
 * once more, and are STALE where that gives another. What a task was told never changes by it.
 */
export const watchStaleness = (
  { logger }: Pick<Runtime, 'logger'>,
  { store, directives }: { store: DirectiveStore; directives: Directives },
): Disposer => {
  const ending = new AbortController()

  /** Compares some groups. Answers whether what they were compared with will not change by itself. */
  const compare = async (groups: readonly Group[]): Promise<boolean> => {
    const restOn = groups.flatMap((group) => group.directives.flatMap(beliefsOf))
    const asked = new Set([...new Set(restOn)].slice(0, MOST_BELIEFS))
    const abouts = groups.map(({ about }) => about)
    const { compiled, revision, isSettled } = await directives.compileNow(abouts, [...asked])
    const same: string[] = []
    const differing: string[] = []
    const certainlyDiffering: string[] = []
    let areAllByMeaning = true
    for (const [place, group] of groups.entries()) {
      const now = compiled[place]
      if (!now) continue
      for (const directive of group.directives) {
        if (now.known === null) (asksTheSame(directive, now.content) ? same : differing).push(directive.id)
        // What was compiled by words alone differs by what a provider's failure left out, and would say STALE of every task.
        else if (beliefsOf(directive).every((id) => asked.has(id)) && isCertainlyDifferent(directive, now.known))
          certainlyDiffering.push(directive.id)
      }
      if (now.known !== null) areAllByMeaning = false
    }
    await store.keepComparison({ same, differing, revision, isSettled })
    // Once the meanings are known, these are compared as a whole.
    if (certainlyDiffering.length > 0)
      await store.keepComparison({ same: [], differing: certainlyDiffering, revision, isSettled: false })
    return isSettled && areAllByMeaning
  }

  /** As `compare`. Where some cannot be compared together, each is tried by itself: one fault must not hold up the others. */
  const compareBatch = async (groups: readonly Group[]): Promise<boolean> => {
    try {
      return await compare(groups)
    } catch (error) {
      if (groups.length === 1 || ending.signal.aborted) return logged(error)
      let areSettled = true
      for (const group of groups) areSettled = (await compareBatch([group])) && areSettled
      return areSettled
    }
  }

  /** Compares all that is behind. Answers whether that settled it. */
  const compareAll = async (): Promise<boolean> => {
    let areSettled = true
    let after: string | null = null
    while (!ending.signal.aborted) {
      const page = await store.listBehind({ after, limit: PAGE })
      const batches = inBatches(groupsOf(await store.findDirectives(page.map(({ id }) => id))))
      while (batches.length > 0 && !ending.signal.aborted) {
        const settled = await Promise.all(batches.splice(0, AT_ONCE).map(compareBatch))
        areSettled = settled.every(Boolean) && areSettled
      }
      after = page.at(-1)?.id ?? null
      if (page.length < PAGE) break
    }
    return areSettled
  }

  let hasFailed = false
  const logged = (error: unknown): false => {
    hasFailed = true
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
    let failures = 0
    while (!ending.signal.aborted) {
      isWoken = false
      hasFailed = false
      nap = new AbortController()
      const began = performance.now()
      const areSettled = await compareAll().catch(logged)
      failures = hasFailed ? failures + 1 : 0
      const wait = areSettled ? LOOK_MILLISECONDS : waitAfter({ took: performance.now() - began, failures })
      if (!isWoken) await sleep(wait, AbortSignal.any([ending.signal, nap.signal]))
    }
  })()

  const stopFollowing = [store.followOntology(wake), store.followTasks(wake)]
  return once(async () => {
    ending.abort()
    await disposeAll([...stopFollowing, () => loop])
  })
}
