import { BadUserInputError } from '@mothership/platform/errors'
import { LEAST_RELEVANCE } from './domain/search.ts'
import type { Meaning } from './meaning.ts'
import type { OntologyStore } from './store.ts'
import type { TaskToGovern } from './store/governing.ts'
import type { Direction } from './store/search.ts'

const MOST_CANDIDATES = 5000
/** A MUST without task types is cut only beyond so many of them for one task, and that is told. */
const MOST_MUSTS = 5000
const MOST_TASKS = 20
/** Beliefs that are told of beside the candidates. */
const MOST_BELIEFS = 5000
/** A task's text is cut to this many characters. */
const MOST_TASK_TEXT = 10_000
/** How many texts the model is asked for at a time. */
const AT_A_TIME = 4

/** Tasks as they are asked about, and how many candidates for each. */
export interface GoverningRequest {
  readonly tasks: readonly { readonly taskType: string; readonly text: string }[]
  readonly limit: number
}

/** The directions of texts in their order, asked for a few at a time; null where the model fails. */
export const directionsOf = async (meaning: Meaning, texts: readonly string[]): Promise<(Direction | null)[]> => {
  const directions: (Direction | null)[] = []
  for (let done = 0; done < texts.length; done += AT_A_TIME) {
    const some = texts.slice(done, done + AT_A_TIME)
    directions.push(...(await Promise.all(some.map((text) => meaning.ofQuery(text)))))
  }
  return directions
}

/** Tasks with their directions, and the bounds of what is looked for. Throws BadUserInputError. */
export const toGovern = async (meaning: Meaning, { tasks, limit }: GoverningRequest) => {
  assertWithin('limit', limit, [1, MOST_CANDIDATES])
  assertWithin('tasks', tasks.length, [1, MOST_TASKS])
  const texts = tasks.map(textOf)
  const directions = await directionsOf(meaning, texts)
  const known = tasks.map(({ taskType }, place): TaskToGovern => ({
    taskType,
    text: texts[place] ?? '',
    direction: directions[place] ?? null,
  }))
  return { tasks: known, limit, mustLimit: MOST_MUSTS, leastRelevance: LEAST_RELEVANCE }
}

/** What a task is about, for a search. The type is words too: math.solve is about mathematics. */
const textOf = ({ taskType, text }: GoverningRequest['tasks'][number]): string => {
  const storable = text.slice(0, MOST_TASK_TEXT).replaceAll('\0', ' ').toWellFormed()
  return `${taskType.replaceAll(/[._-]/g, ' ')} ${storable}`
}

const assertWithin = (path: string, count: number, [least, most]: readonly [number, number]): void => {
  if (count >= least && count <= most) return
  throw new BadUserInputError(`${path} is ${count}; it may be ${least} to ${most}.`, { path })
}

export type Governing = ReturnType<typeof createGoverning>

/**
 * The beliefs that bear on tasks, of one snapshot. By words alone where the meaning cannot be computed: a task is told what
 * names its type whatever a provider does.
 */
export const createGoverning =
  ({ store, meaning }: { store: OntologyStore; meaning: Meaning }) =>
  async ({ beliefIds, ...request }: GoverningRequest & { readonly beliefIds: readonly string[] }) => {
    assertWithin('beliefIds', beliefIds.length, [0, MOST_BELIEFS])
    return store.govern({ ...(await toGovern(meaning, request)), beliefIds })
  }
