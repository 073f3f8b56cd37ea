import type { TestSubgraph } from '@mothership/platform/testing'
import { createTestRuntime } from '@mothership/platform/testing'
import type { ExecutionResult } from 'graphql'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createEmbeddingModel } from '../src/embeddings/create.ts'
import { readEmbeddings } from '../src/environment.ts'
import { startMeaning } from '../src/meaning.ts'
import { createStore } from '../src/store.ts'
import {
  answerOf,
  answers,
  type EmbeddingServer,
  googleAt,
  KEY,
  openAiAt,
  startEmbeddingServer,
} from './embedding-server.ts'
import {
  AGENT,
  apply,
  belief,
  CURATOR,
  embedded,
  eventually,
  govern,
  refusalOf,
  SERVICE,
  startEmpty,
  VIEWER,
} from './support.ts'

let server: EmbeddingServer
let t: TestSubgraph | undefined
beforeEach(async () => {
  server = await startEmbeddingServer()
})
afterEach(async () => {
  await server.dispose()
  await t?.dispose()
  t = undefined
})

interface Progress {
  done: number
  total: number
  failed: number
  failure: string | null
  retryAt: string | null
}
const PROGRESS = '{ embeddingProgress { done total failed failure retryAt } }'
const progress = async (of: TestSubgraph): Promise<Progress> =>
  (await of.data<{ embeddingProgress: Progress }>(PROGRESS)).embeddingProgress

const typed = belief({ name: 'Sums are added twice', taskTypes: ['math.add'], credence: 0.9 })
const untyped = belief({ name: 'Whoever counts apples counts them all', credence: 0.9 })
const both = [{ createBelief: typed }, { createBelief: untyped }]

const APPLES = { taskType: 'math.add', text: 'How many apples?' }

const search = async (of: TestSubgraph, query: string): Promise<string[][]> =>
  (
    await of.data<{ searchOntology: { matchedBy: string[] }[] }>(
      'query ($query: String!) { searchOntology(query: $query) { matchedBy } }',
      { query },
    )
  ).searchOntology.map(({ matchedBy }) => matchedBy)

