import { randomUUID } from 'node:crypto'
import { startTestSubgraph, type TestSubgraph } from '@mothership/platform/testing'
import type { ExecutionResult } from 'graphql'
import { createOntologySubgraph } from '../src/subgraph.ts'

/** An empty ontology, on a database of its own, that has nothing of its start left to do. */
export const startEmpty = async (environment: Record<string, string> = {}): Promise<TestSubgraph> => {
  const t = await startTestSubgraph(createOntologySubgraph({ starter: null, environment }))
  await eventually(async () => (await t.subgraph.ready()) === null)
  return t
}

export const CURATOR = { role: 'CURATOR', subject: 'carla', name: 'Carla' } as const
export const OTHER_CURATOR = { role: 'CURATOR', subject: 'otto', name: 'Otto' } as const
export const VIEWER = { role: 'VIEWER', subject: 'vera', name: 'Vera' } as const
export const AGENT = { role: 'AGENT', subject: 'credential', name: 'math' } as const
export const SERVICE = { role: 'SERVICE', subject: 'directive', name: 'directive' } as const

type Change = Record<string, unknown>
interface Options {
  baseRevision?: number
  message?: string
  by?: Partial<typeof CURATOR | typeof OTHER_CURATOR>
}

const APPLY = `mutation ($changes: [OntologyChangeInput!]!, $baseRevision: Int, $message: String) {
  applyChanges(changes: $changes, baseRevision: $baseRevision, message: $message) { number author message changeCount }
}`

export interface Applied {
  number: number
  author: string
  message: string | null
  changeCount: number
}

export const apply = async (t: TestSubgraph, changes: Change[], options: Options = {}): Promise<Applied> => {
  const { by = CURATOR, ...variables } = options
  const data = await t.data<{ applyChanges: Applied }>(APPLY, { changes, ...variables }, by)
  return data.applyChanges
}

export interface Refusal {
  code: unknown
  path: unknown
  message: string
  by?: unknown
  revision?: unknown
}

/** What a request was refused for. Throws where it was not. */
export const refusalOf = ({ errors }: ExecutionResult): Refusal => {
  const [error] = errors ?? []
  if (!error) throw new Error('it was not refused')
  const { code, path, by, revision } = error.extensions
  return { code, path, message: error.message, by, revision }
}

interface ToldCandidates {
  isByMeaning: boolean
  candidates: { beliefId: string; relevance: number }[]
  mustsCut: number
  shouldsCut: number
}

/** What the compiler is told of one task, each candidate by the name of its belief. */
export const govern = async (
  t: Pick<TestSubgraph, 'data'>,
  task: { taskType: string; text: string },
  limit = 500,
): Promise<{
  revision: number
  isSettled: boolean
  isByMeaning: boolean
  candidates: { name: string; relevance: number }[]
  mustsCut: number
  shouldsCut: number
  contradictions: { from: { name: string }; to: { name: string } }[]
}> => {
  const { governingBeliefs } = await t.data<{
    governingBeliefs: {
      revision: number
      isSettled: boolean
      tasks: [ToldCandidates]
      beliefs: { id: string; name: string }[]
      contradictions: { from: { name: string }; to: { name: string } }[]
    }
  }>(
    `query ($tasks: [GovernedTaskInput!]!, $limit: Int) { governingBeliefs(tasks: $tasks, limit: $limit) {
      revision isSettled tasks { isByMeaning candidates { beliefId relevance } mustsCut shouldsCut } beliefs { id name }
      contradictions { from { name } to { name } } } }`,
    { tasks: [task], limit },
    SERVICE,
  )
  const { tasks, beliefs, ...governing } = governingBeliefs
  const [{ candidates, ...told }] = tasks
  const nameOf = new Map(beliefs.map(({ id, name }) => [id, name]))
  const named = candidates.map(({ beliefId, relevance }) => ({ name: nameOf.get(beliefId) ?? '', relevance }))
  return { ...governing, ...told, candidates: named }
}

export const refused = async (t: TestSubgraph, changes: Change[], options: Options = {}): Promise<Refusal> => {
  const { by = CURATOR, ...variables } = options
  return refusalOf(await t.query(APPLY, { changes, ...variables }, by))
}

let named = 0

/** The change that adds a belief; `id` is chosen, so that others can name it. */
export const belief = (fields: Record<string, unknown> = {}) => ({
  id: randomUUID(),
  name: `Belief ${++named}`,
  description: 'Something that is held to be right.',
  credence: 0.5,
  ...fields,
})

export const value = (fields: Record<string, unknown> = {}) => ({
  id: randomUUID(),
  name: `Value ${++named}`,
  description: 'Something that matters.',
  weight: 0.5,
  ...fields,
})

export const relation = (
  type: string,
  from: { id: string },
  to: { id: string },
  fields: Record<string, unknown> = {},
) => ({
  id: randomUUID(),
  type,
  from: from.id,
  to: to.id,
  weight: 1,
  ...fields,
})

export const link = (from: { id: string }, to: { id: string }, fields: Record<string, unknown> = {}) => ({
  id: randomUUID(),
  belief: from.id,
  value: to.id,
  effect: 'PROMOTES',
  weight: 1,
  ...fields,
})

/**
 * Beliefs that never settle: five groups of six in a ring, each of which contradicts all of the next. The negative
 * feedback is stronger than a ring of five can bear (the secant criterion), so they swing for ever.
 */
export const swingingRing = () => {
  const groups = [1, 0.9, 1, 0.8, 1].map((credence) => Array.from({ length: 6 }, () => belief({ credence })))
  const relations = groups.flatMap((group, place) =>
    group.flatMap((from) => (groups[(place + 1) % 5] ?? []).map((to) => relation('CONTRADICTS', from, to))),
  )
  return { beliefs: groups.flat(), relations }
}

/** Waits until something is so; embeddings are computed in the background. */
export const eventually = async (check: () => Promise<boolean>, milliseconds = 100_000): Promise<void> => {
  const deadline = Date.now() + milliseconds
  while (!(await check())) {
    if (Date.now() > deadline) throw new Error('it did not come true in time')
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}

/** Until the meaning of everything that was edited is known, and no job of the ontology is waiting or running. */
export const embedded = (t: TestSubgraph): Promise<void> =>
  eventually(async () => {
    const [row] = await t.runtime.database.query<{ missing: number }>(
      `select (select count(*) from ontology.search_document where embedding is null)::integer
            + (select count(*) from pgboss.job where name like 'ontology.%' and state in ('created', 'retry', 'active'))::integer
         as missing`,
    )
    return row?.missing === 0
  })
