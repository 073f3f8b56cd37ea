import type { Database } from '@mothership/platform/database'
import { createTestDatabase, createTestRuntime } from '@mothership/platform/testing'
import type { ExecutionResult } from 'graphql'
import { randomUUID } from 'node:crypto'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import {
  answerOf,
  answers,
  type Behaviour,
  type EmbeddingServer,
  hangs,
  KEY,
  openAiAt,
  startEmbeddingServer,
} from './embedding-server.ts'
import { createStore } from '../src/store.ts'
import { type Process, startProcess } from './processes.ts'
import { belief, CURATOR, eventually, govern, SERVICE } from './support.ts'

const A = 'openai/model-a@512'
const B = 'openai/model-b@512'

let server: EmbeddingServer
let database: Database
let processes: Process[]
beforeEach(async () => {
  server = await startEmbeddingServer()
  database = await createTestDatabase()
  processes = []
})
afterEach(async () => {
  // Whatever hangs at the server ends first.
  await server.dispose()
  for (const one of processes.toReversed()) await one.dispose()
  await database.dispose()
})

const start = async (model: string, key = KEY): Promise<Process> => {
  const one = await startProcess(database, { ...openAiAt(server, model), OPENAI_API_KEY: key })
  processes.push(one)
  return one
}

interface Progress {
  done: number
  total: number
  failed: number
  model: string
  since: string
  failure: string | null
  retryAt: string | null
}
const PROGRESS = '{ done total failed model since failure retryAt }'
const progress = async (of: Process): Promise<Progress> =>
  (await of.data<{ embeddingProgress: Progress }>(`{ embeddingProgress ${PROGRESS} }`)).embeddingProgress
/** Until everything is embedded, by a model where one is given: a process that starts makes its own that in a moment. */
const done = (of: Process, by: string | null = null): Promise<void> =>
  eventually(async () => {
    const { done, total, model } = await progress(of)
    return done === total && (by === null || model === by)
  })
const reembed = async (of: Process): Promise<Progress> =>
  (await of.data<{ reembed: Progress }>(`mutation { reembed ${PROGRESS} }`, {}, CURATOR)).reembed

const create = (of: Process, ...beliefs: object[]) =>
  of.data(
    'mutation ($changes: [OntologyChangeInput!]!) { applyChanges(changes: $changes) { number } }',
    { changes: beliefs.map((createBelief) => ({ createBelief })) },
    CURATOR,
  )

const search = async (of: Process, query: string): Promise<string[][]> =>
  (
    await of.data<{ searchOntology: { matchedBy: string[] }[] }>(
      'query ($query: String!) { searchOntology(query: $query) { matchedBy } }',
      { query },
    )
  ).searchOntology.map(({ matchedBy }) => matchedBy)

/** Until a search finds something by its meaning too: where the query's own takes too long, it goes by words alone. */
const foundByMeaning = (of: Process, query: string): Promise<void> =>
  eventually(async () =>
    (await search(of, query)).some((matchedBy) => matchedBy.includes('TEXT') && matchedBy.includes('MEANING')),
  )

/** Whether what governs a task, now and after a draft, was found by its meaning. */
const isByMeaning = async (of: Process): Promise<boolean[]> => {
  const source = `query ($changes: [OntologyChangeInput!]!) {
    now: governingBeliefs(tasks: [{ taskType: "x", text: "Answers are honest" }]) { tasks { isByMeaning } }
    after: governingBeliefsOfDraft(changes: $changes, baseRevision: 1, tasks: [{ taskType: "x", text: "Honesty" }]) {
      tasks { isByMeaning }
    } }`
  const changes = [{ createBelief: belief({ taskTypes: ['y'] }) }]
  const data = await of.data<Record<'now' | 'after', { tasks: { isByMeaning: boolean }[] }>>(
    source,
    { changes },
    SERVICE,
  )
  return [...data.now.tasks, ...data.after.tasks].map((task) => task.isByMeaning)
}

const models = async (): Promise<string[]> => {
  const rows = await database.query<{ model: string }>(
    `select distinct coalesce(split_part(embedded_from, ':', 1), '') as model from ontology.search_document order by 1`,
  )
  return rows.map(({ model }) => model)
}