describe('a provider of embeddings that fails', () => {
  it.each([
    ['openai', answers(500, { error: { message: 'oh' } }), 'OpenAI answered 500.'],
    ['openai', answers(401, { error: { message: `Incorrect API key: ${KEY}` } }), 'OpenAI refused the key (401).'],
    ['google', answers(403, { error: { message: `not for ${KEY}` } }), 'Google refused the key (401).'],
  ])('refuses no edit, search or directive: %s, %#', async (provider, behaviour, failure) => {
    server.always(behaviour)
    const one = (t = await startEmpty(provider === 'openai' ? openAiAt(server) : googleAt(server)))
    await apply(one, both)
    await eventually(async () => (await progress(one)).failure === failure)
    const told = await progress(one)
    expect(told).toMatchObject({ done: 0, total: 2, failed: 0 })
    // By the words, the typed one by its type.
    expect(await search(one, 'apples')).toEqual([['TEXT']])
    const { isByMeaning, candidates } = await govern(one, APPLES)
    expect(isByMeaning).toBe(false)
    expect(candidates[0]).toEqual({ relevance: 1, name: typed.name })
  })

  it('is asked again until it answers, also for what was left alone meanwhile', async () => {
    server.always(answers(500, { error: { message: 'oh' } }))
    const one = (t = await startEmpty(openAiAt(server)))
    await apply(one, both)
    await eventually(async () => (await progress(one)).failure === 'OpenAI answered 500.')
    server.always(null)
    await eventually(async () => {
      const { done, failure: left, retryAt } = await progress(one)
      return done === 2 && left === null && retryAt === null
    })
    // A query is answered in words where its meaning takes too long, and the provider is left alone for a while.
    await eventually(async () => (await govern(one, APPLES)).isByMeaning)
    await eventually(async () => (await search(one, 'apples')).some((matchedBy) => matchedBy.includes('MEANING')))
  })

  it('is waited for longer each time, and told by the subscription', async () => {
    server.always(answers(500, {}))
    const one = (t = await startEmpty(openAiAt(server)))
    const updates = await one.subscribe(`subscription ${PROGRESS}`)
    await apply(one, both)
    const waits: number[] = []
    for await (const { data } of updates as AsyncIterable<ExecutionResult>) {
      const { retryAt } = (data as unknown as { embeddingProgress: Progress }).embeddingProgress
      if (retryAt !== null && waits.at(-1) !== Date.parse(retryAt)) waits.push(Date.parse(retryAt))
      if (waits.length === 3) break
    }
    const [row] = await one.runtime.database.query<{ failures: number }>('select failures from ontology.embedding_pass')
    expect(row?.failures).toBeGreaterThanOrEqual(3)
    const [first, second, third] = waits as [number, number, number]
    // It is not asked before the time that was told, and then left alone for 2 and 4 seconds at the least.
    expect(second - first).toBeGreaterThan(1_900)
    expect(third - second).toBeGreaterThan(3_900)
  })

  it('is not asked again and again for a text that it does not take: the others are embedded, and it is put off', async () => {
    server.always(null)
    const one = (t = await startEmpty(openAiAt(server)))
    const refused = belief({ name: 'Not for that provider' })
    const refuse = answers(400, { error: { message: 'not allowed' } })
    server.always((response, asked) => {
      if (asked.texts.some((text) => text.startsWith(refused.name))) return refuse(response, asked)
      answers(200, { data: asked.texts.map((_, index) => ({ index, embedding: Array(512).fill(1) as number[] })) })(
        response,
        asked,
      )
    })
    await apply(one, [...both, { createBelief: refused }])
    await eventually(async () => (await progress(one)).done === 2)
    await eventually(async () => (await progress(one)).failed === 1)
    expect(await progress(one)).toEqual({ done: 2, total: 3, failed: 1, failure: null, retryAt: null })
    // To embed all afresh tries it again.
    server.always(null)
    await one.data('mutation { reembed { done } }', {}, CURATOR)
    await eventually(async () => (await progress(one)).done === 3)
  })

  it('leaves unsettled what governs tasks for as long as it is left alone', async () => {
    server.always(answers(500, {}))
    const one = (t = await startEmpty(openAiAt(server)))
    await apply(one, both)
    await eventually(async () => (await progress(one)).failure !== null)
    await one.runtime.database.query(`update ontology.embedding_pass set paused_until = now() + interval '5 minutes'`)
    expect(await govern(one, { taskType: 'x', text: 'x' })).toMatchObject({ isSettled: false })
  })

  it('makes no draft pass for compared by meaning, a text of which it does not take', async () => {
    const one = (t = await startEmpty(openAiAt(server)))
    await apply(one, both)
    await embedded(one)
    const refuse = answers(400, { error: { message: 'not allowed' } })
    let most = 0
    let open = 0
    server.always((response, asked) => {
      most = Math.max(most, ++open)
      setTimeout(() => {
        open--
        if (asked.texts.some((text) => /unheard/i.test(text))) refuse(response, asked)
        else answers(200, answerOf(asked))(response, asked)
      }, 20)
    })
    const areByMeaning = async (...beliefs: object[]) => {
      const { governingBeliefsOfDraft } = await one.data<{
        governingBeliefsOfDraft: { tasks: { isByMeaning: boolean }[] }
      }>(
        `query ($changes: [OntologyChangeInput!]!) {
          governingBeliefsOfDraft(changes: $changes, baseRevision: 1, tasks: [{ taskType: "x", text: "Apples" }]) {
            tasks { isByMeaning } } }`,
        { changes: beliefs.map((createBelief) => ({ createBelief })) },
        SERVICE,
      )
      return governingBeliefsOfDraft.tasks.map(({ isByMeaning }) => isByMeaning)
    }
    const named = (name: string, taskTypes: string[] = []) => belief({ name, taskTypes, credence: 0.9 })
    const many = Array.from({ length: 10 }, (_, place) => named(`Something of the kind ${place}`))
    expect(await areByMeaning(...many)).toEqual([true])
    expect(most).toBeLessThanOrEqual(4)
    expect(await areByMeaning(named('Something unheard of'))).toEqual([false])
    // It would bear on tasks of its type whatever it says: its meaning is not asked for.
    expect(await areByMeaning(named('Something unheard of', ['x']))).toEqual([true])
  })

  it('is no longer told of once documents are embedded, whichever process it failed', async () => {
    const one = (t = await startEmpty(openAiAt(server)))
    await one.runtime.database.query(
      `update ontology.embedding_pass set failure = 'So it was told by another process.', failures = 1`,
    )
    await apply(one, both)
    await eventually(async () => (await progress(one)).done === 2)
    await eventually(async () => (await progress(one)).failure === null)
  })

  it('that takes no text at all is left alone for a while', async () => {
    server.always(answers(400, { error: { message: 'no such dimensions' } }))
    const one = (t = await startEmpty(openAiAt(server)))
    await apply(
      one,
      Array.from({ length: 12 }, () => ({ createBelief: belief() })),
    )
    await eventually(async () => (await progress(one)).failure === 'The model takes no text that it is given.')
    expect((await progress(one)).failed).toBe(12)
  })

  it('is told of in the log once, without the key', async () => {
    server.always(answers(401, { error: { message: `Incorrect API key: ${KEY}` } }))
    const runtime = await createTestRuntime('ontology')
    const lines: unknown[] = []
    const logger = Object.assign(Object.create(runtime.logger) as typeof runtime.logger, {
      warn: (...given: unknown[]) => void lines.push(given),
    })
    const model = await createEmbeddingModel(readEmbeddings(openAiAt(server)))
    const meaning = await startMeaning({ ...runtime, logger }, createStore(runtime), model)
    for (const query of ['one', 'two', 'three', 'four', 'five']) expect(await meaning.ofQuery(query)).toBeNull()
    expect(lines).toEqual([
      [
        { model: 'openai/text-embedding-3-small@512', reason: 'OpenAI refused the key (401).' },
        expect.stringContaining('cannot be asked'),
      ],
    ])
    await meaning.dispose()
    await model.dispose()
    await runtime.dispose()
  })
})

