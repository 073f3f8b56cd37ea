import { StartError } from '@mothership/platform/environment'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { createEmbeddingModel } from '../src/embeddings/create.ts'
import { type EmbeddingModel, ModelUnavailableError } from '../src/embeddings/model.ts'
import { readEmbeddings } from '../src/environment.ts'
import {
  answerOf,
  answers,
  type Asked,
  type Behaviour,
  type EmbeddingServer,
  googleAt,
  hangs,
  KEY,
  openAiAt,
  startEmbeddingServer,
} from './embedding-server.ts'

let server: EmbeddingServer
beforeAll(async () => {
  server = await startEmbeddingServer()
})
afterAll(() => server.dispose())

const TEXTS = ['Do not deceive people', 'An integral is checked', 'Do not deceive']

const PROVIDERS = {
  openai: {
    variables: () => openAiAt(server),
    name: 'openai/text-embedding-3-small@512',
    path: '/v1/embeddings',
    auth: { authorization: `Bearer ${KEY}` },
    body: { model: 'text-embedding-3-small', dimensions: 512, encoding_format: 'float', input: TEXTS },
    refusesKey: answers(401, { error: { message: `Incorrect API key provided: ${KEY}`, code: 'invalid_api_key' } }),
    service: 'OpenAI',
  },
  google: {
    variables: () => googleAt(server),
    name: 'google/gemini-embedding-001@512',
    path: '/v1beta/models/gemini-embedding-001:batchEmbedContents',
    auth: { 'x-goog-api-key': KEY },
    body: {
      requests: TEXTS.map((text) => ({
        model: 'models/gemini-embedding-001',
        content: { parts: [{ text }] },
        taskType: 'SEMANTIC_SIMILARITY',
        outputDimensionality: 512,
      })),
    },
    refusesKey: answers(400, {
      error: {
        code: 400,
        message: `API key not valid: ${KEY}`,
        details: [{ '@type': 'type.googleapis.com/google.rpc.ErrorInfo', reason: 'API_KEY_INVALID' }],
      },
    }),
    service: 'Google',
  },
} as const

describe.each(['openai', 'google'] as const)('the embeddings of %s', (provider) => {
  const expected = PROVIDERS[provider]
  let model: EmbeddingModel
  beforeEach(async () => {
    server.asked.length = 0
    server.script.length = 0
    model = await createEmbeddingModel(readEmbeddings(expected.variables()))
  })
  afterEach(() => model.dispose())

  const vectorsWith = (change: (vectors: number[][]) => unknown[]): Behaviour => {
    const altered = (asked: Asked): unknown => {
      const answer = answerOf(asked) as { data?: { embedding: number[] }[]; embeddings?: { values: number[] }[] }
      const vectors = change(answer.data?.map(({ embedding }) => embedding) ?? answer.embeddings!.map((e) => e.values))
      return answer.data
        ? { data: vectors.map((embedding, index) => ({ index, embedding })) }
        : { embeddings: vectors.map((values) => ({ values })) }
    }
    return (response, asked) => answers(200, altered(asked))(response, asked)
  }

  it('are asked for at 512 dimensions, with the key in a header', async () => {
    const vectors = await model.embed(TEXTS)
    const [asked] = server.asked
    expect(server.asked).toHaveLength(1)
    expect(asked).toMatchObject({ path: expected.path, headers: expected.auth, body: expected.body })
    expect(model.name).toBe(expected.name)
    expect(vectors).toHaveLength(3)
    for (const vector of vectors) {
      expect(vector).toHaveLength(512)
      expect(Math.hypot(...vector)).toBeCloseTo(1, 9)
    }
    const likeness = (a: number, b: number): number =>
      vectors[a]!.reduce((sum, part, place) => sum + part * vectors[b]![place]!, 0)
    expect(likeness(0, 2)).toBeGreaterThan(0.8)
    expect(likeness(0, 1)).toBeLessThan(0.3)
  })

  it('are asked for 64 texts at a time, each cut to 2,000 characters', async () => {
    const texts = Array.from({ length: 130 }, (_, n) => `${n} `.padEnd(3000, 'word '))
    expect(await model.embed(texts)).toHaveLength(130)
    expect(server.asked.map((one) => one.texts.length)).toEqual([64, 64, 2])
    expect(server.asked.flatMap((one) => one.texts)).toEqual(texts.map((text) => text.slice(0, 2000)))
  })

  it.each([
    ['429, after as long as it says', answers(429, { error: { message: 'slow down' } }, { 'retry-after': '1' })],
    ['500', answers(500, { error: { message: 'oh' } })],
    ['what is not JSON', (response) => void response.end('<html>')],
    ['vectors of other dimensions', vectorsWith((vectors) => vectors.map((vector) => [...vector, ...vector]))],
    ['fewer vectors than texts', vectorsWith((vectors) => vectors.slice(1))],
    ['vectors without direction', vectorsWith((vectors) => vectors.map((vector) => vector.map(() => 0)))],
    ['what is no number', vectorsWith((vectors) => vectors.map((vector) => ['x', ...vector.slice(1)]))],
  ])('are asked for once more after %s', async (_name, behaviour) => {
    server.script.push(behaviour)
    const began = performance.now()
    expect(await model.embed(['One'])).toHaveLength(1)
    expect(server.asked).toHaveLength(2)
    if (_name.startsWith('429')) expect(performance.now() - began).toBeGreaterThan(990)
  })

  it('are given up, with what was wrong, where it stays so', async () => {
    const wrong = vectorsWith((vectors) => vectors.map((vector) => vector.slice(2)))
    server.script.push(wrong, wrong)
    const failure = await model.embed(['One']).catch((error: unknown) => error)
    expect(failure).toBeInstanceOf(ModelUnavailableError)
    expect((failure as Error).message).toBe(`${expected.service} answered with vectors of 510 numbers instead of 512.`)
    expect(server.asked).toHaveLength(2)
  })

  it('are given up soon where somebody waits and the service hangs, and asked for again', async () => {
    server.script.push(hangs)
    expect(await model.embed(['One'], { isUrgent: true })).toHaveLength(1)
    expect(server.asked).toHaveLength(2)
  })

  it('are not asked for again after a key is refused, which is told without it', async () => {
    server.script.push(expected.refusesKey)
    const failure = (await model.embed(['One']).catch((error: unknown) => error)) as Error
    expect(failure).toBeInstanceOf(ModelUnavailableError)
    expect(failure.message).toBe(`${expected.service} refused the key (401).`)
    const all: string[] = []
    for (let link: unknown = failure; link instanceof Error; link = link.cause) all.push(link.message, link.stack ?? '')
    expect(all.join()).not.toContain(KEY)
    expect(server.asked).toHaveLength(1)
  })

  it('are refused of a text that the service does not take, which is no failure of the service', async () => {
    for (let times = 0; times < 5; times++) {
      server.script.push(answers(400, { error: { message: 'the input is not allowed' } }))
      const failure = await model.embed(['One']).catch((error: unknown) => error)
      expect(failure).not.toBeInstanceOf(ModelUnavailableError)
    }
    expect(await model.embed(['Two'])).toHaveLength(1)
  })

  it('are not asked for while the service keeps failing', async () => {
    for (let times = 0; times < 3; times++) {
      server.script.push(expected.refusesKey)
      await expect(model.embed(['One'])).rejects.toThrow('refused the key')
    }
    await expect(model.embed(['One'])).rejects.toMatchObject({ isRepeated: true })
    expect(server.asked).toHaveLength(3)
  })

  it('end with the model, in the midst of a call', async () => {
    server.script.push(hangs)
    const call = model.embed(['One'])
    const ended = expect(call).rejects.toThrow('disposed of')
    while (server.asked.length === 0) await new Promise((resolve) => setTimeout(resolve, 5))
    await model.dispose()
    await ended
  })
})