/** Requests of documents, which are of two texts each at the least, hang; those of queries are answered. */
const documentsHang: Behaviour = (response, asked) => {
  if (asked.texts.length === 1) answers(200, answerOf(asked))(response, asked)
}
const documentsAsked = (): string[] =>
  server.asked.filter(({ texts }) => texts.length > 1).flatMap(({ texts }) => texts)

const honest = belief({ name: 'Answers are honest', description: 'Nothing false is told.', credence: 0.9 })
const truthful = belief({ name: 'Answers are not honest', description: 'Nothing false is told.', credence: 0.9 })

describe('vectors of different models', () => {
  it('are never compared: until the new model has embedded a belief, it is found by its words alone', async () => {
    const before = await start('model-a')
    await create(before, honest, truthful)
    await done(before)
    const INBOX = '{ duplicates(minSimilarity: 0.8) { totalCount } contradictions { totalCount nodes { similarity } } }'
    const similar = `{ belief(id: "${honest.id}") { similar { score } } }`
    const inbox = (of: Process) => of.data<{ contradictions: { totalCount: number } }>(INBOX)
    await eventually(async () => (await inbox(before)).contradictions.totalCount === 1)
    await foundByMeaning(before, 'Answers are honest')
    expect(await before.data(similar)).toEqual({ belief: { similar: [expect.anything()] } })
    await before.dispose()
    processes = []

    // The same directions under another name: were they compared, they would be near.
    server.always(documentsHang)
    const after = await start('model-b')
    await eventually(async () => (await progress(after)).model === B)
    expect(await progress(after)).toMatchObject({ done: 0, total: 2 })
    expect(await models()).toEqual([A])
    const found = await search(after, 'Answers are honest')
    expect(found.length).toBeGreaterThan(0)
    for (const matchedBy of found) expect(matchedBy).toEqual(['TEXT'])
    expect(await inbox(after)).toEqual({ duplicates: { totalCount: 0 }, contradictions: { totalCount: 0, nodes: [] } })
    expect(await after.data(similar)).toEqual({ belief: { similar: [] } })
    const governed = () => govern(after, { taskType: 'x', text: 'Answers are honest' })
    await eventually(async () => (await governed()).isByMeaning)
    const governing = await governed()
    expect(governing).toMatchObject({ isSettled: false, isByMeaning: true })
    for (const { relevance } of governing.candidates) expect(relevance).toBeLessThan(0.8)
    await after.dispose()
    processes = []

    server.always(null)
    const last = await start('model-b')
    await done(last, B)
    expect(await models()).toEqual([B])
    await foundByMeaning(last, 'Answers are honest')
    await eventually(async () => (await inbox(last)).contradictions.totalCount === 1)
  })

  it('come of one model, the last that was started, though processes of two are there', async () => {
    const old = await start('model-a')
    await create(old, honest)
    await done(old)
    const next = await start('model-b')
    await done(next, B)
    expect(await models()).toEqual([B])
    // Edited by the old process: the new one computes its meaning.
    await create(old, truthful)
    await done(old)
    expect(await models()).toEqual([B])
    expect(await progress(old)).toMatchObject({ model: B, done: 2, failed: 0, failure: null })
    const asked = documentsAsked().length
    expect(asked).toBe(6)
    await new Promise((resolve) => setTimeout(resolve, 3000))
    expect(documentsAsked()).toHaveLength(asked)
    for (const matchedBy of await search(old, 'Answers are honest')) expect(matchedBy).toEqual(['TEXT'])
    await foundByMeaning(next, 'Answers are honest')
    // The old one has the task's direction, and nothing to compare it with.
    expect(await isByMeaning(old)).toEqual([false, false])
    await eventually(async () => (await isByMeaning(next)).every(Boolean))
  })

  it('are those of a model again where the processes of the last one are gone for long', async () => {
    const old = await start('model-a')
    await create(old, honest)
    await done(old)
    const next = await start('model-b')
    await done(next, B)
    await next.dispose()
    processes = [old]
    const runtime = await createTestRuntime('ontology')
    const store = createStore({ ...runtime, database })
    await store.stayWith(A)
    expect((await progress(old)).model).toBe(B)
    await database.query(`update ontology.embedding_pass set seen_at = seen_at - interval '4 minutes'`)
    // As each process says it every minute.
    await store.stayWith(A)
    expect((await progress(old)).model).toBe(A)
    await runtime.dispose()
    await create(old, truthful)
    await done(old)
    expect(await models()).toEqual([A])
  })
})