describe('the start with a wrong variable', () => {
  it('ends with what is wrong', async () => {
    await expect(startEmpty({ MOTHERSHIP_EMBEDDINGS: 'openai' })).rejects.toThrow('OPENAI_API_KEY: must be set')
  })
})

describe('the progress of the embeddings', () => {
  it('is read by viewers, and embedding all afresh is for curators', async () => {
    const one = (t = await startEmpty(openAiAt(server)))
    await apply(one, both)
    await embedded(one)
    const all = '{ embeddingProgress { done total failed model since failure retryAt } }'
    expect((await one.query(all, {}, VIEWER)).errors).toBeUndefined()
    expect(refusalOf(await one.query(all, {}, AGENT))).toMatchObject({ code: 'FORBIDDEN' })
    await expect(one.subscribe(`subscription ${all}`, {}, AGENT)).rejects.toThrow(/is for VIEWER/)
    const mutation = 'mutation { reembed { total } }'
    expect(refusalOf(await one.query(mutation, {}, VIEWER))).toMatchObject({ code: 'FORBIDDEN' })
    expect(await one.data(mutation, {}, CURATOR)).toEqual({ reembed: { total: 2 } })
  })

  it('keeps from people whether a directive was compiled by meaning', async () => {
    const one = (t = await startEmpty(openAiAt(server)))
    const source = '{ governingBeliefs(tasks: [{ taskType: "x", text: "x" }]) { tasks { isByMeaning } } }'
    expect(refusalOf(await one.query(source, {}, CURATOR))).toMatchObject({ code: 'FORBIDDEN' })
    expect((await one.query(source, {}, SERVICE)).errors).toBeUndefined()
  })
})