describe('the configuration of the embeddings', () => {
  it('is the built-in model where nothing is set, whatever keys there are', () => {
    expect(readEmbeddings({})).toEqual({ provider: 'builtin' })
    expect(readEmbeddings({ MOTHERSHIP_EMBEDDINGS: 'builtin', OPENAI_API_KEY: KEY })).toEqual({ provider: 'builtin' })
  })

  it('takes a model of the provider, and its own address', () => {
    const variables = { MOTHERSHIP_EMBEDDINGS: 'openai:text-embedding-3-large', OPENAI_API_KEY: KEY }
    expect(readEmbeddings(variables)).toEqual({
      provider: 'openai',
      model: 'text-embedding-3-large',
      apiKey: KEY,
      baseUrl: 'https://api.openai.com/v1',
    })
    expect(readEmbeddings(googleAt(server))).toMatchObject({ provider: 'google', baseUrl: server.url })
  })

  it.each([
    [{ MOTHERSHIP_EMBEDDINGS: 'open-ai' }, 'MOTHERSHIP_EMBEDDINGS: must be builtin, openai or google'],
    [{ MOTHERSHIP_EMBEDDINGS: 'openai:' }, 'MOTHERSHIP_EMBEDDINGS: must be'],
    [{ MOTHERSHIP_EMBEDDINGS: 'builtin:large' }, 'MOTHERSHIP_EMBEDDINGS: must be'],
    [{ MOTHERSHIP_EMBEDDINGS: 'openai' }, 'OPENAI_API_KEY: must be set, as MOTHERSHIP_EMBEDDINGS is openai'],
    [{ MOTHERSHIP_EMBEDDINGS: 'google', OPENAI_API_KEY: KEY }, 'GOOGLE_API_KEY: must be set'],
    [{ MOTHERSHIP_EMBEDDINGS: 'openai', OPENAI_API_KEY: `${KEY}\n` }, 'OPENAI_API_KEY: must have 1 to 500 printable'],
    [{ OPENAI_BASE_URL: 'api.openai.com' }, 'OPENAI_BASE_URL: must be a URL'],
  ])('is refused: %j', (variables, message) => {
    let refused: unknown
    try {
      readEmbeddings(variables)
    } catch (error) {
      refused = error
    }
    expect(refused).toBeInstanceOf(StartError)
    expect((refused as Error).message).toContain(message)
    expect((refused as Error).message).not.toContain(KEY)
  })
})