describe('embedding all afresh', () => {
  const beliefs = Array.from({ length: 100 }, (_, n) =>
    belief({ name: `Belief of ${n} words`, description: `No. ${n}` }),
  )

  it('is gone on with after the process was killed, from where it was, and the former vectors serve meanwhile', async () => {
    const killed = await start('model-a', `${KEY}-of-the-killed`)
    await create(killed, ...beliefs)
    await done(killed)
    const first = await progress(killed)
    server.asked.length = 0
    // One batch is answered to the first process, and no other.
    let isAnswered = false
    server.always((response, asked) => {
      const isOfKilled = asked.headers.authorization?.endsWith('-of-the-killed') ?? false
      if (isOfKilled && asked.texts.length > 1 && isAnswered) return
      isAnswered = true
      answers(200, answerOf(asked))(response, asked)
    })
    const begun = await reembed(killed)
    expect(begun).toMatchObject({ done: 0, total: 100, model: A, failed: 0, failure: null })
    expect(Date.parse(begun.since)).toBeGreaterThan(Date.parse(first.since))
    await eventually(async () => (await progress(killed)).done === 32)
    await foundByMeaning(killed, 'Belief of 99 words')
    // Once more is the same one.
    expect(await reembed(killed)).toMatchObject({ done: 32, since: begun.since })
    await eventually(async () => server.asked.filter(({ texts }) => texts.length > 1).length > 1)
    killed.kill()

    // What it was at is its own for 30 s: as if they were over.
    await database.query(
      `update ontology.embedding_due set claimed_until = clock_timestamp() where claimed_until is not null`,
    )
    server.asked.length = 0
    const next = await start('model-a')
    await done(next)
    expect(await progress(next)).toMatchObject({ done: 100, total: 100, since: begun.since, failed: 0 })
    const again = server.asked.filter(({ headers }) => headers.authorization === `Bearer ${KEY}`)
    // Of 68 beliefs a name and a text.
    expect(again.flatMap(({ texts }) => texts)).toHaveLength(136)
    // Now that it is done, the next one begins anew.
    const later = await reembed(next)
    expect(Date.parse(later.since)).toBeGreaterThan(Date.parse(begun.since))
    expect(later.done).toBeLessThan(100)
    await done(next)
  }, 180_000)

  it('compares the beliefs again, and keeps what was dismissed', async () => {
    const one = await start('model-a')
    const twin = { ...honest, id: randomUUID(), name: 'Answers are honest ones' }
    await create(one, honest, twin)
    await done(one)
    const DUPLICATES = '{ duplicates(minSimilarity: 0.8) { nodes { id } } }'
    const listed = async (): Promise<{ id: string }[]> =>
      (await one.data<{ duplicates: { nodes: { id: string }[] } }>(DUPLICATES)).duplicates.nodes
    await eventually(async () => (await listed()).length === 1)
    await one.data('mutation ($id: ID!) { dismissDuplicate(id: $id) }', { id: (await listed())[0]!.id }, CURATOR)
    const compared = () => database.query<{ source: string }>('select source from ontology.comparison order by node_id')
    const before = await compared()
    await reembed(one)
    await done(one)
    await eventually(async () => (await compared()).every(({ source }, place) => source !== before[place]?.source))
    expect(await listed()).toEqual([])
  })

  it('is told as it goes, by subscription', async () => {
    const one = await start('model-a')
    await create(one, ...beliefs)
    await done(one)
    const updates = await one.subscribe(`subscription { embeddingProgress ${PROGRESS} }`)
    const told = ({ data }: ExecutionResult): Progress =>
      (data as unknown as { embeddingProgress: Progress }).embeddingProgress
    const first = told((await updates.next()).value as ExecutionResult)
    expect(first).toMatchObject({ done: 100, total: 100 })
    server.script.push(hangs)
    const { since } = await reembed(one)
    const seen: Progress[] = []
    for await (const result of updates) {
      seen.push(told(result))
      if (seen.at(-1)?.since === since && seen.at(-1)?.done === 100) break
    }
    expect(seen[0]).toMatchObject({ since, total: 100 })
    expect(seen[0]?.done).toBeLessThan(100)
  })
})
